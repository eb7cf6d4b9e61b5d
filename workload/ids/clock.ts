import { pause } from '../timing';

/** The clocks of this server. */
export interface Clock {
  /** Milliseconds since 1970. It may be set, forwards and backwards. */
  now(): number;
  /** Milliseconds since some moment. It never goes back. */
  monotonic(): number;
  /** Waits. */
  pause(milliseconds: number): Promise<void>;
}

/** The real clocks. */
export const SYSTEM_CLOCK: Clock = { now: () => Date.now(), monotonic: () => performance.now(), pause };
