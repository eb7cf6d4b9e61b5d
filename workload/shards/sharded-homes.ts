import type { Database } from '../data/database';
import type { UserHomes } from '../data/user-homes';
import { type Before, newestByTime, newestUsers, PAGE_SIZE, type Profile, type User, type UserPage } from '../data/user-table';
import { log } from '../log';
import { reasonOf, Unavailable } from '../timing';
import type { Placement } from './placement';
import type { Shards } from './shards';

/** The most shards that one list asks. */
const FAN_OUT = 16;

/** Users over shards. */
export class ShardedHomes implements UserHomes {
  public constructor(
    private readonly shards: Shards,
    private readonly placement: Placement,
  ) {}

  public async add(profile: Profile): Promise<string> {
    return this.placement.add(profile);
  }

  /** Somebody who isn't found may have been moved a moment ago. */
  public async at<T>(id: string, work: (database: Database) => Promise<T | undefined>): Promise<T | undefined> {
    const remembered = await this.placement.find(id, false);
    const found = remembered === undefined ? undefined : await this.shards.use(remembered, work);
    if (found !== undefined) return found;
    const shard = await this.placement.find(id, true);
    return shard === undefined || shard === remembered ? undefined : this.shards.use(shard, work);
  }

  /**
   * Who came last, on up to 16 shards: numbers of different shards say nothing about who came first. One that doesn't answer is left out:
   * its users are missed, which the page says, and the others are not.
   */
  public async newest(fresh: boolean, before?: Before): Promise<UserPage> {
    const { id, createdAt } = before ?? {};
    const page = async (database: Database): Promise<User[]> =>
      id !== undefined && createdAt !== undefined ? newestByTime(database, fresh, { id, createdAt }) : newestUsers(database, fresh, before);
    const asked = this.placement.listed(createdAt === undefined ? id : undefined).slice(0, FAN_OUT);
    const answers = await Promise.allSettled(asked.map(async (shard) => this.shards.use(shard, page)));
    const failures = answers.flatMap((answer, index) =>
      answer.status === 'rejected' ? [{ shard: asked[index], reason: reasonOf(answer.reason) }] : [],
    );
    for (const failure of failures) log.warn('a shard is left out of a list', failure);
    if (failures.length > 0 && failures.length === asked.length) throw new Unavailable('every shard', failures[0].reason);
    const users = answers
      .flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
      .sort(
        (a, b) =>
          (before && createdAt === undefined ? 0 : b.createdAt.localeCompare(a.createdAt)) || (BigInt(a.id) < BigInt(b.id) ? 1 : -1),
      )
      .slice(0, PAGE_SIZE);
    return { users, incomplete: failures.length > 0 };
  }
}
