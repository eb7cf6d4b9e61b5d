import { DatabaseError } from 'pg';
import { log } from '../log';
import { within } from '../timing';
import type { DatabaseServer } from './database-server';

/** How far what a reader shows may be behind what was committed. Looks are a second apart, so it may be two seconds more. */
export const MOST_STALE_MS = 5_000;
const LOOK_MS = 1_000;
const ANSWER_MS = 1_000;

/** A position in the writer's log, and when everything that was committed then was before it. */
interface Mark {
  readonly at: number;
  readonly position: bigint;
}

/**
 * Which readers are too far behind: those that have not replayed what the writer had written five seconds ago, by its own log, and those that
 * don't answer. Readers that have no log of their own, as Aurora's, can't be asked and are believed: they share the writer's storage.
 *
 * Nobody looks while nobody reads. While the writer can't be asked, what was known of it last decides.
 */
export class Freshness {
  private readonly behind = new Set<DatabaseServer>();
  private readonly asking = new Set<DatabaseServer>();
  private readonly silent = new Set<DatabaseServer>();
  private marks: readonly Mark[] = [];
  private looked = -Infinity;
  private looking?: Promise<void>;

  /** @param now a clock that never goes back, in milliseconds. */
  public constructor(
    private readonly writer: DatabaseServer,
    private readonly readers: readonly DatabaseServer[],
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Readers that may be read from. Waits for a look only where the last one is too long ago to mean something. */
  public async fresh(): Promise<readonly DatabaseServer[]> {
    const since = this.now() - this.looked;
    if (since > LOOK_MS && !this.looking) {
      this.looked = this.now();
      this.looking = this.look().finally(() => {
        this.looking = undefined;
      });
    }
    if (since > MOST_STALE_MS) await this.looking;
    return this.readers.filter((reader) => !this.behind.has(reader));
  }

  private async look(): Promise<void> {
    const at = this.now();
    const position = await this.position(this.writer, 'pg_current_wal_lsn()');
    if (position !== undefined) this.marks = [...this.marks.filter((mark) => mark.at > at - 2 * MOST_STALE_MS), { at, position }];
    const wanted = this.marks.findLast((mark) => mark.at <= at - MOST_STALE_MS) ?? this.marks.at(0);
    if (wanted) await Promise.all(this.readers.map(async (reader) => this.judge(reader, wanted.position)));
  }

  private async judge(reader: DatabaseServer, wanted: bigint): Promise<void> {
    const position = await this.position(reader, 'pg_last_wal_replay_lsn()');
    const isBehind = !this.silent.has(reader) && (position === undefined || position < wanted);
    if (isBehind === this.behind.has(reader)) return;
    log.warn(isBehind ? 'a reader is behind, others answer' : 'a reader has caught up', { endpoint: reader.endpoint });
    if (isBehind) this.behind.add(reader);
    else this.behind.delete(reader);
  }

  /** A position, or none where the server doesn't answer in time or has no such thing. A server that hangs is not asked twice. */
  private async position(server: DatabaseServer, call: string): Promise<bigint | undefined> {
    if (this.silent.has(server) || this.asking.has(server)) return undefined;
    this.asking.add(server);
    const answer = server.query<{ readonly position: string | null }>(`SELECT ${call}::text AS position`).finally(() => {
      this.asking.delete(server);
    });
    try {
      const [{ position }] = await within(ANSWER_MS, `database ${server.endpoint}`, answer);
      if (position !== null) return positionOf(position);
      this.silent.add(server);
    } catch (error) {
      if (error instanceof DatabaseError) this.silent.add(server);
    }
    return undefined;
  }
}

/** `16/B374D848`: the upper and the lower half of 64 bits. */
function positionOf(text: string): bigint {
  const [upper, lower] = text.split('/').map((half) => BigInt(`0x${half}`));
  return (upper << 32n) | lower;
}
