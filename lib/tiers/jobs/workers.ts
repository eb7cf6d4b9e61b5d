import { Duration, Stack } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { dependOn } from '../../foundation/depend-on';
import { InvalidInput } from '../../foundation/invalid-input';
import { GroupFailures } from '../../foundation/servers/group-failures';
import type { Release } from '../../foundation/servers/release';
import type { ServerIdentity } from '../../foundation/servers/server-identity';
import { acknowledgeGroup, LAUNCH_FIRST, spotMix, typesFor, YOUNG } from '../../foundation/servers/server-group';
import { ServerTemplate } from '../../foundation/servers/server-template';
import { BacklogScaling } from './backlog-scaling';
import type { JobQueue } from './job-queue';

/** How workers scale and what they are made of. */
export interface WorkersOptions {
  /**
   * Workers at the least. With zero the first job waits for a worker: a minute or two until the alarm rings, and its boot. Where nothing asks
   * the queue for six hours SQS reports it late, up to 15 minutes; the reference application asks it every five.
   * @default 0
   */
  readonly min?: number;
  /**
   * Workers at the most.
   * @default 10
   */
  readonly max?: number;
  /**
   * How long a job may wait before it is begun, once there are workers. Backlog per worker = acceptable latency / time of a job.
   * @default 60 seconds
   */
  readonly acceptableLatency?: Duration;
  /**
   * How long a job takes on average, measured.
   * @default 5 seconds
   */
  readonly averageJob?: Duration;
  /**
   * Instance types, arm64; several make a Spot interruption less likely to take many at once.
   * @default - m7g.large, m6g.large, r7g.large, r6g.large, as far as the region has them
   */
  readonly instanceTypes?: ec2.InstanceType[];
  /**
   * Percentage of workers that run on Spot.
   * @default 100
   */
  readonly spotPercentage?: number;
}

/** Props of {@link Workers}. */
export interface WorkersProps extends WorkersOptions {
  /** Name of the deployment. */
  readonly name: string;
  /** The VPC. */
  readonly vpc: ec2.IVpc;
  /** Private subnets with a way out. */
  readonly subnets: ec2.SubnetSelection;
  /** Role and security group of the workers. */
  readonly identity: ServerIdentity;
  /** What they run, as `start worker`. */
  readonly release: Release;
  /** The jobs. */
  readonly queue: JobQueue;
  /** Hears of launches and terminations that failed. */
  readonly alarmTopic: sns.ITopic;
}

/**
 * Workers on Spot that follow the backlog per worker, see `BacklogScaling`. An instance
 * that has to go tells its worker (SIGTERM), which takes no new job and finishes the one it has; a job it can't finish becomes visible again. No job is lost.
 */
export class Workers extends Construct {
  /** The Auto Scaling group. */
  public readonly autoScalingGroup: autoscaling.AutoScalingGroup;
  /** Jobs per worker that scaling aims at. */
  public readonly backlogPerWorker: number;

  public constructor(scope: Construct, id: string, props: WorkersProps) {
    super(scope, id);
    const { name, vpc, identity, release, queue, min = 0, max = 10, spotPercentage = 100 } = props;
    const instanceTypes = typesFor(Stack.of(this).region, props.instanceTypes);
    const { acceptableLatency = Duration.seconds(60), averageJob = Duration.seconds(5) } = props;
    if (min < 0 || max < 1 || min > max)
      throw new InvalidInput(`workers of min ${min} and max ${max} can't be: type 0 <= min <= max, 1 <= max`);
    if (!(spotPercentage >= 0 && spotPercentage <= 100)) throw new InvalidInput(`spotPercentage ${spotPercentage} must be 0 to 100`);
    this.backlogPerWorker = acceptableLatency.toMilliseconds() / averageJob.toMilliseconds();
    if (!(this.backlogPerWorker >= 1)) {
      throw new InvalidInput(
        `acceptableLatency of ${acceptableLatency.toSeconds()} s is less than a job of ${averageJob.toSeconds()} s takes`,
      );
    }
    const { launchTemplate } = new ServerTemplate(this, 'Template', {
      name,
      role: 'worker',
      environment: { JOB_SECONDS: String(queue.jobTimeout.toSeconds()), TRIES: String(queue.tries) },
      identity,
      release,
      instanceType: instanceTypes[0],
    });
    this.autoScalingGroup = new autoscaling.AutoScalingGroup(this, 'Group', {
      vpc,
      vpcSubnets: props.subnets,
      minCapacity: min,
      maxCapacity: max,
      mixedInstancesPolicy: spotMix(launchTemplate, instanceTypes, 0, spotPercentage),
      capacityRebalance: true,
      defaultInstanceWarmup: Duration.minutes(2),
      groupMetrics: [autoscaling.GroupMetrics.all()],
      updatePolicy: LAUNCH_FIRST,
      ...YOUNG,
    });
    dependOn(this.autoScalingGroup, identity.role, release.parameter);
    acknowledgeGroup(this.autoScalingGroup);
    new GroupFailures(this, 'Failures', { autoScalingGroup: this.autoScalingGroup, topic: props.alarmTopic });
    const { autoScalingGroup, backlogPerWorker } = this;
    new BacklogScaling(this, 'Backlog', { autoScalingGroup, queue: queue.queue, min, backlogPerWorker });
  }
}
