import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { Client } from 'pg';
import { MOVE_SCRIPTS } from '../../../lib/climb/move-database';
import { PASSWORDS } from '../../workload/fleet';
import type { Moto } from '../../../tools/servers/moto';
import type { Postgres } from '../../../tools/servers/postgres';
import { ownAddress } from '../../../tools/servers/processes';
import type { Servers } from '../servers';
import { QuickAws } from './quick-aws';
import { readSetting } from './setting';
import { Runbook } from './runbook';
import { createSecrets } from './secrets';

/** The texts that make the runbook, in their order. */
export const MOVE_FILES = ['common.sh', ...MOVE_SCRIPTS];

export const MOVE = ['check', 'rehearse', 'freeze', 'copy', 'verify', 'switch', 'finish'] as const;

/** Rows of each kind, beside those in `people` and `events`. */
const FEW = 100;

/** What an application may have: keys and identities, sequences, a schema of its own, partitions, large objects, an extension. */
const schema = (rows: number): string[] => [
  'CREATE EXTENSION pg_trgm',
  'CREATE SEQUENCE tickets START 1000',
  `CREATE TABLE people (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, key text NOT NULL UNIQUE, note text, picture oid)`,
  `CREATE TABLE events (worker integer NOT NULL, n integer NOT NULL, ticket bigint NOT NULL UNIQUE, at timestamptz DEFAULT now(), share float8)`,
  'CREATE SCHEMA billing',
  'CREATE TABLE billing."Bills of 2026" (t text, person bigint REFERENCES people ON DELETE CASCADE, cents integer CHECK (cents > 0))',
  'CREATE TABLE days (day date, visits integer) PARTITION BY RANGE (day)',
  "CREATE TABLE days_old PARTITION OF days FOR VALUES FROM ('2000-01-01') TO ('2026-01-01')",
  'CREATE TABLE days_new PARTITION OF days DEFAULT',
  `INSERT INTO people (key, note) SELECT 'seed-' || i, md5(i::text) FROM generate_series(1, ${rows / 2}) i`,
  `INSERT INTO events SELECT 0, i, nextval('tickets'), now(), i / 7.0 FROM generate_series(1, ${rows / 2}) i`,
  `INSERT INTO billing."Bills of 2026" SELECT 'bill ' || id, id, id FROM people LIMIT ${FEW}`,
  `INSERT INTO days SELECT date '2025-12-01' + i, i FROM generate_series(1, ${FEW}) i`,
  'CREATE INDEX people_note ON people USING gin (note gin_trgm_ops)',
  'CREATE VIEW billing.debtors AS SELECT key, cents FROM people JOIN billing."Bills of 2026" ON person = id',
  'CREATE MATERIALIZED VIEW totals AS SELECT sum(cents) AS cents FROM billing."Bills of 2026"',
  `CREATE FUNCTION shout(text) RETURNS text LANGUAGE sql AS 'SELECT upper($1)'`,
  "COMMENT ON TABLE people IS 'everybody'",
  "UPDATE people SET picture = lo_from_bytea(0, convert_to(repeat(md5(key), 100), 'UTF8')) WHERE id <= 2",
  "UPDATE people SET picture = lo_from_bytea(0, convert_to(repeat(md5(key), 90000), 'UTF8')) WHERE id = 3",
];

/** Takes away what no log carries. */
const FOLLOWABLE = [
  'UPDATE people SET picture = NULL; SELECT lo_unlink(oid) FROM pg_largeobject_metadata',
  ...['events ADD PRIMARY KEY (worker, n)', 'billing."Bills of 2026" ADD PRIMARY KEY (t)', 'days ADD PRIMARY KEY (day)'].map(
    (change) => `ALTER TABLE ${change}`,
  ),
];

/** A single server's database, as full as wanted, the empty one that it moves to, and the runbook between them. */
export class Box {
  private constructor(
    private readonly servers: Servers,
    public readonly name: string,
    public readonly moto: Moto,
    /** On the server: reached by its socket alone. */
    public readonly old: Postgres,
    /** The new one: TLS, a password, a user and a master who are no superusers. */
    public readonly fresh: Postgres,
    public readonly runbook: Runbook,
    /** How many rows it was born with. */
    public readonly rows: number,
  ) {}

