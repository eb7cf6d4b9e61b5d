import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { Pool, type QueryResultRow } from 'pg';
import { ORDERS, PRODUCTS, USERS, WORKERS_OF_ONE } from '../../../workload/data/schema';
import type { Moto } from '../../../tools/servers/moto';
import type { Postgres } from '../../../tools/servers/postgres';
import { run } from '../../../tools/servers/processes';
import type { Servers } from '../servers';
import { QuickAws } from './quick-aws';
import { createSecrets } from './secrets';

const PASSWORD = `it's \\a "password"`;
const ROOM = {
  max_replication_slots: 40,
  max_wal_senders: 40,
  max_worker_processes: 24,
  max_logical_replication_workers: 16,
  logging_collector: 'on',
};

const SWEEP = `DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT subname FROM pg_subscription LOOP
    EXECUTE format('ALTER SUBSCRIPTION %I DISABLE', name);
    EXECUTE format('ALTER SUBSCRIPTION %I SET (slot_name = NONE)', name);
    EXECUTE format('DROP SUBSCRIPTION %I', name);
  END LOOP;
  PERFORM pg_terminate_backend(active_pid, 5000) FROM pg_replication_slots WHERE active;
  PERFORM pg_drop_replication_slot(slot_name) FROM pg_replication_slots;
END $$`;

/** The databases and the tables of the reference application. */
const FUNCTIONS: readonly string[] = ['products', 'orders'];
const TABLES: readonly string[] = [...USERS, ...PRODUCTS, ...ORDERS, ...WORKERS_OF_ONE];

/** The setting that says that everything is in the one database. */
export const CORE_MAP = '{"strategy":"core","version":0,"shards":0}';

/** Who has which name in the runbook: core, products, orders, shard0 and so on. */
export type Place = string;

/** All databases of a climb, each a server of its own, and the settings that say where they are. */
export class Scene {
  private readonly pools = new Map<Place, Pool>();
  private readonly parameterStore: SSMClient;
  private deployments = 0;
  private readonly busy: (() => Promise<void>)[] = [];

