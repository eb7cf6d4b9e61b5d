import type { Database } from './database';
import { insertNext } from './next-ids';
import { type Before, insertUser, newestUsers, type Profile, type UserPage } from './user-table';

/** Where users are. */
export interface UserHomes {
  /** Adds a user and says the id. */
  add(profile: Profile): Promise<string>;
  /** Does something in the database where a user is, or nothing where none can have them. */
  at<T>(id: string, work: (database: Database) => Promise<T | undefined>): Promise<T | undefined>;
  /** A page of users: the newest, or those that came before the last one of another page. */
  newest(fresh: boolean, before?: Before): Promise<UserPage>;
}

/** The ids of the one table, as PostgreSQL names and gives them. */
const ALL = { sequence: 'users_id_seq', first: 1n, end: 2n ** 63n - 1n };

/** All users in one database. */
export class OneHome implements UserHomes {
  /** @param hasSequences whether sequences can be called from here. */
  public constructor(
    private readonly database: Database,
    private readonly hasSequences = true,
  ) {}

  public async add(profile: Profile): Promise<string> {
    const bySequence = async (): Promise<string> => insertUser(this.database, profile);
    const id = await insertNext(this.database, ALL, profile, this.hasSequences ? bySequence : undefined);
    if (id === undefined) throw new Error('there are no ids left');
    return id;
  }

  public async at<T>(_id: string, work: (database: Database) => Promise<T | undefined>): Promise<T | undefined> {
    return work(this.database);
  }

  public async newest(fresh: boolean, before?: Before): Promise<UserPage> {
    return { users: await newestUsers(this.database, fresh, before), incomplete: false };
  }
}
