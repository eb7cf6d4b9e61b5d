import type { AutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

/** Props of {@link GroupFailures}. */
export interface GroupFailuresProps {
  /** The group. */
  readonly autoScalingGroup: AutoScalingGroup;
  /** Hears of servers that could not be launched, terminated or replaced. A topic that was imported must admit `events.amazonaws.com` itself. */
  readonly topic: sns.ITopic;
}

/**
 * Tells when a group can't launch or terminate a server, or a refresh of all of them fails: no Spot capacity, a quota, a key that refuses. A group
 * is patched by new servers, so this is also how somebody hears that it is not. Not by the group's own notifications:
 * Auto Scaling publishes them by a service-linked role, which an account may not have yet, and which can't be named in the key's policy before.
 */
export class GroupFailures extends Construct {
  /** The rule. */
  public readonly rule: events.Rule;

  public constructor(scope: Construct, id: string, props: GroupFailuresProps) {
    super(scope, id);
    this.rule = new events.Rule(this, 'Rule', {
      eventPattern: {
        source: ['aws.autoscaling'],
        detailType: [
          'EC2 Instance Launch Unsuccessful',
          'EC2 Instance Terminate Unsuccessful',
          'EC2 Auto Scaling Instance Refresh Failed',
          'EC2 Auto Scaling Instance Refresh Rollback Failed',
        ],
        detail: { AutoScalingGroupName: [props.autoScalingGroup.autoScalingGroupName] },
      },
      targets: [new targets.SnsTopic(props.topic)],
    });
  }
}