  private constructor(
    private readonly servers: Servers,
    public readonly moto: Moto,
    private readonly databases: Map<Place, Postgres>,
    private readonly secret: string,
    /** The AWS CLI of runbooks: it decides about their calls. Without it they use the real one. */
    public readonly aws?: QuickAws,
  ) {
    const { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = moto.environment;
    const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
    this.parameterStore = new SSMClient({ endpoint, region, credentials });
  }

  /** Starts all servers: of the one database, of functions and of shards. */
  public static async create(servers: Servers, shards: number, quick = false, functions = FUNCTIONS): Promise<Scene> {
    const moto = await servers.moto();
    const aws = quick ? servers.stoppedAtEnd(await QuickAws.create(servers.directory, moto)) : undefined;
    const names = ['core', ...functions, ...Array.from({ length: shards }, (_, shard) => `shard${shard}`)];
    const secret = await createSecrets(moto, 'place', PASSWORD);
    const scene = new Scene(servers, moto, new Map(), secret, aws);
    await Promise.all(names.map(async (name) => scene.start(name)));
    return scene;
  }

  /** A directory that is removed at the end. */
  public get directory(): string {
    return this.servers.directory;
  }

  /** Name of the deployment. */
  public get name(): string {
    return `place${this.deployments}`;
  }

  /** What a runbook needs in its environment, except for its map. */
  public get environment(): Record<string, string> {
    return {
      ...this.moto.environment,
      NAME: this.name,
      CA: this.servers.certificates.authority,
      ...(this.aws && { PROGRAMS: this.aws.programs, SETTLE: '0.5', CALL_SECONDS: '5' }),
    };
  }

  /** A new deployment: empty databases everywhere, the given map in force, and tables in the one database. */
  public async deploy(map = CORE_MAP, tables: readonly string[] = TABLES): Promise<void> {
    await this.quiet();
    this.deployments += 1;
    await Promise.all(
      [...this.databases.values()].map(async (server) => {
        // What a test left that failed would keep the database.
        await server.sql(SWEEP);
        await server.sql('DROP DATABASE IF EXISTS app WITH (FORCE)', 'postgres');
        await server.createDatabase('app');
      }),
    );
    for (const [place, { endpoint }] of this.databases) await this.redirect(place, endpoint);
    await this.moto.configure(this.name, { 'database/name': 'app', 'shards/map': map });
    await this.in('core').query(tables.join(';'));
  }

  /** Fills the one database with users 1 to so many, and some reports beside them. */
  public async preload(users: number, bio = 80): Promise<void> {
    await this.in('core').query(
      `INSERT INTO users (name, bio) SELECT 'User ' || n, repeat('x', ${bio}) FROM generate_series(1, ${users}) n;
       INSERT INTO reports (id, state, days, seconds) SELECT n, 'done', 1, 1 FROM generate_series(1, 100) n;
       ANALYZE`,
    );
  }

  /** What a runbook made on a database and did not take away. */
  public async leftOn(place: Place): Promise<string[]> {
    const rows = await this.sql<{ what: string }>(
      place,
      `SELECT slot_name::text AS what FROM pg_replication_slots UNION ALL SELECT pubname FROM pg_publication
       UNION ALL SELECT subname FROM pg_subscription UNION ALL SELECT nspname FROM pg_namespace WHERE nspname LIKE 'stagecraft%'
       UNION ALL SELECT tgname FROM pg_trigger WHERE NOT tgisinternal`,
    );
    return rows.map(({ what }) => what);
  }

  /** Makes a server fail where a file of it would grow beyond so many bytes, as if its disk were full; without a number no more. */
  public async limitFiles(place: Place, bytes?: number): Promise<void> {
    const [{ pid }] = await this.sql<{ pid: string }>(place, "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1) AS pid");
    // Only who owns a process may limit it.
    const owner = process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
    run([...owner, 'prlimit', '--pid', pid, `--fsize=${bytes ?? 'unlimited'}:`]);
  }

  /** Says that a database is elsewhere. */
  public async redirect(place: Place, endpoint: string): Promise<void> {
    if (place.startsWith('shard')) await this.placeShard(place, endpoint);
    else await this.moto.configure(this.name, this.settingsOf(place, endpoint));
  }

  /** The map in force. */
  public async map(): Promise<string> {
    const { Parameter } = await this.parameterStore.send(new GetParameterCommand({ Name: `/${this.name}/config/shards/map` }));
    return Parameter?.Value ?? '';
  }

  /** Names of all databases. */
  public get places(): Place[] {
    return [...this.databases.keys()];
  }

  /** A server. */
  public server(place: Place): Postgres {
    return this.databases.get(place)!;
  }

  /** Connections such as an application has. */
  public in(place: Place): Pool {
    const pool = this.pools.get(place);
    if (pool) return pool;
    const [host, port] = this.server(place).endpoint.split(':');
    const ssl = { rejectUnauthorized: false };
    const made = new Pool({ host, port: Number(port), ssl, user: 'stagecraft', password: PASSWORD, database: 'app', max: 8 });
    made.on('error', () => undefined);
    made.on('connect', (connection) => connection.on('error', () => undefined));
    this.pools.set(place, made);
    return made;
  }

  /** Runs a statement as the superuser. */
  public async sql<Row extends QueryResultRow>(place: Place, statement: string): Promise<Row[]> {
    return this.server(place).sql<Row>(statement);
  }

  /** Something that works here until it is stopped, at the latest by the next deployment. */
  public stoppedAtEnd(stop: () => Promise<void>): void {
    this.busy.push(stop);
  }

  /** Ends what works here, and the connections. */
  public async close(): Promise<void> {
    await this.quiet();
    await Promise.all([...this.pools.values()].map(async (pool) => pool.end()));
    this.pools.clear();
  }

  private async quiet(): Promise<void> {
    for (const stop of this.busy.splice(0)) await stop();
  }

  private async start(place: Place): Promise<void> {
    const { certificates } = this.servers;
    const server = await this.servers.postgres(place, { certificates, password: PASSWORD.replaceAll("'", "''"), master: true });
    // PostgreSQL 15 lets superusers alone subscribe; on RDS its rds_superuser may.
    await server.trust();
    for (const [name, value] of Object.entries(ROOM)) await server.sql(`ALTER SYSTEM SET ${name} = ${value}`, 'postgres');
    await server.stop();
    await server.start();
    this.databases.set(place, server);
  }

  private async placeShard(place: Place, writer: string): Promise<void> {
    await this.moto.placeShard(this.name, Number(place.slice('shard'.length)), { writer, secret: this.secret });
  }

  private settingsOf(place: Place, writer: string): Record<string, string> {
    const setting = place === 'core' ? 'database' : place;
    return { [`${setting}/writer`]: writer, [`${setting}/secret`]: this.secret };
  }
}
