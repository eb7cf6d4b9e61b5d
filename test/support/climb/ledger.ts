import { type Client, DatabaseError, type QueryResultRow } from 'pg';
import { eventually } from '../../../tools/servers/processes';
import type { Box } from './box';

const POLL_MS = 300;
const WORKERS = 4;

/**
 * Writers who insert, change and delete all the time, where the setting says, and remember what the database acknowledged. Where they
 * were not answered they look what became of it, as somebody does who doesn't want to pay twice.
 */
export class Ledger {
  /** The longest time without an acknowledged write. */
  public longestPauseMs = 0;
  /** Error codes of writes that were refused. */
  public readonly refusals = new Set<string>();
  /** Acknowledged writes. */
  public writes = 0;
  /** What may be there where a write was not answered and the writer did not find it: what was there before, what was found, what was sent. */
  private readonly unanswered = new Map<string, ReadonlySet<unknown>>();
  private readonly notes = new Map<string, string>();
  private readonly events = new Map<string, string>();
  private readonly stop = new AbortController();
  private lastWrite = Date.now();
  private place: string;
  private paused = false;
  private abandoned = false;
  private underWay = 0;
  private readonly workers: Promise<unknown>;

  /**
   * Starts writing.
   * @param rest for how many milliseconds each writer rests between its rounds.
   */
  public constructor(
    private readonly box: Box,
    private readonly rest = 20,
  ) {
    this.place = box.old.endpoint;
    this.workers = Promise.all([this.follow(), ...Array.from({ length: WORKERS }, async (_, worker) => this.work(worker + 1))]);
  }

  /** Waits until all writers have an answer, and lets none begin another write. */
  public async pause(): Promise<void> {
    this.paused = true;
    await eventually(() => this.underWay === 0, 60_000);
  }

  /** Lets them write again. */
  public resume(): void {
    this.paused = false;
  }

  /** Ends writing. */
  public async close(): Promise<void> {
    this.stop.abort();
    await this.workers;
  }

  /** Ends writing without waiting for it: the databases are stopped anyway. */
  public abandon(): void {
    this.abandoned = true;
    this.stop.abort();
    this.workers.catch(() => undefined);
  }

  /**
   * Differences between what was acknowledged and what a database has, both ways; and rows that are there twice. A write that was not answered
   * may arrive after its writer looked: PostgreSQL finishes it though its client has gone. Nobody was told that it is there, or that it is not.
   */
  public async differences(endpoint: string): Promise<string[]> {
    const client = await this.box.connect(endpoint);
    const people = await client.query<{ key: string; note: string }>("SELECT key, note FROM people WHERE key LIKE 'w%'");
    const events = await client.query<{ event: string; times: string }>(
      "SELECT worker || '-' || n AS event, count(*) || ' times' AS times FROM events WHERE worker > 0 GROUP BY worker, n",
    );
    const born = await client.query<{ rows: number }>(
      `SELECT ((SELECT count(*) FROM people WHERE key LIKE 'seed-%') + (SELECT count(*) FROM events WHERE worker = 0)
         + (SELECT count(*) FROM billing."Bills of 2026") + (SELECT count(*) FROM days))::integer AS rows`,
    );
    await client.end();
    return [
      ...contrast(this.notes, new Map(people.rows.map(({ key, note }) => [key, note])), this.unanswered),
      ...contrast(this.events, new Map(events.rows.map(({ event, times }) => [event, times])), this.unanswered),
      ...(born.rows[0].rows === this.box.rows ? [] : [`${born.rows[0].rows} of the first ${this.box.rows} rows`]),
    ];
  }

  /** Looks at the setting now and then, as the application does. */
  private async follow(): Promise<void> {
    while (!this.stop.signal.aborted) {
      // Where nobody can be asked, the application stays where it is.
      this.place = (await this.box.writer().catch(() => undefined)) ?? this.place;
      await pause(POLL_MS);
    }
  }

