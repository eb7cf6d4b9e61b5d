import { SQSClient } from '@aws-sdk/client-sqs';
import type { Clients } from './clients';
import { keepConfigured } from './configuration';
import type { Environment } from './environment';
import { Live } from './live';
import { log } from './log';
import { Settings } from './settings';
import { pause } from './timing';
import { Worker } from './jobs/worker';
import { readWorkerEnvironment } from './jobs/worker-environment';
import { connectWorkerParts, type WorkerParts } from './jobs/worker-parts';

/** Longer than a look into the queue may wait. */
const ANSWER_MS = 30_000;
const CLOSE_MS = 2_000;

/** Runs a worker until it is told to stop. */
export async function runWorker(environment: Environment, { parameterStore, secretsManager }: Clients): Promise<void> {
  const workerEnvironment = readWorkerEnvironment(process.env);
  const sqs = new SQSClient({ requestHandler: { connectionTimeout: 2_000, requestTimeout: ANSWER_MS } });
  const live = new Live<WorkerParts>();
  const worker = new Worker(live, workerEnvironment);
  const stop = new AbortController();
  let working: Promise<void> = Promise.resolve();
  process.once('SIGTERM', () => {
    log.info('stopping');
    stop.abort();
    void worker.stop(working).then(async () => {
      await Promise.race([live.close(), pause(CLOSE_MS)]);
      log.info('stopped');
      process.exit(0);
    });
  });
  void keepConfigured(
    live,
    {
      read: async () => Settings.read(parameterStore, environment.name),
      connect: async (settings) => connectWorkerParts(settings, secretsManager, sqs),
      pollMs: environment.pollSeconds * 1_000,
      touched: environment.touched,
    },
    stop.signal,
  );
  await live.ready;
  log.info('working', { concurrency: workerEnvironment.concurrency, release: environment.release });
  working = worker.work();
  await working;
}
