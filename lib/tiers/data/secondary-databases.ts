import type { Construct } from 'constructs';
import type { AuroraCluster, AuroraClusterOptions } from './aurora-cluster';
import { FunctionalDatabases, type FunctionalDatabasesProps } from './functional-databases';
import { SecondaryCluster } from './secondary-cluster';

/** Props of {@link SecondaryDatabases}. */
export interface SecondaryDatabasesProps extends FunctionalDatabasesProps {
  /**
   * What can be chosen about each cluster; the same as in the founding region.
   * @default - Serverless v2, 0.5 to 16 capacity units
   */
  readonly cluster?: AuroraClusterOptions;
  /** Whether the clusters pass writes on to the region that has the writers. */
  readonly writeForwarding: boolean;
}

/** The copies of the databases in a further region, shard by shard. Deployed after the founding region, whose global databases they join. */
export class SecondaryDatabases extends FunctionalDatabases {
  /** The copies of the whole functions, by name. */
  public readonly functions: { [name: string]: SecondaryCluster };
  /** The copies of the shards, by number. */
  public readonly shards: SecondaryCluster[];

  public constructor(scope: Construct, id: string, props: SecondaryDatabasesProps) {
    super(scope, id, props);
    const { name, shardMap, writeForwarding } = props;
    const cluster = (parent: Construct, clusterId: string, role: string, ordinal: number): SecondaryCluster =>
      new SecondaryCluster(parent, clusterId, {
        ...props.cluster,
        name,
        role,
        ground: this.ground,
        zones: this.zones(ordinal),
        writeForwarding,
      });
    this.functions = this._eachFunction(cluster);
    this.shards = this._eachShard(shardMap.shards, cluster);
  }

  public override get clusters(): string[] {
    return [...Object.values(this.functions), ...this.shards].map(({ clusterIdentifier }) => clusterIdentifier);
  }

  public override get founded(): AuroraCluster[] {
    return [];
  }
}
