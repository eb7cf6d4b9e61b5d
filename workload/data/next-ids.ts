import { jitter, pause } from '../timing';
import type { Database } from './database';
import { isDatabaseError } from './database-server';
import { catchUp, insertBehind, type Profile } from './user-table';

/** What PostgreSQL says when an id is taken. */
const TAKEN = '23505';
const MOST_TRIES = 10;
const AGAIN_MS = 20;

/** Ids that follow each other. */
export interface NextIds {
  /** The sequence that gives them. */
  readonly sequence: string;
  readonly first: bigint;
  /** The first that is none of them. */
  readonly end: bigint;
}

/**
 * Adds a user under the next id, and says nothing where there is none left. A copy in another region may pass on no call of a sequence (Aurora
 * guide, "Using write forwarding"), so there a user gets the id behind the last one, and the sequence catches up when it meets such an id.
 * @param insert adds the user by the sequence, where that can be called; left out elsewhere.
 */
export async function insertNext(
  database: Database,
  { sequence, first, end }: NextIds,
  profile: Profile,
  insert?: () => Promise<string>,
): Promise<string | undefined> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await (insert ? insert() : insertBehind(database, first, end, profile));
    } catch (error) {
      if (!isDatabaseError(error, TAKEN) || tries === MOST_TRIES) throw error;
      if (insert) await catchUp(database, sequence, first, end);
      else await pause(jitter(AGAIN_MS * tries));
    }
  }
}
