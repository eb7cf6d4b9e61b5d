import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { join } from 'node:path';
import type { Moto } from '../../tools/servers/moto';
import type { Postgres } from '../../tools/servers/postgres';
import { eventually } from '../../tools/servers/processes';
import type { Servers } from '../support/servers';
import type { Valkey } from '../../tools/servers/valkey';
import { Application } from './application';

/** Passwords that must never be seen in a log. */
export const PASSWORDS = { database: 'database-hunter2', cache: 'cache-hunter2', sessions: 'sessions-hunter2' };

/** Everything that servers of a fleet share. */
export class Fleet {
  private constructor(
    private readonly servers: Servers,
    public readonly moto: Moto,
    public readonly postgres: Postgres,
    public readonly replica: Postgres,
    public readonly cache: Valkey,
    public readonly sessions: Valkey,
    /** ARN of the database's secret. */
    public readonly databaseSecret: string,
    /** The settings of the architecture. */
    public readonly settings: Readonly<Record<string, string>>,
    /** What an application needs to run on a server of it, except its name. */
    public readonly environment: Readonly<Record<string, string>>,
  ) {}

  /** Starts all of it. */
  public static async create(servers: Servers): Promise<Fleet> {
    const { certificates } = servers;
    const [moto, postgres, cache, sessions] = await Promise.all([
      servers.moto(),
      servers.postgres('postgres', { certificates, password: PASSWORDS.database }),
      servers.valkey('cache', PASSWORDS.cache, true),
      servers.valkey('sessions', PASSWORDS.sessions),
    ]);
    const replica = await servers.replica('replica', postgres);
    await moto.s3.send(new CreateBucketCommand({ Bucket: 'uploads' }));
    const databaseSecret = await moto.createSecret('database', databaseSecretText(PASSWORDS.database));
    const settings = {
      'database/writer': postgres.endpoint,
      'database/readers': replica.endpoint,
      'database/name': 'app',
      'database/secret': databaseSecret,
      'cache/endpoint': cache.endpoint,
      'cache/secret': await moto.createSecret('cache', PASSWORDS.cache),
      'sessions/endpoint': sessions.endpoint,
      'sessions/secret': await moto.createSecret('sessions', PASSWORDS.sessions),
      'storage/static': 'static',
      'storage/uploads': 'uploads',
      'edge/host': 'cdn.example',
    };
    const environment = { ...moto.environment, UPLOADS: join(servers.directory, 'uploads'), NODE_EXTRA_CA_CERTS: certificates.authority };
    return new Fleet(servers, moto, postgres, replica, cache, sessions, databaseSecret, settings, environment);
  }

  /** Starts another server. */
  public async application(name: string): Promise<Application> {
    return this.servers.stoppedAtEnd(await Application.start({ ...this.environment, NAME: name }));
  }

  /** Waits until the replica has what the writer has. */
  public async caughtUp(): Promise<void> {
    const [{ lsn }] = await this.postgres.sql<{ lsn: string }>('SELECT pg_current_wal_lsn()::text AS lsn');
    await eventually(async () => {
      const [{ done }] = await this.replica.sql<{ done: boolean }>(`SELECT pg_last_wal_replay_lsn() >= '${lsn}' AS done`);
      return done;
    });
  }
}

/** What the database's secret says. */
export function databaseSecretText(password: string): string {
  return JSON.stringify({ username: 'stagecraft', password });
}