  /** Starts both, and fills the old one. */
  public static async create(
    servers: Servers,
    moto: Moto,
    name: string,
    rows: number,
    more: Readonly<Record<string, string>> = {},
    settings: Readonly<Record<string, string>> = {},
  ): Promise<Box> {
    const { certificates } = servers;
    const [old, fresh] = await Promise.all([
      servers.postgres(`${name}-old`, { settings }),
      servers.postgres(`${name}-fresh`, { certificates, password: PASSWORDS.database, master: true }),
    ]);
    const secret = await createSecrets(moto, name, PASSWORDS.database);
    await moto.configure(name, { 'database/writer': old.endpoint, 'database/name': 'app', 'database/secret': secret });
    const environment = {
      ...moto.environment,
      NAME: name,
      TARGET: fresh.endpoint,
      CA: certificates.authority,
      PATIENCE: '60',
      NOTES: servers.directory,
      ...more,
    };
    const runbook = new Runbook(MOVE_FILES, servers.directory, environment);
    const box = new Box(servers, name, moto, old, fresh, runbook, rows + 2 * FEW);
    const client = await box.connect(old.endpoint);
    if (rows > 0) for (const statement of schema(rows)) await client.query(statement);
    await client.end();
    return box;
  }

  /** One whose log the new side can follow: the server listens, as it is born to, at an address of its own. */
  public static async followable(
    servers: Servers,
    moto: Moto,
    name: string,
    rows: number,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Box> {
    const host = ownAddress();
    // The servers run as nobody with root's home, where they may not even look whether there is a certificate of a client.
    const reached = { ADDRESS: `${host}:5432`, CONNECTION_OPTIONS: 'sslmode=require sslcert=none', ...more };
    const box = await Box.create(servers, moto, name, rows, reached, { listen_addresses: host, wal_level: 'logical' });
    // PostgreSQL 15 lets superusers alone subscribe; at RDS its rds_superuser may.
    const [{ may }] = await box.fresh.sql<{ may: boolean }>(
      "SELECT count(*) > 0 AS may FROM pg_roles WHERE rolname = 'pg_create_subscription'",
    );
    await (may ? box.fresh.sql('GRANT pg_create_subscription TO master') : box.fresh.trust());
    const client = await box.connect(box.old.endpoint);
    if (rows > 0) for (const statement of FOLLOWABLE) await client.query(statement);
    await client.end();
    return box;
  }

  /** The same with a quick AWS CLI, for tests that aren't about AWS: `moto` and a `QuickAws` are made with it. */
  public static async quick(
    servers: Servers,
    name: string,
    rows: number,
    more: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly box: Box; readonly aws: QuickAws }> {
    const moto = await servers.moto();
    const aws = servers.stoppedAtEnd(await QuickAws.create(servers.directory, moto));
    const quick = { PROGRAMS: aws.programs, SETTLE: '0', CALL_SECONDS: '3', ...more };
    return { box: await Box.create(servers, moto, name, rows, quick), aws };
  }

  /** Connects to one of both as the application does; the caller ends the connection. */
  public async connect(endpoint: string): Promise<Client> {
    const [host, port] = endpoint.startsWith('/') ? [endpoint, '5432'] : endpoint.split(':');
    const login = endpoint.startsWith('/')
      ? { user: userInfo().username }
      : { user: 'stagecraft', password: PASSWORDS.database, ssl: { ca: readFileSync(this.servers.certificates.authority) } };
    const client = new Client({ host, port: Number(port), database: 'app', ...login });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  /** Changes the new one, which lets nobody write before the switch, behind the runbook's back. */
  public async spoil(statement: string): Promise<void> {
    await this.fresh.sql(`SET transaction_read_only = off; ${statement}`);
  }

  /** What the new one says that it is. */
  public async state(): Promise<string | undefined> {
    const [{ comment }] = await this.fresh.sql<{ comment: string | null }>(
      "SELECT shobj_description(oid, 'pg_database') AS comment FROM pg_database WHERE datname = current_database()",
    );
    return comment?.split(' ')[4];
  }

  /** Where the setting says that the database is. */
  public async writer(): Promise<string | undefined> {
    return readSetting(this.moto, this.name, 'database/writer');
  }

  /** Whether somebody can write to the old one, or to the one that is given. */
  public async takesWrites(endpoint = this.old.endpoint): Promise<boolean> {
    const client = await this.connect(endpoint);
    try {
      await client.query('CREATE TABLE IF NOT EXISTS attempts (at timestamptz DEFAULT now()); INSERT INTO attempts DEFAULT VALUES');
      return true;
    } catch {
      return false;
    } finally {
      await client.end();
    }
  }
}
