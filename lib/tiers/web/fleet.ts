import { Aws, Duration, Lazy, Stack } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { acknowledge } from '../../foundation/acknowledge';
import { dependOn } from '../../foundation/depend-on';
import { InvalidInput } from '../../foundation/invalid-input';
import { GroupFailures } from '../../foundation/servers/group-failures';
import type { Release } from '../../foundation/servers/release';
import type { ServerIdentity } from '../../foundation/servers/server-identity';
import { acknowledgeGroup, goBackOn, graceOf, LAUNCH_FIRST, spotMix, typesFor, YOUNG } from '../../foundation/servers/server-group';
import { ServerTemplate } from '../../foundation/servers/server-template';
import { StepScaling } from './step-scaling';

/** How a fleet scales and what it is made of. */
export interface FleetOptions {
  /**
   * Servers at the least; also how many are on demand, never Spot. Two or more survive the loss of one.
   * @default 2
   */
  readonly min?: number;
  /**
   * Servers at the most.
   * @default 10
   */
  readonly max?: number;
  /**
   * Average CPU in percent above which one server is added.
   * @default 70
   */
  readonly scaleOutAbove?: number;
  /**
   * Average CPU in percent below which one server is removed.
   * @default 30
   */
  readonly scaleInBelow?: number;
  /**
   * Instance types, arm64 and of one size; several make a Spot interruption less likely to take many at once.
   * @default - m7g.large, m6g.large, r7g.large, r6g.large, as far as the region has them
   */
  readonly instanceTypes?: ec2.InstanceType[];
  /**
   * Percentage of servers above `min` that run on Spot.
   * @default 50
   */
  readonly spotPercentage?: number;
  /**
   * Stopped servers kept ready for a scale-out; only without Spot, because a warm pool stops servers and Spot can't be stopped.
   * @default - no warm pool
   */
  readonly warmPool?: number;
  /**
   * For how long after a deploy has replaced the servers users' errors and slow answers still take it back. Zero lets no alarm stop a
   * deploy: for a release that shall mend what makes them ring.
   * @default 5 minutes
   */
  readonly bakeTime?: Duration;
}

/** Props of {@link Fleet}. */
export interface FleetProps extends FleetOptions {
  /** Name of the deployment. */
  readonly name: string;
  /** The VPC. */
  readonly vpc: ec2.IVpc;
  /** Private subnets with a way out. */
  readonly subnets: ec2.SubnetSelection;
  /** Role and security group of the servers. */
  readonly identity: ServerIdentity;
  /** What they run; a new one rolls the fleet. */
  readonly release: Release;
  /** Where they register, and whose health check decides. */
  readonly targetGroup: elbv2.ApplicationTargetGroup;
  /** Hears of launches and terminations that failed. */
  readonly alarmTopic: sns.ITopic;
}

/** Identical servers in three zones: one more when CPU is high, one less when it is low, none that can't be lost. */
export class Fleet extends Construct {
  /** The Auto Scaling group. It has no desired capacity: a deploy must not reset what scaling decided (aws/aws-cdk#5215). */
  public readonly autoScalingGroup: autoscaling.AutoScalingGroup;
  /** What the servers are started from. */
  public readonly template: ServerTemplate;
  /** Average CPU of the fleet, in percent. */
  public readonly cpu: cloudwatch.Metric;
  /** Adds a server. */
  public readonly scaleOut: StepScaling;
  /** Removes a server. */
  public readonly scaleIn: StepScaling;
  private readonly bakeTime: Duration;

