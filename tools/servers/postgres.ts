import type { ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { Client, type QueryResultRow } from 'pg';
import type { Certificates } from './certificates';
import { eventually, findProgram, freePort, run, runToEnd, signalFamily, startProcess, stopProcess } from './processes';

const VERSIONS = '/usr/lib/postgresql';
const MASTER = 'master';
// PostgreSQL refuses to run as root.
const NOBODY = 65_534;
const ROOT = process.getuid?.() === 0;
/** Who comes with a password. */
const PASSWORD_USER = 'stagecraft';

/** The directory with PostgreSQL's programs, if it is installed: where POSTGRES_PROGRAMS says, or the newest of the system. */
export function postgresPrograms(): string | undefined {
  if (process.env.POSTGRES_PROGRAMS !== undefined) return process.env.POSTGRES_PROGRAMS;
  const versions = existsSync(VERSIONS) ? readdirSync(VERSIONS).map((version) => join(VERSIONS, version, 'bin')) : [];
  return findProgram('initdb', versions.reverse())?.replace(/\/initdb$/, '');
}

/** How a database server is set up. */
export interface PostgresOptions {
  /** For a server that is reached by TLS and password; without it, by a Unix socket as the operating system's user. */
  readonly certificates?: Certificates;
  /** Password of the user `stagecraft`. */
  readonly password?: string;
  /** Whether there is a user `master` with the same password, as RDS has one: who may act as `stagecraft`, make roles and send others away. */
  readonly master?: boolean;
  /** Settings by PostgreSQL's names, beside those that it needs here. */
  readonly settings?: Readonly<Record<string, string>>;
  /** A directory for an empty server, made by the first and copied by others, which is quicker. */
  readonly template?: string;
}

/** A real PostgreSQL server with an empty database `app`. Its data is not kept safe, so that it is quick. */
export class Postgres {
  private process?: ChildProcess;
  /** Whom it follows: a directory with the other's socket, and the number of it. */
  private source?: { readonly directory: string; readonly port: number };

  private constructor(
    private readonly directory: string,
    private readonly port: number,
    private readonly options: PostgresOptions,
  ) {}

  /** Where an application finds it. */
  public get endpoint(): string {
    return this.options.certificates ? `localhost:${this.port}` : this.directory;
  }

  /** Its first process, while it runs. */
  public get pid(): number | undefined {
    return this.process?.pid;
  }

  /** Makes a new server in a new directory, and starts it. */
  public static async create(directory: string, options: PostgresOptions = {}): Promise<Postgres> {
    makeOwned(directory);
    const data = join(directory, 'data');
    const { template = data } = options;
    if (!existsSync(template)) {
      makeOwned(template);
      run(
        asOwner(['initdb', '-D', template, '-U', 'postgres', '-E', 'UTF8', '--locale=C', '--no-sync', '--no-instructions', '--auth=trust']),
      );
    }
    if (template !== data) run(['cp', '-a', template, data]);
    writeFileSync(
      join(data, 'pg_hba.conf'),
      `local all postgres trust\nlocal replication postgres trust\nlocal all all ${options.certificates ? 'scram-sha-256' : 'peer'}\nhostssl all all all scram-sha-256\n`,
    );
    const postgres = new Postgres(directory, options.certificates ? await freePort() : 5432, options);
    await postgres.start();
    await postgres.sql(`CREATE ROLE "${postgres.user}" LOGIN ${options.password ? `PASSWORD '${options.password}'` : ''}`, 'postgres');
    if (options.master) await postgres.addMaster(options.password ?? '');
    await postgres.createDatabase('app');
    return postgres;
  }

  /** Makes another empty database, for the same user. */
  public async createDatabase(name: string): Promise<void> {
    await this.sql(`CREATE DATABASE ${name} OWNER "${this.user}"`, 'postgres');
  }

  /** Makes a user who owns the database, as the application has one beside the master. */
  public async addOwner(user: string, password: string): Promise<void> {
    await this.sql(
      `CREATE ROLE "${user}" LOGIN PASSWORD '${password}'; GRANT "${user}" TO "${this.user}"; ALTER DATABASE app OWNER TO "${user}"`,
      'postgres',
    );
  }

  /**
   * Makes a server that follows this one by streaming replication, and starts it.
   * @param way a directory with a socket that leads here, named as `socketIn` says; this one's own without it.
   */
  public async replicate(directory: string, way?: string): Promise<Postgres> {
    makeOwned(directory);
    const replica = new Postgres(directory, await freePort(), this.options);
    await replica.follow(this, way);
    return replica;
  }

  /** Path of its socket, or of one in another directory that leads to it. */
  public socketIn(directory = this.directory): string {
    return join(directory, `.s.PGSQL.${this.port}`);
  }

  /** Forgets what it has, copies another server, and follows it from now on; as `replicate`. */
  public async follow(writer: Postgres, way = writer.directory): Promise<void> {
    await this.stop();
    rmSync(join(this.directory, 'data'), { recursive: true, force: true });
    const from = ['-h', writer.directory, '-p', String(writer.port), '-U', 'postgres', '-D', join(this.directory, 'data')];
    const [program, ...args] = asOwner(['pg_basebackup', ...from, '-R', '-X', 'stream', '-c', 'fast', '--no-sync']);
    const { status, words } = await runToEnd(program, args, { env: process.env });
    if (status !== 0) throw new Error(words);
    this.source = { directory: way, port: writer.port };
    await this.start();
  }

  /** Lets it take writes itself, where it followed another one. */
  public async promote(): Promise<void> {
    await this.sql('SELECT pg_promote()', 'postgres');
    this.source = undefined;
  }

  /** How far its log is. */
  public async position(): Promise<string> {
    const [{ position }] = await this.sql<{ position: string }>('SELECT pg_current_wal_lsn()::text AS position', 'postgres');
    return position;
  }

  /** Whether a copy has everything up to a position of its writer's log. */
  public async has(position: string): Promise<boolean> {
    const [{ has }] = await this.sql<{ has: boolean }>(`SELECT pg_last_wal_replay_lsn() >= '${position}'::pg_lsn AS has`, 'postgres');
    return has;
  }

  /** Stops it as somebody who has planned it: whoever follows has everything. */
  public async shutDown(): Promise<void> {
    if (this.process) await stopProcess(this.process, 'SIGINT', 60_000);
  }

  /** Starts it and waits until it answers. */
  public async start(): Promise<void> {
    const data = join(this.directory, 'data');
    const more = Object.entries(this.options.settings ?? {}).map((pair) => pair.join('='));
    const settings = [
      'fsync=off',
      // A copy that is made, or was away, still finds the log since then: two that are made at once each let go of it.
      'wal_keep_size=512MB',
      `port=${this.port}`,
      `unix_socket_directories=${this.directory}`,
      ...this.network(),
      ...this.following(),
      ...more,
    ];
    this.process = startProcess(asOwner(['postgres', '-D', data, ...settings.flatMap((setting) => ['-c', setting])]));
    await eventually(async () => this.sql('SELECT 1', 'postgres'));
  }

  /** Stops it at once, as a crash would, and keeps its data. */
  public async stop(): Promise<void> {
    if (!this.process) return;
    this.hang(false);
    await stopProcess(this.process, 'SIGQUIT');
  }

  /** Lets it hang, with its connections open, or go on. */
  public hang(hanging: boolean): void {
    const { pid } = this.process ?? {};
    if (pid !== undefined) signalFamily(pid, hanging ? 'SIGSTOP' : 'SIGCONT');
  }

  /** Lets its master, or its only user, do what RDS's master may and PostgreSQL's users may not: subscribe to another server. */
  public async trust(): Promise<void> {
    await this.sql(`ALTER ROLE "${this.options.master ? MASTER : this.user}" SUPERUSER`, 'postgres');
  }

  private async addMaster(password: string): Promise<void> {
    await this.sql(
      `CREATE ROLE ${MASTER} LOGIN PASSWORD '${password}' CREATEROLE CREATEDB IN ROLE "${this.user}", pg_monitor, pg_signal_backend`,
      'postgres',
    );
  }

  /** Runs a statement as the superuser. */
  public async sql<Row extends QueryResultRow>(statement: string, database = 'app'): Promise<Row[]> {
    const client = await this.connect(database);
    try {
      return (await client.query<Row>(statement)).rows;
    } finally {
      await client.end();
    }
  }

  /** Connects as the superuser; the caller ends the connection. */
  public async connect(database = 'app'): Promise<Client> {
    const { directory: host, port } = this;
    const client = new Client({ host, port, user: 'postgres', database });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  private get user(): string {
    return this.options.certificates ? PASSWORD_USER : userInfo().username;
  }

  private following(): string[] {
    const { directory = '', port = 0 } = this.source ?? {};
    return this.source
      ? ['wal_retrieve_retry_interval=500', `primary_conninfo=user=postgres host='${directory.replace(/['\\]/g, '\\$&')}' port=${port}`]
      : [];
  }

  private network(): string[] {
    const { certificates } = this.options;
    if (!certificates) return ['listen_addresses='];
    const [certificate, key] = [join(this.directory, 'server.pem'), join(this.directory, 'server.key')];
    copyFileSync(certificates.certificate, certificate);
    copyFileSync(certificates.key, key);
    chmodSync(key, 0o600);
    if (ROOT) chownSync(key, NOBODY, NOBODY);
    return ['listen_addresses=127.0.0.1', 'ssl=on', `ssl_cert_file=${certificate}`, `ssl_key_file=${key}`, 'wal_level=logical'];
  }
}

function makeOwned(directory: string): void {
  mkdirSync(directory);
  if (ROOT) chownSync(directory, NOBODY, NOBODY);
}

function asOwner([program, ...rest]: readonly string[]): string[] {
  const command = [join(postgresPrograms() ?? '', program), ...rest];
  return ROOT ? ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', ...command] : command;
}
