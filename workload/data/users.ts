import type { Cache } from '../cache/cache';
import type { UserHomes } from './user-homes';
import { type Before, findUser, updateUser, type Profile, type User, type UserPage } from './user-table';

/** The users: in their databases, and the ones in demand in the cache. */
export class Users {
  public constructor(
    private readonly homes: UserHomes,
    private readonly cache: Cache,
  ) {}

  /** The newest users, or those that came before the last one of another page. */
  public async newest(fresh: boolean, before?: Before): Promise<UserPage> {
    const load = async (uncached: boolean): Promise<UserPage> => this.homes.newest(uncached, before);
    return this.cache.readBriefly(fresh, `users:2:${before?.id ?? ''}:${before?.createdAt ?? ''}`, load);
  }

  /** One user, from the cache if possible. */
  public async find(fresh: boolean, id: string): Promise<User | undefined> {
    const load = async (uncached: boolean): Promise<User | undefined> =>
      this.homes.at(id, async (database) => findUser(database, uncached, id));
    return fresh ? load(true) : this.cache.read(keyOf(id), load);
  }

  /** Adds a user and says its id. */
  public async add(profile: Profile): Promise<string> {
    return this.homes.add(profile);
  }

  /** Changes a user and says whether there was one. Without a new picture the old one stays. */
  public async change(id: string, profile: Profile): Promise<boolean> {
    const changed = await this.homes.at(id, async (database) => updateUser(database, id, profile));
    await this.cache.forget(keyOf(id));
    return changed !== undefined;
  }
}

// The number is the shape of what is stored: two releases may run side by side.
function keyOf(id: string): string {
  return `user:1:${id}`;
}
