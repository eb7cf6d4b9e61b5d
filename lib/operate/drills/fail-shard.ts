import { Aws, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { AuroraCluster } from '../../tiers/data/aurora-cluster';
import { Drill, type DrillProps } from './drill';
import { markForDrills } from './drill-tag';

/** Props of {@link FailShard}. */
export interface FailShardProps extends DrillProps {
  /** The shard. */
  readonly shard: AuroraCluster;
}

/** Reboots writer and reader of a shard at the same time: nothing is there to fail over to, so the shard is dark until they are back. */
export class FailShard extends Drill {
  public constructor(scope: Construct, id: string, props: FailShardProps) {
    const { ground, shard } = props;
    const { cluster, clusterIdentifier } = shard;
    markForDrills(cluster, ground.name);
    const arns = cluster.instanceIdentifiers.map(
      (identifier) => `arn:${Aws.PARTITION}:rds:${Stack.of(shard).region}:${Aws.ACCOUNT_ID}:db:${identifier}`,
    );
    super(scope, id, {
      ground,
      title: 'fail-shard',
      description: `Reboots writer and reader of ${clusterIdentifier} at the same time`,
      targets: { Instances: { resourceType: 'aws:rds:db', resourceArns: arns, selectionMode: 'ALL' } },
      actions: { Reboot: { actionId: 'aws:rds:reboot-db-instances', targets: { DBInstances: 'Instances' } } },
    });
    this.allow({ actions: ['rds:RebootDBInstance'], resources: arns, conditions: this.tagged });
    this.allowToFind('rds:DescribeDBInstances', 'tag:GetResources');
  }
}
