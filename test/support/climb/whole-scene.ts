import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { Client, type QueryResultRow } from 'pg';
import { WHOLE_SCRIPTS } from '../../../lib/climb/replicating';
import type { Moto } from '../../../tools/servers/moto';
import type { Postgres } from '../../../tools/servers/postgres';
import type { Servers } from '../../../tools/servers/servers';
import type { PublicSchema } from './public-schemas';
import { QuickAws } from './quick-aws';
import { ReplicatingRunbook } from './replicating-runbook';
import { createSecrets } from './secrets';

const PASSWORD = `it's \\a "password"`;
const ROOM = { max_replication_slots: 20, max_wal_senders: 20, max_worker_processes: 24, max_logical_replication_workers: 16 };

/** The old database or the new one. */
export type Side = 'core' | 'cluster';
const SIDES: readonly Side[] = ['core', 'cluster'];

/** What a runbook left on a database, whatever it is. */
const LEFT = `SELECT slot_name::text AS it FROM pg_replication_slots UNION ALL SELECT subname FROM pg_subscription UNION ALL SELECT pubname FROM pg_publication
  UNION ALL SELECT nspname FROM pg_namespace WHERE nspname LIKE 'stagecraft%' UNION ALL SELECT roname FROM pg_replication_origin`;

/** A database that serves, an empty one of another server, and the settings of a deployment. */
export class WholeScene {
  private deployments = 0;
  private readonly busy: (() => Promise<void>)[] = [];
  private readonly parameterStore: SSMClient;
  private readonly sides = new Map<Side, Postgres>();
  private secrets: Readonly<Record<Side, string>> = { core: '', cluster: '' };

  private constructor(
    private readonly servers: Servers,
    private readonly moto: Moto,
    /** Decides about the runbooks' calls. */
    public readonly aws: QuickAws,
  ) {
    const { AWS_ENDPOINT_URL: endpoint, AWS_REGION: region, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = moto.environment;
    const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
    this.parameterStore = new SSMClient({ endpoint, region, credentials });
  }

  /** Starts both servers. */
  public static async create(servers: Servers): Promise<WholeScene> {
    const moto = await servers.moto();
    const scene = new WholeScene(servers, moto, servers.stoppedAtEnd(await QuickAws.create(servers.directory, moto)));
    const secret = async (side: Side): Promise<string> => createSecrets(moto, `whole-${side}`, PASSWORD + side);
    scene.secrets = { core: await secret('core'), cluster: await secret('cluster') };
    for (const side of SIDES) await scene.startServer(side);
    return scene;
  }

  /** A new deployment, with an old side of that schema that has so many rows, and an empty new side. */
  public async deploy(schema: PublicSchema, rows: number): Promise<void> {
    this.deployments += 1;
    for (const server of this.sides.values()) {
      await server.sql('DROP DATABASE IF EXISTS app WITH (FORCE)', 'postgres');
      await server.createDatabase('app');
    }
    await this.as('core', [schema.make, schema.fill(rows), 'ANALYZE']);
    await this.moto.configure(this.name, {
      ...{ 'database/name': 'app', 'database/writer': this.server('core').endpoint, 'database/secret': this.secrets.core },
      'database/readers': this.server('core').endpoint,
    });
  }

  /** Something that works here until it is stopped, at the latest when a test ends. */
  public stoppedAtEnd(stop: () => Promise<void>): void {
    this.busy.push(stop);
  }

  /** Ends what works here. */
  public async quiet(): Promise<void> {
    for (const stop of this.busy.splice(0)) await stop();
  }

  /** The runbook of this deployment. */
  public runbook(environment: Readonly<Record<string, string>> = {}): ReplicatingRunbook {
    const [core, cluster] = SIDES.map((side) => this.server(side).endpoint);
    return new ReplicatingRunbook(['common.sh', ...WHOLE_SCRIPTS], this.servers.directory, {
      ...this.moto.environment,
      ...{ NAME: this.name, CA: this.servers.certificates.authority, PROGRAMS: this.aws.programs, SETTLE: '0.5', CALL_SECONDS: '5' },
      ...{ OLD_WRITER: core, OLD_SECRET: this.secrets.core, OLD_READERS: core },
      ...{ TARGET: cluster, TARGET_SECRET: this.secrets.cluster, TARGET_READERS: cluster },
      // The servers run as nobody with root's home, where they may not even look whether there is a certificate of a client.
      ...{ CONNECTION_OPTIONS: 'sslmode=require sslcert=none', ...environment },
    });
  }

  /** Which side an application would find, or nothing where the settings don't belong together. */
  public async serves(): Promise<Side | undefined> {
    const [writer, secret] = await Promise.all(['writer', 'secret'].map(async (name) => this.setting(`database/${name}`)));
    return SIDES.find((side) => this.server(side).endpoint === writer && this.secrets[side] === secret);
  }

  /** The value of a setting. */
  public async setting(name: string): Promise<string> {
    const { Parameter } = await this.parameterStore.send(new GetParameterCommand({ Name: `/${this.name}/config/${name}` }));
    return Parameter?.Value ?? '';
  }

  /** A server. */
  public server(side: Side): Postgres {
    return this.sides.get(side)!;
  }

  /** A connection such as an application has. */
  public async connect(side: Side): Promise<Client> {
    const [host, port] = this.server(side).endpoint.split(':');
    const login = { user: 'stagecraft', password: PASSWORD + side, database: 'app' };
    const client = new Client({ host, port: Number(port), ssl: { rejectUnauthorized: false }, ...login });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  /** Runs statements as the application's user. */
  public async as<Row extends QueryResultRow>(side: Side, statements: readonly string[]): Promise<Row[]> {
    const client = await this.connect(side);
    try {
      let rows: Row[] = [];
      for (const statement of statements) ({ rows } = await client.query<Row>(statement));
      return rows;
    } finally {
      await client.end();
    }
  }

  /** What a runbook made on both sides and did not take away. */
  public async left(): Promise<string[]> {
    const found = await Promise.all(SIDES.map(async (side) => this.server(side).sql<{ it: string }>(LEFT)));
    return found.flat().map(({ it }) => it);
  }

  private get name(): string {
    return `whole${this.deployments}`;
  }

  private async startServer(side: Side): Promise<void> {
    const { certificates } = this.servers;
    const server = await this.servers.postgres(`whole-${side}`, {
      certificates,
      password: (PASSWORD + side).replaceAll("'", "''"),
      master: true,
    });
    // As RDS gives them to its user: to follow a log, and to see and end sessions. PostgreSQL 15 lets superusers alone subscribe; on Aurora its rds_superuser may.
    await (side === 'core' ? server.sql('ALTER ROLE master REPLICATION', 'postgres') : server.trust());
    await server.sql('GRANT pg_monitor, pg_signal_backend TO stagecraft', 'postgres');
    for (const [name, value] of Object.entries(ROOM)) await server.sql(`ALTER SYSTEM SET ${name} = ${value}`, 'postgres');
    await server.stop();
    await server.start();
    this.sides.set(side, server);
  }
}
