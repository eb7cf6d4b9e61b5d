import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { keepConfigured } from './configuration';
import { readEnvironment } from './environment';
import { WebServer } from './http/web-server';
import { Live } from './live';
import { log } from './log';
import { connectParts } from './parts';
import { PROBE, routes } from './routes';
import { MemorySessions } from './sessions/memory-sessions';
import { Settings } from './settings';
import { pause, reasonOf } from './timing';
import { DiskUploads } from './uploads/disk-uploads';

/** How long visitors are kept away from a server that isn't connected yet. After that it answers "try again" itself. */
const START_MS = 15_000;
/** Less than the 30 seconds in which a server has to be gone. */
const FINISH_MS = 25_000;

async function main(role: string | undefined): Promise<void> {
  if (role !== 'web') throw new Error(`there is no role ${role ?? '(none)'}: start web`);
  const environment = readEnvironment(process.env, __dirname);
  const aws = { requestHandler: { connectionTimeout: 2_000, requestTimeout: 10_000 } };
  const parameterStore = new SSMClient(aws);
  const surroundings = {
    secretsManager: new SecretsManagerClient(aws),
    // Another endpoint, such as one for tests, has no host name for each bucket.
    s3: new S3Client({ ...aws, forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined }),
    memorySessions: new MemorySessions(),
    diskUploads: new DiskUploads(environment.uploads),
  };

  const live = new Live();
  const web = new WebServer(routes(environment, join(__dirname, 'static')), live, new Set([PROBE]));
  const stop = new AbortController();
  process.once('SIGTERM', () => {
    stop.abort();
    void finish(web, live);
  });

  void keepConfigured(
    live,
    {
      read: async () => Settings.read(parameterStore, environment.name),
      connect: async (settings) => connectParts(settings, surroundings),
      pollMs: environment.pollSeconds * 1_000,
    },
    stop.signal,
  );
  await Promise.race([live.ready, pause(START_MS, stop.signal)]);
  if (stop.signal.aborted) return;
  await web.listen(environment.port);
  log.info('listening', { port: environment.port, release: environment.release });
}

async function finish(web: WebServer, live: Live): Promise<void> {
  log.info('stopping');
  await web.close(FINISH_MS);
  await Promise.race([live.close(), pause(2_000)]);
  log.info('stopped');
  process.exit(0);
}

main(process.argv[2]).catch((error: unknown) => {
  log.error('the application can’t start', { reason: reasonOf(error) });
  process.exit(1);
});
