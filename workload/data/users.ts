import type { Cache } from '../cache/cache';
import type { Database } from './database';

/** Somebody on the list. */
export interface User {
  /** A 64-bit number, as text because JavaScript's numbers are shorter. */
  readonly id: string;
  readonly name: string;
  readonly bio: string;
  /** Path of an uploaded picture. */
  readonly photo: string | null;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** What a visitor may say about a user. */
export type Profile = Pick<User, 'name' | 'bio' | 'photo'>;

const COLUMNS = `id, name, bio, photo, to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS "createdAt"`;

/** How many users a page shows. */
export const PAGE_SIZE = 20;

/** The users: in the database, and the ones in demand in the cache. */
export class Users {
  public constructor(
    private readonly database: Database,
    private readonly cache: Cache,
  ) {}

  /** The newest users, or those just older than the one with the id `before`. */
  public async newest(fresh: boolean, before?: string): Promise<User[]> {
    return this.database.read<User>(
      fresh,
      `SELECT ${COLUMNS} FROM users WHERE $1::bigint IS NULL OR id < $1 ORDER BY id DESC LIMIT ${PAGE_SIZE}`,
      [before ?? null],
    );
  }

  /** One user, from the cache if possible. */
  public async find(fresh: boolean, id: string): Promise<User | undefined> {
    const load = async (uncached: boolean): Promise<User | undefined> => {
      const users = await this.database.read<User>(uncached, `SELECT ${COLUMNS} FROM users WHERE id = $1`, [id]);
      return users.at(0);
    };
    return fresh ? load(true) : this.cache.read(keyOf(id), load);
  }

  /** Adds a user and says its id. */
  public async add({ name, bio, photo }: Profile): Promise<string> {
    const sql = 'INSERT INTO users (name, bio, photo) VALUES ($1, $2, $3) RETURNING id';
    const [{ id }] = await this.database.write<{ id: string }>(sql, [name, bio, photo]);
    return id;
  }

  /** Changes a user and says whether there was one. Without a new picture the old one stays. */
  public async change(id: string, { name, bio, photo }: Profile): Promise<boolean> {
    const rows = await this.database.write('UPDATE users SET name = $2, bio = $3, photo = coalesce($4, photo) WHERE id = $1 RETURNING id', [
      id,
      name,
      bio,
      photo,
    ]);
    await this.cache.forget(keyOf(id));
    return rows.length > 0;
  }
}

/** Whether a text is an id that the database can hold. */
export function isUserId(text: string): boolean {
  return /^[1-9]\d{0,18}$/.test(text) && BigInt(text) < 2n ** 63n;
}

// The number is the shape of what is stored: two releases may run side by side.
function keyOf(id: string): string {
  return `user:1:${id}`;
}
