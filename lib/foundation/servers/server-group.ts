import { Duration } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { acknowledge, acknowledgeRules } from '../acknowledge';
import { OfferKind, RegionOffers } from '../regions/region-offers';
import type { Release } from './release';
import { ServerSize } from './server-size';

/** arm64 types of one size; several make a Spot interruption less likely to take many at once. */
const DEFAULT_TYPES = ['m7g.large', 'm6g.large', 'r7g.large', 'r6g.large'];

/**
 * The types that servers are made of: those given, if they are possible, or the defaults that the region has.
 * @param region where the servers are.
 */
export function typesFor(region: string, given?: readonly ec2.InstanceType[]): ec2.InstanceType[] {
  const types = given ? [...given] : RegionOffers.among(OfferKind.SERVERS, region, DEFAULT_TYPES).map((type) => new ec2.InstanceType(type));
  ServerSize.check(region, types);
  return types;
}

const BOOT_TIME = Duration.minutes(5);

/**
 * For so long the balancer's word on a new server is not heard; before that nobody can call it healthy either. A server that runs migrations is
 * not ended under them.
 */
export function graceOf({ startTime }: Release): Duration {
  return startTime ? BOOT_TIME.plus(startTime) : BOOT_TIME;
}

/**
 * No server gets older, so that none is without the patches of the newest image for longer. Like a deploy, this launches before it terminates.
 */
export const YOUNG = { maxInstanceLifetime: Duration.days(14), minHealthyPercentage: 100, maxHealthyPercentage: 150 };

/** Launches before it terminates, so a deploy never passes through fewer servers than the load asked for. */
export const LAUNCH_FIRST: autoscaling.UpdatePolicy = autoscaling.UpdatePolicy.instanceRefresh({
  strategy: autoscaling.InstanceRefreshStrategy.ROLLING,
  minHealthyPercentage: 100,
  maxHealthyPercentage: 150,
  skipMatching: true,
  instanceWarmup: BOOT_TIME,
});

/**
 * A release that is healthy and yet fails users goes back: an alarm that rings while servers are replaced, or for some minutes after, fails the
 * deploy, and CloudFormation's rollback brings the servers of before.
 * @param group the group.
 * @param alarms at most ten, that don't depend on the group.
 * @param bakeTime for how long after the last replacement they are heard.
 */
export function goBackOn(group: autoscaling.AutoScalingGroup, alarms: readonly cloudwatch.Alarm[], bakeTime: Duration): void {
  const resource = group.node.defaultChild as autoscaling.CfnAutoScalingGroup;
  const refresh = resource.cfnOptions.updatePolicy?.autoScalingInstanceRefresh;
  if (!refresh) throw new Error(`${group.node.path} is not replaced by an instance refresh`);
  const alarmSpecification = { alarms: alarms.map(({ alarmName }) => alarmName) };
  resource.cfnOptions.updatePolicy = {
    ...resource.cfnOptions.updatePolicy,
    autoScalingInstanceRefresh: { ...refresh, preferences: { ...refresh.preferences, alarmSpecification, bakeTime: bakeTime.toSeconds() } },
  };
}

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

/** What rule packs find in any group of servers here, and why that is right. */
export function acknowledgeGroup(group: autoscaling.AutoScalingGroup): void {
  acknowledge(group, {
    'AwsSolutions-AS3': 'servers come and go all day: only a launch or a termination that failed is worth a message',
    'AwsSolutions-EC26': 'root volumes are encrypted by the launch template, which the rule does not follow into a mix of instance types',
  });
  acknowledgeRules(group, {
    EC2IMDSv2Enabled: 'the launch template demands IMDSv2, which the rule does not follow into a mix of instance types',
  });
}
