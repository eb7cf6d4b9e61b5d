import { join } from 'node:path';
import type { Moto } from '../../tools/servers/moto';
import type { Postgres } from '../../tools/servers/postgres';
import type { Servers } from '../support/servers';
import { Application } from './application';

/** One server with everything on it. */
export interface Single {
  readonly postgres: Postgres;
  readonly moto: Moto;
  readonly application: Application;
  readonly environment: Readonly<Record<string, string>>;
  readonly uploads: string;
}

/** Starts the application beside a database that is reached by a Unix socket, as on the single server. */
export async function startSingle(servers: Servers): Promise<Single> {
  const [postgres, moto] = await Promise.all([servers.postgres('postgres'), servers.moto()]);
  const uploads = join(servers.directory, 'uploads');
  const environment = { ...moto.environment, NAME: 'single', UPLOADS: uploads };
  await moto.configure('single', { 'database/writer': postgres.endpoint, 'database/name': 'app' });
  // Many servers start at once, before there is a table.
  const started = await Promise.all(Array.from({ length: 4 }, async () => servers.stoppedAtEnd(await Application.start(environment))));
  expect(started.flatMap(({ log }) => log.filter(({ level }) => level !== 'info'))).toEqual([]);
  await Promise.all(started.slice(1).map(async (one) => one.stop()));
  return { postgres, moto, application: started[0], environment, uploads };
}
