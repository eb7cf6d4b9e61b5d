import type { Database } from './database';
import { isId } from './id';
import type { SqlValue } from './database-server';

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

/** The last user of the page before. */
export interface Before {
  readonly id: string;
  /** When that user came. Without it a page goes on by numbers alone. */
  readonly createdAt?: string;
}

/** A page of users, and whether some are missing because their database doesn't answer. */
export interface UserPage {
  readonly users: User[];
  readonly incomplete: boolean;
}

/** The users with the highest ids, or those just below an id. */
export async function newestUsers(database: Database, fresh: boolean, before?: Before): Promise<User[]> {
  return database.read<User>(
    fresh,
    `SELECT ${COLUMNS} FROM users WHERE $1::bigint IS NULL OR id < $1 ORDER BY id DESC LIMIT ${PAGE_SIZE}`,
    [before?.id ?? null],
  );
}

/** The same of one of several databases, which number their users each in its own way: the page before ended at a second, and at an id of it. */
export async function newestByTime(database: Database, fresh: boolean, { id, createdAt }: Required<Before>): Promise<User[]> {
  const sql = `SELECT ${COLUMNS} FROM users WHERE (date_trunc('second', created_at), id) < ($2::timestamptz, $1::bigint)
    ORDER BY id DESC LIMIT ${PAGE_SIZE}`;
  return database.read<User>(fresh, sql, [id, createdAt]);
}

/** One user. */
export async function findUser(database: Database, fresh: boolean, id: string): Promise<User | undefined> {
  return (await database.read<User>(fresh, `SELECT ${COLUMNS} FROM users WHERE id = $1`, [id])).at(0);
}

/** Adds a user under the next id of the one database. */
export async function insertUser(database: Database, profile: Profile): Promise<string> {
  return insert(database, 'INSERT INTO users (name, bio, photo) VALUES ($1, $2, $3) RETURNING id', profile);
}

/** Adds a user under the next id of a sequence. */
export async function insertWithSequence(database: Database, sequence: string, profile: Profile): Promise<string> {
  const sql = `INSERT INTO users (name, bio, photo, id) OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3, nextval('${sequence}')) RETURNING id`;
  return insert(database, sql, profile);
}

/**
 * Adds a user under the id behind the last one of a range, and says nothing where the range is full. Fails with a duplicate key where somebody
 * else took that id at the same moment.
 */
export async function insertBehind(database: Database, first: bigint, end: bigint, profile: Profile): Promise<string | undefined> {
  const sql = `INSERT INTO users (name, bio, photo, id) OVERRIDING SYSTEM VALUE
    SELECT $1::text, $2::text, $3::text, last + 1
    FROM (SELECT coalesce(max(id), $4::bigint - 1) AS last FROM users WHERE id >= $4::bigint AND id < $5::bigint) AS range
    WHERE last + 1 < $5::bigint RETURNING id`;
  const values = [profile.name, profile.bio, profile.photo, String(first), String(end)];
  return (await database.write<{ id: string }>(sql, values)).at(0)?.id;
}

/** Moves a sequence behind the last id of its range; never back. */
export async function catchUp(database: Database, sequence: string, first: bigint, end: bigint): Promise<void> {
  const sql = `SELECT setval('${sequence}', greatest(max(id), (SELECT last_value FROM ${sequence})))
    FROM users WHERE id >= $1::bigint AND id < $2::bigint HAVING max(id) IS NOT NULL`;
  await database.write(sql, [String(first), String(end)]);
}

/** Adds a user under a given id. The table may come from the one database, where ids are always generated. */
export async function insertWithId(database: Database, id: string, profile: Profile): Promise<string> {
  if (!isId(id)) throw new Error(`${id} is not an id`);
  const sql = 'INSERT INTO users (name, bio, photo, id) OVERRIDING SYSTEM VALUE VALUES ($1, $2, $3, $4) RETURNING id';
  return insert(database, sql, profile, [id]);
}

/** Changes a user and says the id if there was one. Without a new picture the old one stays. */
export async function updateUser(database: Database, id: string, { name, bio, photo }: Profile): Promise<string | undefined> {
  const sql = 'UPDATE users SET name = $2, bio = $3, photo = coalesce($4, photo) WHERE id = $1 RETURNING id';
  return (await database.write<{ id: string }>(sql, [id, name, bio, photo])).at(0)?.id;
}

async function insert(database: Database, sql: string, { name, bio, photo }: Profile, more: readonly SqlValue[] = []): Promise<string> {
  const [{ id }] = await database.write<{ id: string }>(sql, [name, bio, photo, ...more]);
  return id;
}
