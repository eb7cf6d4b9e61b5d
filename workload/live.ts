import type { Parts } from './parts';
import { log } from './log';
import { reasonOf, Unavailable } from './timing';

const PATIENCE_MS = 30_000;

/** What can be ended. */
export interface Closable {
  /** Ends all connections. */
  close(): Promise<void>;
}

/** The right to use the parts until it is given back. */
export interface Lease<P extends Closable = Parts> {
  readonly parts: P;
  /** Gives them back. More than once is once. */
  release(): void;
}

/** The parts that requests use now. They can be exchanged for others while requests run: each request keeps those it began with. */
export class Live<P extends Closable = Parts> {
  /** Fulfilled when there are parts for the first time. */
  public readonly ready: Promise<void>;
  private announce: () => void = () => undefined;
  private current?: Generation<P>;

  public constructor() {
    this.ready = new Promise((resolve) => {
      this.announce = resolve;
    });
  }

  /** Lends the parts to a request. */
  public lease(): Lease<P> {
    if (!this.current) throw new Unavailable('the application', 'it has not been connected to its database yet');
    return this.current.lease();
  }

  /** New requests use these parts. The old ones are closed when their last request has ended. */
  public exchange(parts: P): void {
    const old = this.current;
    this.current = new Generation(parts);
    this.announce();
    void old?.retire();
  }

  /** Closes the parts when their last request has ended. */
  public async close(): Promise<void> {
    const old = this.current;
    this.current = undefined;
    await old?.retire();
  }
}

class Generation<P extends Closable> {
  private users = 0;
  private onIdle?: () => void;

  public constructor(private readonly parts: P) {}

  public lease(): Lease<P> {
    let held = true;
    this.users += 1;
    return {
      parts: this.parts,
      release: () => {
        if (!held) return;
        held = false;
        this.users -= 1;
        if (this.users === 0) this.onIdle?.();
      },
    };
  }

  public async retire(): Promise<void> {
    if (this.users > 0) {
      await new Promise<void>((resolve) => {
        const tooLong = setTimeout(resolve, PATIENCE_MS);
        this.onIdle = () => {
          clearTimeout(tooLong);
          resolve();
        };
      });
    }
    await this.parts.close().catch((error: unknown) => {
      log.warn('old connections did not close', { reason: reasonOf(error) });
    });
  }
}
