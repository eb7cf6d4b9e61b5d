import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { hasWriters, openDatabase, type Databases } from '../data/databases';
import { createSchema, SHARD_USERS } from '../data/schema';
import type { Ids } from '../ids/ids';
import { log } from '../log';
import { Secret } from '../secrets';
import { Setting, type Settings } from '../settings';
import { reasonOf } from '../timing';
import { DirectoryPlacement } from './directory-placement';
import { HashPlacement } from './hash-placement';
import type { Placement } from './placement';
import { RangePlacement, sequencesOf } from './range-placement';
import { shardMapIn, type ShardMap } from './shard-map';
import { ShardPlaces } from './shard-places';
import { ShardedHomes } from './sharded-homes';
import { Shards } from './shards';

/** Connections to one shard: there are many shards, and each has one table. */
const POOL = { max: 3, each: 3, idleTimeoutMillis: 10_000 };

/** Users over shards, and what is known about the shards. */
export interface ShardedUsers {
  readonly map: ShardMap;
  readonly shards: Shards;
  readonly homes: ShardedHomes;
}

/** What names and opens shards. */
export interface ShardSurroundings {
  /** Name of the deployment. */
  readonly name: string;
  readonly parameterStore: SSMClient;
  readonly secretsManager: SecretsManagerClient;
}

/**
 * The users by the map in the settings, or nothing where there is no map. Where the shards are is known then; none is connected yet.
 * Secrets and tables are looked at once by a process: a shard that was closed is opened again by a login alone.
 */
export async function openShardedUsers(
  settings: Settings,
  { orders }: Databases,
  ids: Ids,
  { name, parameterStore, secretsManager }: ShardSurroundings,
): Promise<ShardedUsers | undefined> {
  const map = shardMapIn(settings);
  if (!map) return undefined;
  const places = new ShardPlaces(parameterStore, name);
  await places.read();
  const secrets = new Map<string, Secret>();
  const secretAt = (arn: string): Secret => {
    const secret = secrets.get(arn) ?? new Secret(secretsManager, arn);
    secrets.set(arn, secret);
    return secret;
  };
  const withTables = new Set<string>();
  const shards = new Shards({
    find: async (shard, anew) => (anew ? places.ask(shard) : places.find(shard)),
    open: async (shard, place) => {
      const database = await openDatabase(settings, place, secretAt, POOL);
      if (withTables.has(place.writer)) return database;
      try {
        if (await createSchema(database.writer, [...SHARD_USERS, ...sequencesOf(map, shard)])) withTables.add(place.writer);
      } catch (error) {
        await database.close();
        throw error;
      }
      return database;
    },
  });
  // A further region can't make tables, and may be the first to have a user for a shard.
  if (settings.get(Setting.FOUNDING_REGION) !== undefined && hasWriters(settings)) void makeTables(shards, map);
  const placements: Readonly<Record<ShardMap['strategy'], () => Placement>> = {
    range: () => new RangePlacement(map, shards, hasWriters(settings)),
    hash: () => new HashPlacement(map, shards, ids),
    directory: () => new DirectoryPlacement(map, shards, ids, orders),
  };
  return { map, shards, homes: new ShardedHomes(shards, placements[map.strategy]()) };
}

async function makeTables(shards: Shards, map: ShardMap): Promise<void> {
  for (let shard = 0; shard < map.shards && !shards.isClosed; shard += 1) {
    await shards
      .use(shard, async () => Promise.resolve())
      .catch((error: unknown) => {
        log.warn('the tables of a shard were not made', { shard, reason: reasonOf(error) });
      });
  }
}
