import { userInfo } from 'node:os';
import { DatabaseError, Pool, type PoolClient, type PoolConfig, type QueryResultRow } from 'pg';
import { log } from '../log';
import { shareOf } from '../processes';
import { databaseCredentials, type Secret } from '../secrets';
import { Interrupted, pause, reasonOf, Unavailable } from '../timing';
import { traceparent } from '../trace';
import { TableShares } from './table-shares';

/** A value in an SQL statement. */
export type SqlValue = string | number | boolean | null | readonly string[];

/** How the pools of all servers are alike. */
const POOL = {
  max: shareOf(10, 3),
  connectionTimeoutMillis: 3_000,
  idleTimeoutMillis: 30_000,
  // Connections are replaced now and then, so that a name that points elsewhere is noticed.
  maxLifetimeSeconds: 600,
  statement_timeout: 10_000,
  query_timeout: 12_000,
  idle_in_transaction_session_timeout: 15_000,
  keepAlive: true,
} satisfies PoolConfig;

/** What statements on one table may have of the connections, where there are several tables: with two that are slow, others have some left. */
const SHARE = 0.4;

/** How many connections there may be, how long one stays that nobody uses, what each tells the server first, and how many serve one table. */
export interface ServerOptions extends Pick<PoolConfig, 'max' | 'idleTimeoutMillis' | 'options'> {
  readonly each?: number;
}

/** A rotation changes the password in the database a moment before the secret says so. */
const LOGIN_PAUSES_MS = [0, 500, 2_000];

/** It takes no writes while it is moved or a copy of it takes over; and it sends everybody away when that begins or it shuts down. */
const AWAY = ['25006', '57P01', '57P02', '57P03'];
/** It gave a statement up that took too long, or that waited too long for a lock. */
const TOO_SLOW = ['57014', '55P03'];

/** One PostgreSQL server and the connections to it. */
export class DatabaseServer {
  private pool: Pool;
  private former?: Pool;
  private secretText?: string;
  private readonly shares: TableShares;

  private constructor(
    /** Where it is: `host:port` or the directory of its socket. */
    public readonly endpoint: string,
    private readonly config: PoolConfig,
    private user: string,
    each: number,
    private readonly secret?: Secret,
  ) {
    this.pool = this.poolOf(user);
    this.shares = new TableShares(`database ${endpoint}`, each);
  }

  /** Prepares connections to an endpoint, and makes none yet. */
  public static async at(endpoint: string, database: string, given?: Secret, options: ServerOptions = {}): Promise<DatabaseServer> {
    const { each, ...pool } = options;
    // On a socket the operating system vouches for the user; the secret is then that of the database which takes over.
    const secret = endpoint.startsWith('/') ? undefined : given;
    const user = secret ? databaseCredentials(await secret.text()).username : userInfo().username;
    const password = secret && (async () => databaseCredentials(await secret.text()).password);
    const config = { ...pool, password, ...address(endpoint), database };
    return new DatabaseServer(endpoint, config, user, each ?? Math.max(1, Math.floor((pool.max ?? POOL.max) * SHARE)), secret);
  }

  /** Runs one statement. */
  public async query<Row extends QueryResultRow>(sql: string, values: readonly SqlValue[] = []): Promise<Row[]> {
    return this.shares.use(sql, async () =>
      this.withConnection(async (connection) => (await connection.query<Row>(traced(sql), [...values])).rows),
    );
  }

  /** Runs statements together: all of them take effect, or none. */
  public async transaction(statements: readonly string[]): Promise<void> {
    await this.withConnection(async (connection) => {
      await connection.query('BEGIN');
      for (const sql of statements) await connection.query(sql);
      await connection.query('COMMIT');
    });
  }

  /** Closes all connections once their statements have ended. */
  public async close(): Promise<void> {
    await Promise.all([this.pool.end(), this.former?.end()]);
  }

  private async withConnection<T>(work: (connection: PoolClient) => Promise<T>): Promise<T> {
    const connection = await this.connect();
    try {
      const result = await work(connection);
      connection.release();
      return result;
    } catch (error) {
      // The connection may be broken or inside a transaction: another one is cheap.
      connection.release(true);
      throw this.judged(error);
    }
  }

  /** What the database says of a statement is the statement's; all else is that the database is away, or went while the statement ran. */
  private judged(error: unknown): unknown {
    const part = `database ${this.endpoint}`;
    if ([...AWAY, ...TOO_SLOW].some((code) => isDatabaseError(error, code))) return new Unavailable(part, reasonOf(error), error);
    return error instanceof DatabaseError ? error : new Interrupted(part, reasonOf(error), error);
  }

  private async connect(): Promise<PoolClient> {
    let refusal: unknown;
    for (const milliseconds of LOGIN_PAUSES_MS) {
      try {
        return await (await this.poolOfToday()).connect();
      } catch (error) {
        if (!this.secret || !isRefusedLogin(error)) throw new Unavailable(`database ${this.endpoint}`, reasonOf(error), error);
        refusal = error;
        await pause(milliseconds);
        await this.secret.renewed();
      }
    }
    throw new Unavailable(`database ${this.endpoint}`, reasonOf(refusal), refusal);
  }

  /** At a rotation two users take turns. The one before goes on working: whoever waits for a connection of theirs gets it, and idle ones end. */
  private async poolOfToday(): Promise<Pool> {
    const text = await this.secret?.text();
    if (text === undefined || text === this.secretText) return this.pool;
    const user = databaseCredentials(text).username;
    this.secretText = text;
    if (user !== this.user) {
      this.former = this.pool;
      this.user = user;
      this.pool = this.poolOf(user);
    }
    return this.pool;
  }

  private poolOf(user: string): Pool {
    const pool = new Pool({ ...POOL, ...this.config, user });
    // The pool listens only while a connection is idle. One that breaks in use fails its statement too; unheard, it would end the process.
    pool.on('connect', (connection) => {
      connection.on('error', (error) => {
        log.warn('a database connection broke', { endpoint: this.endpoint, reason: reasonOf(error) });
      });
    });
    pool.on('error', () => undefined);
    return pool;
  }
}

function address(endpoint: string): PoolConfig {
  if (endpoint.startsWith('/')) return { host: endpoint };
  const { hostname, port } = new URL(`postgres://${endpoint}`);
  return { host: hostname, port: Number(port || 5432), ssl: { rejectUnauthorized: true } };
}

/** Whether a database refused something for a certain reason, one of PostgreSQL's error codes. */
export function isDatabaseError(error: unknown, code: string): boolean {
  return error instanceof DatabaseError && error.code === code;
}

function isRefusedLogin(error: unknown): boolean {
  return isDatabaseError(error, '28P01') || isDatabaseError(error, '28000');
}

/** A slow statement in the database's log then names the request it was for. */
function traced(sql: string): string {
  const parent = traceparent();
  return parent ? `${sql} /*traceparent='${parent}'*/` : sql;
}
