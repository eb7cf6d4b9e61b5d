import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { openDatabases, type Databases } from '../data/databases';
import { Setting, type Settings } from '../settings';
import { JobQueue } from './job-queue';
import { ReportTable } from './report-table';

/** What a worker is connected to: no cache, no sessions, no users. */
export interface WorkerParts {
  readonly databases: Databases;
  readonly reports: ReportTable;
  /** Nothing while the architecture has no queue. */
  readonly queue?: JobQueue;
  /** Ends all connections. */
  close(): Promise<void>;
}

/** Connects to what the settings name. */
export async function connectWorkerParts(settings: Settings, secretsManager: SecretsManagerClient, sqs: SQSClient): Promise<WorkerParts> {
  const databases = await openDatabases(settings, secretsManager, false);
  const url = settings.get(Setting.JOBS_QUEUE);
  return {
    databases,
    reports: new ReportTable(databases.orders),
    queue: url === undefined ? undefined : new JobQueue(sqs, url),
    close: async () => databases.close(),
  };
}
