import type { QueryResultRow } from 'pg';
import { log } from '../log';
import { reasonOf } from '../timing';
import type { DatabaseServer, SqlValue } from './database-server';

const AVOID_MS = 5_000;

/** A writer and any number of readers that follow it, a moment behind. */
export class Database {
  private readonly avoidedUntil = new Map<DatabaseServer, number>();
  private turn = 0;

  public constructor(
    /** Takes all writes. */
    public readonly writer: DatabaseServer,
    /** Share the reads that may lag. */
    public readonly readers: readonly DatabaseServer[],
  ) {}

  /** Changes something, or reads what must be up to date. */
  public async write<Row extends QueryResultRow>(sql: string, values: readonly SqlValue[]): Promise<Row[]> {
    return this.writer.query<Row>(sql, values);
  }

  /**
   * Reads, from the readers in turn.
   * @param fresh whether what was just written must be seen: then the writer is asked.
   */
  public async read<Row extends QueryResultRow>(fresh: boolean, sql: string, values: readonly SqlValue[]): Promise<Row[]> {
    const reader = fresh ? undefined : this.nextReader();
    if (reader) {
      try {
        return await reader.query<Row>(sql, values);
      } catch (error) {
        this.avoidedUntil.set(reader, Date.now() + AVOID_MS);
        log.warn('a reader failed, the writer answers instead', { endpoint: reader.endpoint, reason: reasonOf(error) });
      }
    }
    return this.writer.query<Row>(sql, values);
  }

  /** Closes all connections. */
  public async close(): Promise<void> {
    await Promise.all([this.writer, ...this.readers].map((server) => server.close()));
  }

  private nextReader(): DatabaseServer | undefined {
    const willing = this.readers.filter((reader) => (this.avoidedUntil.get(reader) ?? 0) <= Date.now());
    this.turn += 1;
    return willing[this.turn % willing.length];
  }
}
