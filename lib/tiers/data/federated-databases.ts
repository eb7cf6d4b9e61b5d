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
 * Databases by function, one of them over shards. Each is an Aurora cluster of its own, and in several regions the founding
 * member of a global database.
 *
 * **Stateful**. Beyond the eighth, shards continue in numbered stacks beside the region's.
 */
export class FederatedDatabases extends FunctionalDatabases {
  /** The whole functions by name; the last has the directory of shards where there is one. */
  public readonly functions: { [name: string]: AuroraCluster };
  /** The shards, by number. */
  public readonly shards: AuroraCluster[];

  public constructor(scope: Construct, id: string, props: FederatedDatabasesProps) {
    super(scope, id, props);
    const { name, shardMap, geography } = props;
    const users = this.users(this.roles);
    const cluster = (parent: Construct, clusterId: string, role: string, ordinal: number): AuroraCluster =>
      new AuroraCluster(parent, clusterId, {
        ...props.cluster,
        name,
        role,
        users,
        ground: this.ground,
        zones: this.zones(ordinal),
        geography,
      });
    this.functions = this._eachFunction(cluster);
    this.shards = this._eachShard(shardMap.shards, cluster);
  }

  public override get clusters(): string[] {
    return this.founded.map(({ clusterIdentifier }) => clusterIdentifier);
  }

  public override get founded(): AuroraCluster[] {
    return [...Object.values(this.functions), ...this.shards];
  }
}
