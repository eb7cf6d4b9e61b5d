import type { Database } from './data/database';
import { isDatabaseError, type DatabaseServer } from './data/database-server';
import { log } from './log';
import type { Parts } from './parts';
import { reasonOf, within } from './timing';

const ANSWER_MS = 2_000;
/** What PostgreSQL says when it lacks a feature. */
const NOT_SUPPORTED = '0A000';
/** Shards that are asked: enough to see that something is wrong, few enough to stay cheap. */
const SHARD_SAMPLE = 4;

/** What a server may be connected to. */
export type PartKind = 'writer' | 'products' | 'orders' | 'reader' | 'shard' | 'cache' | 'sessions' | 'uploads';

/** How one part is right now. */
export interface Health {
  readonly kind: PartKind;
  /** The part whose data can be read here while it is away: of a reader, its writer. */
  readonly standsFor?: PartKind;
  /** Where it is. */
  readonly place: string;
  /** Whether the application can't do without: a reader and the cache have a stand-in, the writer, and a shard has only some of the users. */
  readonly required: boolean;
  readonly ok: boolean;
  /** How long it took to find out. */
  readonly ms: number;
  /** What else is known, for people. */
  readonly detail: string;
}

/** Asks all parts at once how they are. */
export async function examine({ databases: { core, products, orders }, sharded, cache, sessions, uploads }: Parts): Promise<Health[]> {
  const { valkey } = cache;
  const sample = (await sharded?.shards.sample(SHARD_SAMPLE)) ?? [];
  return Promise.all([
    ...(core ? askDatabase('writer', core) : [...askDatabase('products', products), ...askDatabase('orders', orders)]),
    ...sample.map(async ({ shard, database }) => askWriter('shard', database, `shard ${shard}`)),
    ...(valkey
      ? [
          ask('cache', valkey.endpoint, async () => {
            await valkey.check();
            return hitRate(cache.hits, cache.misses);
          }),
        ]
      : []),
    ask('sessions', sessions.place, async () => sessions.check().then(() => '')),
    ask('uploads', uploads.place, async () => uploads.check().then(() => '')),
  ]);
}

function askDatabase(kind: PartKind, database: Database): Promise<Health>[] {
  return [
    askWriter(kind, database),
    ...database.readers.map(async (reader) => ({ ...(await ask('reader', reader.endpoint, async () => lagOf(reader))), standsFor: kind })),
  ];
}

async function askWriter(kind: PartKind, { writer }: Database, detail = ''): Promise<Health> {
  return ask(kind, writer.endpoint, async () => writer.query('SELECT 1').then(() => detail));
}

async function ask(kind: PartKind, place: string, question: () => Promise<string>): Promise<Health> {
  const required = !['reader', 'cache', 'shard'].includes(kind);
  const start = performance.now();
  const passed = (): number => Math.round(performance.now() - start);
  try {
    const detail = await within(ANSWER_MS, kind, question());
    return { kind, place, required, ok: true, ms: passed(), detail };
  } catch (error) {
    log.warn('a part does not answer', { kind, place, reason: reasonOf(error) });
    return { kind, place, required, ok: false, ms: passed(), detail: '' };
  }
}

async function lagOf(reader: DatabaseServer): Promise<string> {
  const lag = await secondsBehind(reader);
  if (lag === null) return 'lag unknown';
  return lag < 1 ? 'less than a second behind' : `${lag.toFixed(0)} s behind`;
}

async function secondsBehind(reader: DatabaseServer): Promise<number | null> {
  try {
    const [{ lag }] = await reader.query<{ lag: number | null }>(
      `SELECT CASE WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
              ELSE extract(epoch FROM now() - pg_last_xact_replay_timestamp()) END::float8 AS lag`,
    );
    return lag;
  } catch (error) {
    // A reader that shares its writer's storage replays nothing, and may refuse the question: it answered.
    if (isDatabaseError(error, NOT_SUPPORTED)) return null;
    throw error;
  }
}

function hitRate(hits: number, misses: number): string {
  const reads = hits + misses;
  return reads === 0 ? 'nothing was read yet' : `${Math.round((100 * hits) / reads)} % of ${reads} reads were hits`;
}
