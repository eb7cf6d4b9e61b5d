import { HttpError } from '../http/reply';
import { Unavailable } from '../timing';

const FULL_MS = 60_000;
const UNAVAILABLE_MS = 5_000;

/** There is no room for another user. */
export class Full extends Error {}

/** Candidates for a new user take turns. Those that are full or don't answer are passed by for a while. */
export class Turns<Candidate> {
  private readonly avoided = new Map<Candidate, { readonly until: number; readonly reason: Error }>();
  private turn: number;

  public constructor(private readonly candidates: readonly Candidate[]) {
    // Servers that start together don't begin with the same one.
    this.turn = Math.floor(Math.random() * candidates.length);
  }

  /** Does something with the first candidate that can. */
  public async take<T>(attempt: (candidate: Candidate) => Promise<T>): Promise<T> {
    const start = this.turn++;
    let unavailable: Error | undefined;
    for (let step = 0; step < this.candidates.length; step += 1) {
      const candidate = this.candidates[(start + step) % this.candidates.length];
      const avoided = this.avoided.get(candidate);
      const reason = avoided && avoided.until > Date.now() ? avoided.reason : undefined;
      try {
        if (!reason) return await attempt(candidate);
      } catch (error) {
        if (!(error instanceof Full) && !(error instanceof Unavailable)) throw error;
        this.avoided.set(candidate, { until: Date.now() + (error instanceof Full ? FULL_MS : UNAVAILABLE_MS), reason: error });
      }
      const met = reason ?? this.avoided.get(candidate)?.reason;
      if (met instanceof Unavailable) unavailable = met;
    }
    throw unavailable ?? new HttpError(507, 'There is no room for anybody else: all shards are full.');
  }
}
