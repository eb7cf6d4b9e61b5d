import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { Cache } from './cache/cache';
import { Valkey } from './cache/valkey';
import { hasWriters, openDatabases, type Databases } from './data/databases';
import { Orders } from './data/orders';
import { Products } from './data/products';
import { OneHome } from './data/user-homes';
import { Users } from './data/users';
import { Ids } from './ids/ids';
import { WorkerLeases } from './ids/worker-leases';
import { JobQueue } from './jobs/job-queue';
import { ReportDesk } from './jobs/report-desk';
import { Secret } from './secrets';
import { handOver, type LocalSessions } from './sessions/local-sessions';
import type { SessionStore } from './sessions/session-store';
import { openShardedUsers, type ShardedUsers } from './shards/open';
import { TableSessions } from './sessions/table-sessions';
import { ValkeySessions } from './sessions/valkey-sessions';
import { Setting, type Settings } from './settings';
import { BucketUploads } from './uploads/bucket-uploads';
import type { UploadStore } from './uploads/upload-store';

const CACHE_ANSWER_MS = 150;
const SESSIONS_ANSWER_MS = 2_000;

/** What stays the same whatever the settings say. */
export interface Surroundings {
  /** Name of the deployment. */
  readonly name: string;
  readonly parameterStore: SSMClient;
  readonly sqs: SQSClient;
  readonly secretsManager: SecretsManagerClient;
  readonly s3: S3Client;
  /** A client of its own for whoever closes it. */
  readonly dynamoDb: () => DynamoDBClient;
  /** Sessions while there is no store for them. */
  readonly localSessions: LocalSessions;
  /** Uploads while there is no bucket for them. */
  readonly diskUploads: UploadStore;
}

/** Everything that the settings name, connected. */
export interface Parts {
  readonly settings: Settings;
  readonly databases: Databases;
  /** Users over shards, unless they are in one database. */
  readonly sharded?: ShardedUsers;
  readonly cache: Cache;
  readonly users: Users;
  readonly products: Products;
  readonly orders: Orders;
  readonly reports: ReportDesk;
  readonly sessions: SessionStore;
  readonly uploads: UploadStore;
  /** Ends all connections. */
  close(): Promise<void>;
}

/**
 * Connects to everything that the settings name. Fails when a writer or the sessions can't be reached: without them the application
 * is of no use. Readers and cache may come later, and a shard is connected when the first of its users is asked for.
 * @param first whether nothing is connected yet: then a writer may come later, too, where its readers answer.
 */
export async function connectParts(settings: Settings, surroundings: Surroundings, first: boolean): Promise<Parts> {
  const opened: (() => Promise<void> | void)[] = [];
  const close = async (): Promise<void> => {
    for (const end of opened) await Promise.resolve(end()).catch(() => undefined);
  };
  try {
    const databases = await openDatabases(settings, surroundings.secretsManager, first);
    opened.push(async () => databases.close());
    const ids = new Ids(new WorkerLeases(databases.orders));
    // Before the databases: it gives something back to them.
    opened.unshift(async () => ids.close());
    const sharded = await openShardedUsers(settings, databases, ids, surroundings);
    opened.push(async () => sharded?.shards.close());
    const cacheServer = openValkey('the cache', settings, Setting.CACHE_ENDPOINT, Setting.CACHE_SECRET, CACHE_ANSWER_MS, surroundings);
    opened.push(() => cacheServer?.close());
    const cache = new Cache(cacheServer);
    const store = await openSessions(settings, surroundings);
    opened.push(() => store?.close());
    const sessions = store && (await handOver(surroundings.localSessions, store));
    const uploads = settings.get(Setting.UPLOADS_BUCKET) ?? '/';
    const queueUrl = settings.get(Setting.JOBS_QUEUE);
    const queue = queueUrl === undefined ? undefined : new JobQueue(surroundings.sqs, queueUrl);
    if (queue) opened.push(queue.keepReporting());
    return {
      settings,
      databases,
      sharded,
      cache,
      users: new Users(sharded?.homes ?? new OneHome(databases.core ?? databases.orders, hasWriters(settings)), cache),
      products: new Products(databases.products, ids, cache),
      orders: new Orders(databases.orders, ids, cache),
      reports: new ReportDesk(databases, ids, queue),
      sessions: sessions ?? surroundings.localSessions,
      uploads: uploads.startsWith('/') ? surroundings.diskUploads : new BucketUploads(surroundings.s3, uploads, surroundings.diskUploads),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The store that the settings name: a table where there is one, else a Valkey group, or nothing. */
async function openSessions(settings: Settings, surroundings: Surroundings): Promise<SessionStore | undefined> {
  const table = settings.get(Setting.SESSIONS_TABLE);
  if (table !== undefined) return answering(new TableSessions(surroundings.dynamoDb(), table), async (store) => store.check());
  const valkey = openValkey(
    'the session store',
    settings,
    Setting.SESSIONS_ENDPOINT,
    Setting.SESSIONS_SECRET,
    SESSIONS_ANSWER_MS,
    surroundings,
  );
  return valkey && new ValkeySessions(await answering(valkey, async (group) => group.ready()));
}

/** What was opened, once it answers. */
async function answering<T extends { close(): void }>(opened: T, question: (opened: T) => Promise<void>): Promise<T> {
  try {
    await question(opened);
    return opened;
  } catch (error) {
    opened.close();
    throw error;
  }
}

function openValkey(
  name: string,
  settings: Settings,
  endpoint: Setting,
  secret: Setting,
  answerMs: number,
  surroundings: Surroundings,
): Valkey | undefined {
  const place = settings.get(endpoint);
  return place === undefined ? undefined : new Valkey(name, place, answerMs, secretOf(settings, secret, surroundings));
}

function secretOf(settings: Settings, setting: Setting, { secretsManager }: Surroundings): Secret | undefined {
  const arn = settings.get(setting);
  return arn === undefined ? undefined : new Secret(secretsManager, arn);
}
