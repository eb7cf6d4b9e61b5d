import type { Database } from './database';
import { type Before, insertUser, newestUsers, type Profile, type User } from './user-table';

/** Where users are. */
export interface UserHomes {
  /** Adds a user and says the id. */
  add(profile: Profile): Promise<string>;
  /** Does something in the database where a user is, or nothing where none can have them. */
  at<T>(id: string, work: (database: Database) => Promise<T | undefined>): Promise<T | undefined>;
  /** A page of users: the newest, or those that came before the last one of another page. */
  newest(fresh: boolean, before?: Before): Promise<User[]>;
}

/** All users in one database. */
export class OneHome implements UserHomes {
  public constructor(private readonly database: Database) {}

  public async add(profile: Profile): Promise<string> {
    return insertUser(this.database, profile);
  }

  public async at<T>(_id: string, work: (database: Database) => Promise<T | undefined>): Promise<T | undefined> {
    return work(this.database);
  }

  public async newest(fresh: boolean, before?: Before): Promise<User[]> {
    return newestUsers(this.database, fresh, before);
  }
}
