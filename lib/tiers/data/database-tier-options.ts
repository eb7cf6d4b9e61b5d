import type { AuroraClusterOptions } from './aurora-cluster';
import type { DataModel } from './data-model';
import type { ShardMap } from './shard-map';

/** Options of `DatabaseTier.sharded`. */
export interface ShardedTierOptions {
  /**
   * Which tables go where.
   * @default DataModel.REFERENCE
   */
  readonly model?: DataModel;
  /**
   * Which shard holds which key. Ranges are for whole numbers alone.
   * @default - ShardMap.range(2), and ShardMap.hash(2) where keys are no whole numbers
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
