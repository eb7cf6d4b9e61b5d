import { Aws, Names, Stack, Tags } from 'aws-cdk-lib';
import * as dlm from 'aws-cdk-lib/aws-dlm';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledge } from '../../foundation/acknowledge';
import { actingForIfSaid } from '../../foundation/security/service-trust';

/** Props of {@link VolumeSnapshots}. */
export interface VolumeSnapshotsProps {
  /** The volume. It gets a tag, by which the policy finds it. */
  readonly volume: ec2.Volume;
  /**
   * How many daily snapshots are kept.
   * @default 14
   */
  readonly retain?: number;
}

/** A snapshot of a volume every night at 03:00 UTC, by Amazon Data Lifecycle Manager. */
export class VolumeSnapshots extends Construct {
  /** The lifecycle policy. */
  public readonly policy: dlm.CfnLifecyclePolicy;

  public constructor(scope: Construct, id: string, props: VolumeSnapshotsProps) {
    super(scope, id);
    const role = new iam.Role(this, 'Role', {
      assumedBy: actingForIfSaid('dlm.amazonaws.com', `dlm:${Stack.of(this).region}:${Aws.ACCOUNT_ID}:policy/*`),
      managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSDataLifecycleManagerServiceRole')],
    });
    const tag = { key: 'snapshots', value: Names.uniqueId(props.volume) };
    Tags.of(props.volume).add(tag.key, tag.value);
    this.policy = new dlm.CfnLifecyclePolicy(this, 'Policy', {
      description: 'Daily snapshots of a data volume',
      executionRoleArn: role.roleArn,
      state: 'ENABLED',
      policyDetails: {
        resourceTypes: ['VOLUME'],
        targetTags: [tag],
        schedules: [
          {
            name: 'Daily',
            copyTags: true,
            createRule: { interval: 24, intervalUnit: 'HOURS', times: ['03:00'] },
            retainRule: { count: props.retain ?? 14 },
          },
        ],
      },
    });
    acknowledge(role, {
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSDataLifecycleManagerServiceRole]':
        'the managed policy is what Data Lifecycle Manager documents for its role',
    });
  }
}
