import type { DatabaseServer } from './data/database-server';
import { log } from './log';
import type { Parts } from './parts';
import { reasonOf, within } from './timing';

const ANSWER_MS = 2_000;

/** What a server may be connected to. */
export type PartKind = 'writer' | 'reader' | 'cache' | 'sessions' | 'uploads';

/** How one part is right now. */
export interface Health {
  readonly kind: PartKind;
  /** Where it is. */
  readonly place: string;
  /** Whether the application can't do without: a reader and the cache have a stand-in, the writer. */
  readonly required: boolean;
  readonly ok: boolean;
  /** How long it took to find out. */
  readonly ms: number;
  /** What else is known, for people. */
  readonly detail: string;
}

/** Asks all parts at once how they are. */
export async function examine({ database, cache, sessions, uploads }: Parts): Promise<Health[]> {
  const { valkey } = cache;
  return Promise.all([
    ask('writer', database.writer.endpoint, async () => {
      await database.writer.query('SELECT 1');
      return '';
    }),
    ...database.readers.map(async (reader) => ask('reader', reader.endpoint, async () => lagOf(reader))),
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

async function ask(kind: PartKind, place: string, question: () => Promise<string>): Promise<Health> {
  const required = kind !== 'reader' && kind !== 'cache';
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
  const [{ lag }] = await reader.query<{ lag: number | null }>(
    `SELECT CASE WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
            ELSE extract(epoch FROM now() - pg_last_xact_replay_timestamp()) END::float8 AS lag`,
  );
  if (lag === null) return 'lag unknown';
  return lag < 1 ? 'less than a second behind' : `${lag.toFixed(0)} s behind`;
}

function hitRate(hits: number, misses: number): string {
  const reads = hits + misses;
  return reads === 0 ? 'nothing was read yet' : `${Math.round((100 * hits) / reads)} % of ${reads} reads were hits`;
}
