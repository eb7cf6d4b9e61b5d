import type { Construct } from 'constructs';
import type { Geography } from '../../foundation/regions/geography';
import { AuroraCluster, type AuroraClusterOptions } from './aurora-cluster';
import { FunctionalDatabases, type FunctionalDatabasesProps } from './functional-databases';

/** Props of {@link FederatedDatabases}. */
export interface FederatedDatabasesProps extends FunctionalDatabasesProps {
  /**
   * What can be chosen about each cluster.
   * @default - Serverless v2, 0.5 to 16 capacity units, one reader
   */
  readonly cluster?: AuroraClusterOptions;
  /**
   * Further regions that copy each cluster.
   * @default - none
   */
  readonly geography?: Geography;
}

/**
 * Databases by function: users over shards, products, orders. Each is an Aurora cluster of its own, and in several regions the founding
 * member of a global database.
 *
 * **Stateful**. Beyond the sixteenth, shards continue in numbered stacks beside the region's.
 */
export class FederatedDatabases extends FunctionalDatabases {
  /** The products. */
  public readonly products: AuroraCluster;
  /** The orders, and the directory of shards where there is one. */
  public readonly orders: AuroraCluster;
  /** The users, by number of the shard. */
  public readonly users: AuroraCluster[];

  public constructor(scope: Construct, id: string, props: FederatedDatabasesProps) {
    super(scope, id, props);
    const { name, shardMap, geography } = props;
    const cluster = (parent: Construct, clusterId: string, role: string, ordinal: number): AuroraCluster =>
      new AuroraCluster(parent, clusterId, { ...props.cluster, name, role, ground: this.ground, zones: this.zones(ordinal), geography });
    this.products = cluster(this, 'Products', 'products', 0);
    this.orders = cluster(this, 'Orders', 'orders', 1);
    this.users = this._eachShard(shardMap.shards, (parent, shardId, shard) => cluster(parent, shardId, `users/${shard}`, shard));
  }

  public override get clusters(): string[] {
    return this.founded.map(({ clusterIdentifier }) => clusterIdentifier);
  }

  public override get founded(): AuroraCluster[] {
    return [this.products, this.orders, ...this.users];
  }
}
