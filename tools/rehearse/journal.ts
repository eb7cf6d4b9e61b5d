/** Something that happened. */
export interface Happened {
  /** Seconds since the rehearsal began. */
  readonly at: number;
  readonly line: string;
}

/** What happened, for whoever looks: a terminal, or the page. */
export class Journal {
  public readonly all: Happened[] = [];
  private readonly begin = Date.now();
  private readonly listeners = new Set<(one: Happened) => void>();

  /** Writes a line down. */
  public readonly say = (line: string): void => {
    const one = { at: (Date.now() - this.begin) / 1_000, line };
    this.all.push(one);
    for (const listener of this.listeners) listener(one);
  };

  /** Hears every line from now on. */
  public onLine(listener: (one: Happened) => void): void {
    this.listeners.add(listener);
  }
}
