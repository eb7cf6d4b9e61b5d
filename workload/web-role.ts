import cluster from 'node:cluster';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { Clients } from './clients';
import { keepConfigured } from './configuration';
import type { Environment } from './environment';
import { Leaving } from './leaving';
import { Live } from './live';
import { log } from './log';
import { connectParts } from './parts';
import { PROBE, routes } from './routes';
import { keepProcesses } from './processes';
import { MemorySessions } from './sessions/memory-sessions';
import { SharedSessions, shareSessions } from './sessions/shared-sessions';
import { Settings } from './settings';
import { pause } from './timing';
import { DiskUploads } from './uploads/disk-uploads';
import { WebServer } from './http/web-server';

/** How long visitors are kept away from a server that isn't connected yet. After that it answers "try again" itself. */
const START_MS = 15_000;
/** With the time for a balancer less than the 90 seconds in which a server has to be gone. */
const FINISH_MS = 25_000;

/** Answers visitors until it is told to stop. */
export async function runWeb(environment: Environment, clients: Clients, directory: string): Promise<void> {
  if (environment.processes > 1 && cluster.isPrimary) {
    shareSessions(new MemorySessions());
    await keepProcesses(environment.processes);
  }
  const { aws, parameterStore, secretsManager } = clients;
  const surroundings = {
    name: environment.name,
    parameterStore,
    secretsManager,
    // Another endpoint, such as one for tests, has no host name for each bucket.
    s3: new S3Client({ ...aws, forcePathStyle: process.env.AWS_ENDPOINT_URL !== undefined }),
    sqs: new SQSClient(aws),
    dynamoDb: () => new DynamoDBClient(aws),
    localSessions: cluster.isWorker ? new SharedSessions(environment.touched) : new MemorySessions(),
    diskUploads: new DiskUploads(environment.uploads, environment.keepFree),
  };
  const live = new Live();
  const leaving = new Leaving();
  const web = new WebServer(routes(environment, join(directory, 'static'), leaving), live, new Set([PROBE]));
  const stop = new AbortController();
  process.once('SIGTERM', () => {
    stop.abort();
    log.info('stopping');
    void leaving.begin(environment.drainSeconds * 1_000).then(async () => finish(web, live));
  });

  void keepConfigured(
    live,
    {
      read: async () => Settings.read(parameterStore, environment.name),
      connect: async (settings, first) => connectParts(settings, surroundings, first),
      pollMs: environment.pollSeconds * 1_000,
      touched: environment.touched,
    },
    stop.signal,
  );
  await Promise.race([live.ready, pause(START_MS, stop.signal)]);
  if (stop.signal.aborted) return;
  await web.listen(environment.port);
  log.info('listening', { port: environment.port, release: environment.release });
}

async function finish(web: WebServer, live: Live): Promise<void> {
  await web.close(FINISH_MS);
  await Promise.race([live.close(), pause(2_000)]);
  log.info('stopped');
  process.exit(0);
}
