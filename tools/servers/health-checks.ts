/** A server behind a load balancer. */
export interface Target {
  readonly url: string;
  /** Whether it is sent requests. */
  isIn: boolean;
  /** Checks in a row that say the opposite. */
  against: number;
}

/** As in the target group: a server is out after so many failed checks, and in again after so many good ones. */
const OUT_AFTER = 3;
const IN_AFTER = 2;
/** A server that is only slow is not gone. */
const ANSWER_MS = 1_000;

/** What a load balancer does to know whom it can send requests to. */
export class HealthChecks<T extends Target> {
  private readonly timer: NodeJS.Timeout;

  /**
   * Begins.
   * @param targets all servers now.
   * @param everyMs between two checks of one. In the target group it is 10 seconds.
   * @param changed called when a server was taken in or out.
   * @param path what is asked for.
   */
  public constructor(
    private readonly targets: () => readonly T[],
    everyMs: number,
    private readonly changed: (target: T) => void,
    private readonly path = '/healthz',
  ) {
    this.timer = setInterval(() => {
      for (const target of this.targets()) void this.check(target);
    }, everyMs);
  }

  /** Ends. */
  public stop(): void {
    clearInterval(this.timer);
  }

  private async check(target: T): Promise<void> {
    const well = await fetch(`${target.url}${this.path}`, { signal: AbortSignal.timeout(ANSWER_MS) }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (!this.targets().includes(target)) return;
    target.against = well === target.isIn ? 0 : target.against + 1;
    if (target.against < (target.isIn ? OUT_AFTER : IN_AFTER)) return;
    target.isIn = well;
    target.against = 0;
    this.changed(target);
  }
}
