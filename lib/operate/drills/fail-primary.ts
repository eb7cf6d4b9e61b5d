import { Aws, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Valkey } from '../../tiers/cache/valkey';
import { AutomationDrill } from './automation-drill';
import type { DrillProps } from './drill';
import { markForDrills } from './drill-tag';

/** Props of {@link FailPrimary}. */
export interface FailPrimaryProps extends DrillProps {
  /** Name of the drill, such as `fail-cache`. */
  readonly title: string;
  /** The group. */
  readonly valkey: Valkey;
}

/** The first shard of a group; a group of one shard has no other. */
const FIRST_SHARD = '0001';

/**
 * Fails the primary of a Valkey group's first shard. FIS itself can only take the power of a zone, where the primary may or may not be;
 * `TestFailover` always meets the primary.
 */
export class FailPrimary extends AutomationDrill {
  public constructor(scope: Construct, id: string, props: FailPrimaryProps) {
    const { ground, title, valkey } = props;
    const ReplicationGroupId = valkey.group.ref;
    markForDrills(valkey.group, ground.name);
    const settled = {
      Service: 'elasticache',
      Api: 'DescribeReplicationGroups',
      ReplicationGroupId,
      PropertySelector: '$.ReplicationGroups[0].Status',
      DesiredValues: ['available'],
    };
    super(scope, id, {
      ground,
      title,
      description: `Fails the primary of ${valkey.group.replicationGroupDescription}`,
      minutes: 30,
      steps: [
        { name: 'before', action: 'aws:waitForAwsResourceProperty', timeoutSeconds: 60, inputs: settled },
        {
          name: 'fail',
          action: 'aws:executeAwsApi',
          inputs: { Service: 'elasticache', Api: 'TestFailover', ReplicationGroupId, NodeGroupId: FIRST_SHARD },
        },
        // The group says that it is available for a moment longer.
        { name: 'begin', action: 'aws:sleep', inputs: { Duration: 'PT1M' } },
        { name: 'after', action: 'aws:waitForAwsResourceProperty', timeoutSeconds: 1_500, inputs: settled },
      ],
    });
    const group = `arn:${Aws.PARTITION}:elasticache:${Stack.of(this).region}:${Aws.ACCOUNT_ID}:replicationgroup:${ReplicationGroupId}`;
    const allow = (action: string, conditions?: Record<string, unknown>): void => {
      this.documentRole.addToPolicy(new iam.PolicyStatement({ actions: [action], resources: [group], conditions }));
    };
    allow('elasticache:TestFailover', this.tagged);
    allow('elasticache:DescribeReplicationGroups');
  }
}
