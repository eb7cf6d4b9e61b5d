import type { AuroraClusterOptions } from './aurora-cluster';
import type { ShardMap } from './shard-map';

/** Options of `DatabaseTier.sharded`. */
export interface ShardedTierOptions {
  /**
   * Which shard holds which user.
   * @default ShardMap.range(2)
   */
  readonly shardMap?: ShardMap;
  /**
   * What can be chosen about each cluster.
   * @default - Serverless v2, 0.5 to 16 capacity units, one reader
   */
  readonly cluster?: AuroraClusterOptions;
  /**
   * Version of Aurora PostgreSQL, the same for all clusters, 17 or later with its minor version. It never goes back.
   * @default 17.7
   */
  readonly engineVersion?: string;
}

/** Options of `DatabaseTier.cluster`. */
export interface ClusterTierOptions extends AuroraClusterOptions {
  /**
   * Version of Aurora PostgreSQL, 17 or later with its minor version. It never goes back.
   * @default 17.7
   */
  readonly engineVersion?: string;
}