  public constructor(scope: Construct, id: string, props: FleetProps) {
    super(scope, id);
    const { min = 2, max = 10, scaleOutAbove = 70, scaleInBelow = 30, warmPool } = props;
    const instanceTypes = typesFor(Stack.of(this).region, props.instanceTypes);
    const spotPercentage = props.spotPercentage ?? (warmPool === undefined ? 50 : 0);
    refuseContradictions({ min, max, scaleOutAbove, scaleInBelow, spotPercentage, warmPool });

    const { name, vpc, identity, release } = props;
    this.template = new ServerTemplate(this, 'Template', {
      ...{ name, role: 'web', identity, release, instanceType: instanceTypes[0] },
      signal: Lazy.string({ produce: () => this.signal() }),
    });
    this.bakeTime = props.bakeTime ?? Duration.minutes(5);
    const { launchTemplate } = this.template;
    this.autoScalingGroup = new autoscaling.AutoScalingGroup(this, 'Group', {
      vpc,
      vpcSubnets: props.subnets,
      minCapacity: min,
      maxCapacity: max,
      ...(warmPool === undefined
        ? { mixedInstancesPolicy: spotMix(launchTemplate, instanceTypes, min, spotPercentage), capacityRebalance: true }
        : { launchTemplate }),
      healthChecks: autoscaling.HealthChecks.withAdditionalChecks({
        additionalTypes: [autoscaling.AdditionalHealthCheckType.ELB],
        gracePeriod: graceOf(release),
      }),
      defaultInstanceWarmup: Duration.minutes(2),
      groupMetrics: [autoscaling.GroupMetrics.all()],
      updatePolicy: LAUNCH_FIRST,
      ...YOUNG,
      // The deploy that creates the group ends when its servers answer; one that never does goes back.
      signals: autoscaling.Signals.waitForMinCapacity({ timeout: Duration.minutes(15).plus(graceOf(release)) }),
    });
    acknowledgeGroup(this.autoScalingGroup);
    acknowledge(this.autoScalingGroup, {
      'Annotation::@aws-cdk/aws-autoscaling:signalsNotUsedByInstanceRefresh':
        'the signal is for the deploy that creates the group; a refresh goes by the health check of the balancer and by alarms',
    });
    new GroupFailures(this, 'Failures', { autoScalingGroup: this.autoScalingGroup, topic: props.alarmTopic });
    dependOn(this.autoScalingGroup, identity.role, release.parameter);
    this.autoScalingGroup.attachToApplicationTargetGroup(props.targetGroup);
    if (warmPool !== undefined) this.autoScalingGroup.addWarmPool({ minSize: warmPool, maxGroupPreparedCapacity: max });

    this.cpu = new cloudwatch.Metric({
      namespace: 'AWS/EC2',
      metricName: 'CPUUtilization',
      dimensionsMap: { AutoScalingGroupName: this.autoScalingGroup.autoScalingGroupName },
      period: Duration.minutes(1),
    });
    const { autoScalingGroup, cpu: metric } = this;
    this.scaleOut = new StepScaling(this, 'ScaleOut', { autoScalingGroup, metric, above: scaleOutAbove });
    this.scaleIn = new StepScaling(this, 'ScaleIn', { autoScalingGroup, metric, below: scaleInBelow });
  }

  /** Deploys are taken back while one of these rings. */
  public watchDeploys(alarms: cloudwatch.Alarm[]): void {
    if (this.bakeTime.toSeconds() > 0) goBackOn(this.autoScalingGroup, alarms, this.bakeTime);
  }

  private signal(): string {
    const group = this.autoScalingGroup.node.defaultChild as autoscaling.CfnAutoScalingGroup;
    return `--stack ${Aws.STACK_NAME} --resource ${Stack.of(this).resolve(group.logicalId) as string}`;
  }
}

function refuseContradictions(
  choice: Required<Pick<FleetOptions, 'min' | 'max' | 'scaleOutAbove' | 'scaleInBelow' | 'spotPercentage'>> &
    Pick<FleetOptions, 'warmPool'>,
): void {
  const { min, max, scaleOutAbove, scaleInBelow, spotPercentage, warmPool } = choice;
  if (min < 1 || min > max) throw new InvalidInput(`fleet of min ${min} and max ${max} can't be: type 1 <= min <= max`);
  // As little as the least servers do, each, once there is one more.
  const most = (scaleOutAbove * min) / (min + 1);
  if (scaleInBelow >= most) {
    throw new InvalidInput(
      `scaleInBelow ${scaleInBelow} must be less than ${Math.ceil(most)}, or the fleet would swing for ever: so busy are ${min + 1} servers when scaleOutAbove ${scaleOutAbove} has added one to ${min}`,
    );
  }
  if (spotPercentage < 0 || spotPercentage > 100) throw new InvalidInput(`spotPercentage ${spotPercentage} must be 0 to 100`);
  if (warmPool !== undefined && spotPercentage > 0) {
    throw new InvalidInput(`warmPool ${warmPool} can't be combined with spotPercentage ${spotPercentage}: leave one of them out`);
  }
}
