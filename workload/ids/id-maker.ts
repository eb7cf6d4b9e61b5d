import { Unavailable } from '../timing';
import type { Clock } from './clock';
import { idOf, SEQUENCES } from './k-sortable';

/** How far a clock may go back, or be behind the one that made ids before, and be waited for. */
export const WAIT_MS = 1_000;

/** What a lease allows. */
export interface Allowance {
  readonly worker: number;
  /** The first time that ids may have. */
  readonly from: number;
  /** The last time that ids may have. */
  readonly until: number;
  /** No ids when the monotonic clock is past this. */
  readonly deadline: number;
}

/** Makes the ids of one worker. No two have the same time and sequence, whatever the clock does, and each is greater than the one before. */
export class IdMaker {
  private last: number;
  private sequence = SEQUENCES - 1;
  private ended = false;

  public constructor(
    private allowance: Allowance,
    private readonly clock: Clock,
  ) {
    this.last = allowance.from - 1;
  }

  /** The last time that an id has, or may have had before this maker. */
  public get lastTime(): number {
    return this.last;
  }

  /** Whether the lease still allows ids now. */
  public get allowed(): boolean {
    return !this.ended && this.clock.monotonic() < this.allowance.deadline && this.clock.now() <= this.allowance.until;
  }

  /** Whether the clock went back so far that nobody should wait for it: another number makes ids at once. */
  public get stranded(): boolean {
    return this.last - this.clock.now() > WAIT_MS;
  }

  /** The lease was renewed. */
  public extend(until: number, deadline: number): void {
    this.allowance = { ...this.allowance, until, deadline };
  }

  /** No more ids, whatever is heard about the lease later. */
  public end(): void {
    this.ended = true;
  }

  /** The next id. Waits for the next millisecond where this one is used up, and for a clock that is a little behind. */
  public async next(): Promise<bigint> {
    for (;;) {
      const time = this.clock.now();
      if (!this.allowed) throw new Unavailable('the maker of ids', 'its lease has ended');
      if (time > this.last) {
        this.last = time;
        this.sequence = 0;
        return this.current();
      }
      if (time === this.last && this.sequence < SEQUENCES - 1) {
        this.sequence += 1;
        return this.current();
      }
      const behind = this.last - time;
      if (behind > WAIT_MS) throw new Unavailable('the maker of ids', `the clock went back by ${behind} ms`);
      await this.clock.pause(behind + 1);
    }
  }

  private current(): bigint {
    return idOf({ time: this.last, worker: this.allowance.worker, sequence: this.sequence });
  }
}
