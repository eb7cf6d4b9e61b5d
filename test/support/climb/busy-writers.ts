import { setTimeout as pause } from 'node:timers/promises';

/** What a row may be now: one text, or either of two where a write broke off and nobody knows; nothing where the row is not there. */
export type Allowed = readonly (string | undefined)[];

/** A database that takes no writes. */
const READ_ONLY = '25006';

/** How writers of a kind work. */
interface Habits {
  readonly loops: number;
  /** How long `more` waits, unless it is told. */
  readonly patienceMs: number;
  /** Codes of refusals beside that of a database that takes no writes. */
  readonly refusals?: readonly string[];
}

/** Write all the time while a runbook works, where the settings say, and count what was acknowledged; a subclass says what and where. */
export abstract class BusyWriters {
  /** Acknowledged writes. */
  public written = 0;
  /** The longest time without an acknowledged write to what is moved while others wait, in milliseconds. */
  public longestPause = 0;
  /** What went wrong other than that a database takes no writes, isn't there or ended a connection. */
  public readonly surprises: string[] = [];
  protected stopped = false;
  private lastWrite = Date.now();
  private loops: Promise<void>[] = [];

  protected constructor(private readonly habits: Habits) {}

  /** Stops. */
  public async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.loops);
  }

  /** Waits until so many more writes were acknowledged. */
  public async more(count: number, limitMs = this.habits.patienceMs): Promise<void> {
    const [wanted, end] = [this.written + count, Date.now() + limitMs];
    while (this.written < wanted) {
      if (Date.now() > end) throw new Error(`${this.written} writes, waited for ${wanted}: ${this.surprises.join('; ')}`);
      await pause(20);
    }
  }

  /** Begins, or goes on after a stop; whoever keeps the scene stops it at the end. */
  protected run(scene: { stoppedAtEnd(stop: () => Promise<void>): void }): void {
    this.stopped = false;
    this.lastWrite = Date.now();
    scene.stoppedAtEnd(async () => this.stop());
    this.loops = [this.follow(), ...Array.from({ length: this.habits.loops }, async (_, loop) => this.write(loop))];
  }

  /** Follows the settings until it is stopped. */
  protected abstract follow(): Promise<void>;

  /** Writes until it is stopped. */
  protected abstract write(loop: number): Promise<void>;

  /** Counts a write; `timed` are those whose pauses are measured. */
  protected acknowledged(timed = true): void {
    this.written += 1;
    if (!timed) return;
    this.longestPause = Math.max(this.longestPause, Date.now() - this.lastWrite);
    this.lastWrite = Date.now();
  }

  /** Whether a statement was refused and did nothing; where the connection ended nobody knows. */
  protected isRefused(error: unknown): boolean {
    const { code, message } = error as { code?: string; message: string };
    if (code === READ_ONLY || (code !== undefined && this.habits.refusals?.includes(code))) return true;
    if (code !== undefined && !/^(57P|ECONN|EPIPE)/.test(code)) this.surprises.push(`${code} ${message}`);
    return false;
  }
}
