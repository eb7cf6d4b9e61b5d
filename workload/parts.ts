import type { S3Client } from '@aws-sdk/client-s3';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Cache } from './cache/cache';
import { Valkey } from './cache/valkey';
import { Database } from './data/database';
import { DatabaseServer } from './data/database-server';
import { createSchema } from './data/schema';
import { Users } from './data/users';
import { Secret } from './secrets';
import type { SessionStore } from './sessions/session-store';
import { ValkeySessions } from './sessions/valkey-sessions';
import { Setting, type Settings } from './settings';
import { BucketUploads } from './uploads/bucket-uploads';
import type { UploadStore } from './uploads/upload-store';

const CACHE_ANSWER_MS = 150;
const SESSIONS_ANSWER_MS = 2_000;

/** What stays the same whatever the settings say. */
export interface Surroundings {
  readonly secretsManager: SecretsManagerClient;
  readonly s3: S3Client;
  /** Sessions while there is no store for them. */
  readonly memorySessions: SessionStore;
  /** Uploads while there is no bucket for them. */
  readonly diskUploads: UploadStore;
}

/** Everything that the settings name, connected. */
export interface Parts {
  readonly settings: Settings;
  readonly database: Database;
  readonly cache: Cache;
  readonly users: Users;
  readonly sessions: SessionStore;
  readonly uploads: UploadStore;
  /** Ends all connections. */
  close(): Promise<void>;
}

/**
 * Connects to everything that the settings name. Fails when the writer or the sessions can't be reached: without them the application
 * is of no use. Readers and cache may come later.
 */
export async function connectParts(settings: Settings, surroundings: Surroundings): Promise<Parts> {
  const opened: (() => Promise<void> | void)[] = [];
  const close = async (): Promise<void> => {
    await Promise.allSettled(opened.map(async (end) => end()));
  };
  try {
    const database = await openDatabase(settings, surroundings);
    opened.push(async () => database.close());
    const cacheServer = openValkey('the cache', settings, Setting.CACHE_ENDPOINT, Setting.CACHE_SECRET, CACHE_ANSWER_MS, surroundings);
    opened.push(() => cacheServer?.close());
    const sessionServer = openValkey(
      'the session store',
      settings,
      Setting.SESSIONS_ENDPOINT,
      Setting.SESSIONS_SECRET,
      SESSIONS_ANSWER_MS,
      surroundings,
    );
    opened.push(() => sessionServer?.close());
    await Promise.all([createSchema(database.writer), sessionServer?.ready()]);
    const cache = new Cache(cacheServer);
    const bucket = settings.get(Setting.UPLOADS_BUCKET);
    return {
      settings,
      database,
      cache,
      users: new Users(database, cache),
      sessions: sessionServer ? new ValkeySessions(sessionServer) : surroundings.memorySessions,
      uploads: bucket ? new BucketUploads(surroundings.s3, bucket, surroundings.diskUploads) : surroundings.diskUploads,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openDatabase(settings: Settings, surroundings: Surroundings): Promise<Database> {
  const secret = secretOf(settings, Setting.DATABASE_SECRET, surroundings);
  const name = settings.require(Setting.DATABASE_NAME);
  const at = async (endpoint: string): Promise<DatabaseServer> => DatabaseServer.at(endpoint, name, secret);
  const readers = (settings.get(Setting.DATABASE_READERS) ?? '').split(',').map((endpoint) => endpoint.trim());
  return new Database(
    await at(settings.require(Setting.DATABASE_WRITER)),
    await Promise.all(readers.filter((endpoint) => endpoint !== '').map(at)),
  );
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
