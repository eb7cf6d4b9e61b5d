/** How an application that nobody here wrote is used: by its own API. */
export interface Foreign {
  /** Adds a row and says the status of the answer. */
  readonly write: (url: string, title: string) => Promise<number>;
  /** Titles of all rows that it shows; fails where it answers anything but 200. */
  readonly read: (url: string) => Promise<readonly string[]>;
}

/** People who use an application all the time: one writes, two read. What was acknowledged is remembered. */
export class ForeignLoad {
  /** Titles of rows that the application said it has. */
  public readonly written: string[] = [];
  /** Reads and writes that failed outside of a pause that a runbook prints. */
  public readonly failed = { reads: [] as string[], writes: [] as string[] };
  public answered = 0;
  private paused = false;
  private ended = false;
  private readonly people: Promise<void>[];

  public constructor(
    private readonly foreign: Foreign,
    private readonly url: string,
  ) {
    this.people = [this.write(), this.read(), this.read()];
  }

  /** Does something during which users are told to wait. */
  public async pause(something: () => Promise<unknown>): Promise<void> {
    this.paused = true;
    await something().finally(() => (this.paused = false));
  }

  /** Ends, and says which of the rows that were acknowledged are not there. */
  public async lost(): Promise<string[]> {
    this.ended = true;
    await Promise.all(this.people);
    const there = new Set(await this.foreign.read(this.url));
    return this.written.filter((title) => !there.has(title));
  }

  private async write(): Promise<void> {
    for (let number = 0; !this.ended; number += 1) {
      const title = `row-${number}`;
      await this.attempt(this.failed.writes, async () => {
        const status = await this.foreign.write(this.url, title);
        if (status !== 201) throw new Error(String(status));
        this.written.push(title);
      });
    }
  }

  private async read(): Promise<void> {
    while (!this.ended) await this.attempt(this.failed.reads, async () => this.foreign.read(this.url));
  }

  private async attempt(failures: string[], something: () => Promise<unknown>): Promise<void> {
    const paused = this.paused;
    await something().then(
      () => (this.answered += 1),
      (error: unknown) => {
        if (!paused && !this.paused) failures.push(`${new Date().toISOString()} ${String(error)}`);
      },
    );
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
