import { Aws, Stack } from 'aws-cdk-lib';
import type * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import type { Construct } from 'constructs';
import { Drill, type DrillProps } from './drill';
import { DRILL_TAG, markForDrills } from './drill-tag';

/** Props of {@link InterruptSpot}. */
export interface InterruptSpotProps extends DrillProps {
  /** The groups that run servers on Spot: the fleet, and the workers where there are any. */
  readonly groups: autoscaling.AutoScalingGroup[];
}

/** Takes one Spot server away, with the two minutes' notice that EC2 gives. */
export class InterruptSpot extends Drill {
  public constructor(scope: Construct, id: string, props: InterruptSpotProps) {
    const { ground, groups } = props;
    for (const group of groups) markForDrills(group, ground.name);
    super(scope, id, {
      ground,
      title: 'interrupt-spot',
      description: `Interrupts one Spot server of ${ground.name}`,
      targets: {
        Server: {
          resourceType: 'aws:ec2:spot-instance',
          resourceTags: { [DRILL_TAG]: ground.name },
          filters: [{ path: 'State.Name', values: ['running'] }],
          selectionMode: 'COUNT(1)',
        },
      },
      actions: {
        Interrupt: {
          actionId: 'aws:ec2:send-spot-instance-interruptions',
          parameters: { durationBeforeInterruption: 'PT2M' },
          targets: { SpotInstances: 'Server' },
        },
      },
    });
    this.allow({
      actions: ['ec2:SendSpotInstanceInterruptions'],
      resources: [`arn:${Aws.PARTITION}:ec2:${Stack.of(this).region}:${Aws.ACCOUNT_ID}:instance/*`],
      conditions: this.tagged,
      because: "servers come and go: bound by the deployment's tag",
    });
    this.allowToFind('ec2:DescribeInstances');
  }
}