  private async work(worker: number): Promise<void> {
    const session = new Session(this.box, () => this.place);
    for (let n = 1; !this.stop.signal.aborted; n += 1) {
      await pause(this.rest);
      const key = `w${worker}-${n}`;
      const person = 'SELECT note AS value FROM people WHERE key = $1';
      await this.write(session, this.notes, key, 'INSERT INTO people (key, note) VALUES ($1, $2)', [key, 'new'], person);
      const event = [worker, n];
      const count = "SELECT count(*) || ' times' AS value FROM events WHERE worker || '-' || n = $1 HAVING count(*) > 0";
      const insert = "INSERT INTO events VALUES ($1, $2, nextval('tickets'), now(), random())";
      await this.write(session, this.events, event.join('-'), insert, event, count, '1 times');
      const earlier = `w${worker}-${Math.ceil(Math.random() * n)}`;
      const note = `changed ${n}`;
      if (this.notes.has(earlier))
        await this.write(session, this.notes, earlier, 'UPDATE people SET note = $2 WHERE key = $1', [earlier, note], person);
      const leaving = `w${worker}-${n - 5}`;
      if (n % 3 === 0 && this.notes.has(leaving))
        await this.write(session, this.notes, leaving, 'DELETE FROM people WHERE key = $1', [leaving], person, null);
    }
    await session.end();
  }

  /** What is there; a database that is away is asked until it answers, or until the writers are abandoned. */
  private async lookUntilAnswered(session: Session, look: string, key: string): Promise<string | undefined> {
    while (!this.abandoned) {
      const rows = await session.query<{ value: string }>(look, [key]).catch(() => undefined);
      if (rows) return rows.at(0)?.value;
      await pause(50);
    }
    throw new Error(`nobody knows what became of ${key}`);
  }

  /**
   * Makes a change and notes it down. When nobody says what became of it, looks what is there now: maybe on the other side, where an old
   * state can be read. An error that leaves the session standing says it: the transaction was rolled back.
   */
  private async write(
    session: Session,
    ledger: Map<string, string>,
    key: string,
    sql: string,
    values: readonly unknown[],
    look: string,
    result: unknown = values[1],
  ): Promise<void> {
    while (this.paused && !this.stop.signal.aborted) await pause(20);
    this.underWay += 1;
    const before = ledger.get(key);
    const note = (value: unknown): unknown => (typeof value === 'string' ? ledger.set(key, value) : ledger.delete(key));
    try {
      await session.query(sql, values);
      note(result);
      this.unanswered.delete(key);
      this.writes += 1;
      this.longestPauseMs = Math.max(this.longestPauseMs, Date.now() - this.lastWrite);
      this.lastWrite = Date.now();
    } catch (error) {
      this.refusals.add(error instanceof DatabaseError && error.code !== undefined ? error.code : 'connection');
      await pause(20);
      if (error instanceof DatabaseError && error.severity === 'ERROR') return;
      const found = await this.lookUntilAnswered(session, look, key);
      if (found !== result) this.unanswered.set(key, new Set([before, found, result ?? undefined]));
      note(found);
    } finally {
      this.underWay -= 1;
    }
  }
}

/** A connection that is made anew when it broke, or when the database is elsewhere. */
class Session {
  private client?: Client;
  private connectedTo = '';

  public constructor(
    private readonly box: Box,
    private readonly place: () => string,
  ) {}

  public async query<Row extends QueryResultRow>(sql: string, values: readonly unknown[]): Promise<Row[]> {
    try {
      if (!this.client || this.connectedTo !== this.place()) {
        await this.end();
        this.connectedTo = this.place();
        this.client = await this.box.connect(this.connectedTo);
      }
      return (await this.client.query<Row>(sql, [...values])).rows;
    } catch (error) {
      await this.end();
      throw error;
    }
  }

  public async end(): Promise<void> {
    await this.client?.end().catch(() => undefined);
    this.client = undefined;
  }
}

function contrast(
  acknowledged: ReadonlyMap<string, string>,
  found: ReadonlyMap<string, string>,
  unanswered: ReadonlyMap<string, ReadonlySet<unknown>>,
): string[] {
  const keys = new Set([...acknowledged.keys(), ...found.keys()]);
  return [...keys]
    .filter((key) => acknowledged.get(key) !== found.get(key))
    .filter((key) => unanswered.get(key)?.has(found.get(key)) !== true)
    .map((key) => `${key}: ${acknowledged.get(key) ?? 'nothing'} was acknowledged, ${found.get(key) ?? 'nothing'} is there`);
}

async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
