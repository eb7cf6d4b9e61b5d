import type { QueryResultRow } from 'pg';
import { log } from '../log';
import { Unavailable, reasonOf } from '../timing';
import type { DatabaseServer, SqlValue } from './database-server';
import { Freshness } from './freshness';

const AVOID_MS = 5_000;

/** A writer and any number of readers that follow it, a moment behind. */
export class Database {
  private readonly avoidedUntil = new Map<DatabaseServer, number>();
  private readonly freshness: Freshness;
  private turn = 0;

  public constructor(
    /** Takes all writes. */
    public readonly writer: DatabaseServer,
    /** Share the reads that may lag. */
    public readonly readers: readonly DatabaseServer[],
  ) {
    this.freshness = new Freshness(writer, readers);
  }

  /** Changes something, or reads what must be up to date. */
  public async write<Row extends QueryResultRow>(sql: string, values: readonly SqlValue[]): Promise<Row[]> {
    return this.writer.query<Row>(sql, values);
  }

  /**
   * Reads, from the readers in turn that are not too far behind.
   * @param fresh whether what was just written must be seen: then the writer is asked.
   */
  public async read<Row extends QueryResultRow>(fresh: boolean, sql: string, values: readonly SqlValue[]): Promise<Row[]> {
    if (fresh || this.readers.length === 0) return this.writer.query<Row>(sql, values);
    const reader = this.next(await this.freshness.fresh());
    const answer = reader && (await this.tried<Row>(reader, sql, values));
    if (answer) return answer;
    try {
      return await this.writer.query<Row>(sql, values);
    } catch (error) {
      // While nobody can write, something old is better than nothing.
      const last = error instanceof Unavailable ? this.next(this.readers) : undefined;
      const old = last && (await this.tried<Row>(last, sql, values));
      if (old) return old;
      throw error;
    }
  }

  /** Whether a reader answers and has a table. */
  public async readersHave(table: string): Promise<boolean> {
    const asked = this.readers.map(async (reader) => reader.query(`SELECT FROM ${table} LIMIT 0`));
    return (await Promise.allSettled(asked)).some(({ status }) => status === 'fulfilled');
  }

  /** Closes all connections. */
  public async close(): Promise<void> {
    await Promise.all([this.writer, ...this.readers].map((server) => server.close()));
  }

  /** What a reader answers; none where it fails, and then it is left alone for a while. */
  private async tried<Row extends QueryResultRow>(
    reader: DatabaseServer,
    sql: string,
    values: readonly SqlValue[],
  ): Promise<Row[] | undefined> {
    try {
      return await reader.query<Row>(sql, values);
    } catch (error) {
      this.avoidedUntil.set(reader, Date.now() + AVOID_MS);
      log.warn('a reader failed, the writer answers instead', { endpoint: reader.endpoint, reason: reasonOf(error) });
      return undefined;
    }
  }

  private next(readers: readonly DatabaseServer[]): DatabaseServer | undefined {
    const willing = readers.filter((reader) => (this.avoidedUntil.get(reader) ?? 0) <= Date.now());
    this.turn += 1;
    return willing[this.turn % willing.length];
  }
}
