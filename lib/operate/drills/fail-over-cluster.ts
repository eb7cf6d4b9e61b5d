import type { Construct } from 'constructs';
import type { AuroraCluster } from '../../tiers/data/aurora-cluster';
import { Drill, type DrillProps } from './drill';
import { markForDrills } from './drill-tag';

/** Props of {@link FailOverCluster}. */
export interface FailOverClusterProps extends DrillProps {
  /** Name of the drill. */
  readonly title: string;
  /** The cluster. */
  readonly cluster: AuroraCluster;
}

/** Makes the reader of an Aurora cluster its writer. */
export class FailOverCluster extends Drill {
  public constructor(scope: Construct, id: string, props: FailOverClusterProps) {
    const { ground, title } = props;
    const { cluster, clusterIdentifier } = props.cluster;
    markForDrills(cluster, ground.name);
    super(scope, id, {
      ground,
      title,
      description: `Makes the reader of ${clusterIdentifier} its writer`,
      targets: { Database: { resourceType: 'aws:rds:cluster', resourceArns: [cluster.clusterArn], selectionMode: 'ALL' } },
      actions: { FailOver: { actionId: 'aws:rds:failover-db-cluster', targets: { Clusters: 'Database' } } },
    });
    this.allow({ actions: ['rds:FailoverDBCluster'], resources: [cluster.clusterArn], conditions: this.tagged });
    this.allowToFind('rds:DescribeDBClusters', 'tag:GetResources');
  }
}
