import type { Profile } from '../data/user-table';

/** Decides which shard a user is on. */
export interface Placement {
  /**
   * The shard of a user, or nothing where no shard can have them.
   * @param fresh whether what was remembered won't do.
   */
  find(id: string, fresh: boolean): Promise<number | undefined>;
  /** Adds a user on a shard with room, and says the id. */
  add(profile: Profile): Promise<string>;
  /** Shards that may have users just below an id, the likeliest first. */
  listed(before?: string): number[];
}
