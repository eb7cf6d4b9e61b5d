import { WORKERS } from '../ids/k-sortable';
import type { DatabaseServer } from './database-server';

/** Any number, as long as every server takes the same one. */
const LOCK = 20_408;

/** Worker numbers below are for the one database, the others for federated ones: ids stay unique when data moves from one to the other. */
const FIRST_FEDERATED_WORKER = 256;

/** Users of the one database. */
export const USERS = [
  `CREATE TABLE IF NOT EXISTS users (
     id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     name text NOT NULL,
     bio text NOT NULL,
     photo text,
     created_at timestamptz NOT NULL DEFAULT now()
   )`,
];

/** Users of a shard. Their ids come from elsewhere, or from a sequence of the shard's range. */
export const SHARD_USERS = [
  `CREATE TABLE IF NOT EXISTS users (
     id bigint PRIMARY KEY,
     name text NOT NULL,
     bio text NOT NULL,
     photo text,
     created_at timestamptz NOT NULL DEFAULT now()
   )`,
];

/** Products. */
export const PRODUCTS = [
  `CREATE TABLE IF NOT EXISTS products (
     id bigint PRIMARY KEY,
     name text NOT NULL,
     cents integer NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now()
   )`,
];

/** Orders, and what is kept beside them. No foreign key leads out: users and products may be in other databases. */
export const ORDERS = [
  `CREATE TABLE IF NOT EXISTS orders (
     id bigint PRIMARY KEY,
     user_id bigint NOT NULL,
     product_id bigint NOT NULL,
     quantity integer NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now()
   )`,
  'CREATE INDEX IF NOT EXISTS orders_created_at ON orders (created_at)',
  `CREATE TABLE IF NOT EXISTS reports (
     id bigint PRIMARY KEY,
     state text NOT NULL CHECK (state IN ('accepted', 'running', 'done', 'failed')),
     days integer NOT NULL,
     seconds integer NOT NULL,
     result jsonb,
     claim bigint NOT NULL DEFAULT 0,
     claimed_until timestamptz,
     last_try boolean NOT NULL DEFAULT false,
     created_at timestamptz NOT NULL DEFAULT now(),
     finished_at timestamptz
   )`,
  'CREATE TABLE IF NOT EXISTS user_directory (id bigint PRIMARY KEY, shard integer NOT NULL)',
  `CREATE TABLE IF NOT EXISTS worker_lease (
     worker integer PRIMARY KEY,
     token bigint NOT NULL DEFAULT 0,
     holder text NOT NULL DEFAULT '',
     ends timestamptz NOT NULL DEFAULT '-infinity',
     ids_from bigint NOT NULL DEFAULT 0,
     ids_until bigint NOT NULL DEFAULT 0
   )`,
];

/** Worker numbers to be leased where there is one database. */
export const WORKERS_OF_ONE = [workers(0, FIRST_FEDERATED_WORKER - 1)];

/** Worker numbers to be leased where databases are federated. */
export const WORKERS_OF_FEDERATION = [workers(FIRST_FEDERATED_WORKER, WORKERS - 1)];

/**
 * Makes what is missing. Many servers start at once, and two `CREATE TABLE IF NOT EXISTS` at the same moment may fail, so they take
 * turns. A copy in another region can't be told to make tables: they come to it from the region that has the writer. Says whether they were made.
 */
export async function createSchema(writer: DatabaseServer, statements: readonly string[]): Promise<boolean> {
  const [{ copy }] = await writer.query<{ copy: boolean }>('SELECT pg_is_in_recovery() AS copy');
  if (copy) return false;
  await writer.transaction([`SELECT pg_advisory_xact_lock(${LOCK})`, ...statements]);
  return true;
}

function workers(first: number, last: number): string {
  return `INSERT INTO worker_lease (worker) SELECT generate_series(${first}, ${last}) ON CONFLICT DO NOTHING`;
}
