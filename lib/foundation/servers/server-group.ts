import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { acknowledge } from '../acknowledge';

/** arm64 types of one size; several make a Spot interruption less likely to take many at once. */
export const DEFAULT_TYPES: readonly ec2.InstanceType[] = ['m7g.large', 'm6g.large', 'r7g.large', 'r6g.large'].map(
  (type) => new ec2.InstanceType(type),
);

/** Launches before it terminates, so a deploy never passes through fewer servers than the load asked for. */
export const LAUNCH_FIRST: autoscaling.UpdatePolicy = autoscaling.UpdatePolicy.instanceRefresh({
  strategy: autoscaling.InstanceRefreshStrategy.ROLLING,
  minHealthyPercentage: 100,
  maxHealthyPercentage: 150,
  skipMatching: true,
});

/**
 * Instance types on demand and on Spot.
 * @param launchTemplate what the servers are started from.
 * @param instanceTypes one or more, of one size.
 * @param onDemand how many are on demand before any is on Spot.
 * @param spotPercentage share of Spot among the others.
 */
export function spotMix(
  launchTemplate: ec2.ILaunchTemplate,
  instanceTypes: readonly ec2.InstanceType[],
  onDemand: number,
  spotPercentage: number,
): autoscaling.MixedInstancesPolicy {
  return {
    launchTemplate,
    launchTemplateOverrides: instanceTypes.map((instanceType) => ({ instanceType })),
    instancesDistribution: {
      onDemandBaseCapacity: onDemand,
      onDemandPercentageAboveBaseCapacity: 100 - spotPercentage,
      spotAllocationStrategy: autoscaling.SpotAllocationStrategy.PRICE_CAPACITY_OPTIMIZED,
    },
  };
}

/** What AwsSolutions finds in any group of servers here, and why that is right. */
export function acknowledgeGroup(group: autoscaling.AutoScalingGroup): void {
  acknowledge(group, {
    'AwsSolutions-AS3': 'servers come and go all day: only a launch or a termination that failed is worth a message',
    'AwsSolutions-EC26': 'root volumes are encrypted by the launch template, which the rule does not follow into a mix of instance types',
  });
}
