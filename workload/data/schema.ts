import type { DatabaseServer } from './database-server';

/** Any number, as long as every server takes the same one. */
const LOCK = 20_408;

/**
 * Makes the tables where they are missing. Many servers start at once, and two `CREATE TABLE IF NOT EXISTS` at the same moment
 * may fail, so they take turns.
 */
export async function createSchema(writer: DatabaseServer): Promise<void> {
  await writer.transaction([
    `SELECT pg_advisory_xact_lock(${LOCK})`,
    `CREATE TABLE IF NOT EXISTS users (
       id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
       name text NOT NULL,
       bio text NOT NULL,
       photo text,
       created_at timestamptz NOT NULL DEFAULT now()
     )`,
  ]);
}
