import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { openDatabase, type Databases } from '../data/databases';
import { createSchema, SHARD_USERS } from '../data/schema';
import type { Ids } from '../ids/ids';
import type { Settings } from '../settings';
import { DirectoryPlacement } from './directory-placement';
import { HashPlacement } from './hash-placement';
import type { Placement } from './placement';
import { RangePlacement, sequencesOf } from './range-placement';
import { shardMapIn, type ShardMap } from './shard-map';
import { findShard } from './shard-place';
import { ShardedHomes } from './sharded-homes';
import { Shards } from './shards';

/** Connections to one shard: there are many shards. */
const POOL = { max: 3, idleTimeoutMillis: 10_000 };

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

/** The users by the map in the settings, or nothing where there is no map. No shard is connected yet. */
export function openShardedUsers(
  settings: Settings,
  { orders }: Databases,
  ids: Ids,
  { name, parameterStore, secretsManager }: ShardSurroundings,
): ShardedUsers | undefined {
  const map = shardMapIn(settings);
  if (!map) return undefined;
  const shards = new Shards({
    find: async (shard) => findShard(parameterStore, name, shard),
    open: async (shard, place) => {
      const database = await openDatabase(settings, place, secretsManager, POOL);
      try {
        await createSchema(database.writer, [...SHARD_USERS, ...sequencesOf(map, shard)]);
      } catch (error) {
        await database.close();
        throw error;
      }
      return database;
    },
  });
  const placements: Readonly<Record<ShardMap['strategy'], () => Placement>> = {
    range: () => new RangePlacement(map, shards),
    hash: () => new HashPlacement(map, shards, ids),
    directory: () => new DirectoryPlacement(map, shards, ids, orders),
  };
  return { map, shards, homes: new ShardedHomes(shards, placements[map.strategy]()) };
}
