import { Aws, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Fleet } from '../../tiers/web/fleet';
import { Drill, type DrillProps } from './drill';
import { DRILL_TAG, markForDrills } from './drill-tag';

/** Props of {@link KillServer}. */
export interface KillServerProps extends DrillProps {
  /** The fleet. */
  readonly fleet: Fleet;
}

/** The tag that EC2 Auto Scaling gives its servers. */
const GROUP_TAG = 'aws:autoscaling:groupName';

/** Terminates one web server of the fleet, without a word to it. */
export class KillServer extends Drill {
  public constructor(scope: Construct, id: string, props: KillServerProps) {
    const { ground, fleet } = props;
    const { autoScalingGroup } = fleet;
    markForDrills(autoScalingGroup, ground.name);
    super(scope, id, {
      ground,
      title: 'kill-server',
      description: `Terminates one web server of ${ground.name}`,
      targets: {
        Server: {
          resourceType: 'aws:ec2:instance',
          resourceTags: { [DRILL_TAG]: ground.name, [GROUP_TAG]: autoScalingGroup.autoScalingGroupName },
          filters: [{ path: 'State.Name', values: ['running'] }],
          selectionMode: 'COUNT(1)',
        },
      },
      actions: { Terminate: { actionId: 'aws:ec2:terminate-instances', targets: { Instances: 'Server' } } },
    });
    const { StringEquals } = this.tagged;
    this.allow({
      actions: ['ec2:TerminateInstances'],
      resources: [`arn:${Aws.PARTITION}:ec2:${Stack.of(this).region}:${Aws.ACCOUNT_ID}:instance/*`],
      conditions: { StringEquals: { ...StringEquals, [`aws:ResourceTag/${GROUP_TAG}`]: autoScalingGroup.autoScalingGroupName } },
      because: "servers come and go: bound by the deployment's tag and the group's",
    });
    this.allowToFind('ec2:DescribeInstances');
  }
}
