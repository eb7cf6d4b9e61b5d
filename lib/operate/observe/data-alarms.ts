import { Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { PrivateDatabase } from '../../tiers/data/private-database';
import { VolumeSnapshots } from '../../tiers/web/volume-snapshots';
import type { Jobs } from '../../tiers/jobs/jobs-tier';
import type { Geography } from '../../foundation/regions/geography';
import { siteBucketName } from '../../foundation/storage/bucket-names';
import { type Topic, describe } from './alarm-guide';
import { CopiesBehind, clustersIn } from './copies-behind';
import { math, metricsOf } from './metrics';
import type { ObservedTiers } from './tiers';

/** Props of {@link DataAlarms}. */
export interface DataAlarmsProps {
  /** Name of the deployment. */
  readonly name: string;
  /** The tiers that exist. */
  readonly tiers: ObservedTiers;
}

const { GREATER_THAN_THRESHOLD } = cloudwatch.ComparisonOperator;
const { NOT_BREACHING } = cloudwatch.TreatMissingData;
const REPLICAS = Array.from({ length: 15 }, (_, index) => `Replica${index + 1}`);
const DESTINATIONS = Array.from({ length: 5 }, (_, index) => `Uploads${index + 1}`);

/** A copy, a backup or an accepted job that is not where it should be. None of these alarms tells anybody; a composite does. */
export class DataAlarms extends Construct {
  /** The alarms that this architecture has. */
  public readonly alarms: cloudwatch.Alarm[];

  public constructor(scope: Construct, id: string, props: DataAlarmsProps) {
    super(scope, id);
    const { web, database, databases, jobs, edge, geography } = props.tiers;
    const snapshots = web.server?.node.findAll().find((child): child is VolumeSnapshots => child instanceof VolumeSnapshots);
    this.alarms = [
      ...(snapshots ? [this.failedSnapshots(snapshots)] : []),
      ...(database ? this.lateReplicas(database) : []),
      ...(jobs ? this.stuckJobs(jobs) : []),
      ...(geography && databases ? new CopiesBehind(this, 'Copies', { clusters: clustersIn(databases) }).alarms : []),
      ...(geography && edge.uploads ? this.failedUploads(props.name, geography) : []),
    ];
  }

  private alarm(id: string, topic: Topic, props: Omit<cloudwatch.AlarmProps, 'alarmDescription'>, detail?: string): cloudwatch.Alarm {
    return new cloudwatch.Alarm(this, id, { ...props, alarmDescription: describe(topic, detail) });
  }

  private failedSnapshots({ policy }: VolumeSnapshots): cloudwatch.Alarm {
    return this.alarm('Snapshots', 'snapshots', {
      metric: metricsOf('AWS/EBS', { DLMPolicyId: policy.ref })('SnapshotsCreateFailed', 'Sum').with({ period: Duration.hours(1) }),
      threshold: 0,
      comparisonOperator: GREATER_THAN_THRESHOLD,
      // A day, so that a failure at night is still seen in the morning.
      evaluationPeriods: 24,
      datapointsToAlarm: 1,
      // Only the hour of the snapshot has a value.
      treatMissingData: NOT_BREACHING,
    });
  }

  private lateReplicas({ replicas }: PrivateDatabase): cloudwatch.Alarm[] {
    return replicas.map((replica, index) =>
      this.alarm(
        REPLICAS[index],
        'replica-lag',
        {
          // RDS says -1 where nothing is replicated any more.
          metric: math('lag (s)', 'IF(lag < 0, 86400, lag)', {
            lag: replica.metric('ReplicaLag', { statistic: cloudwatch.Stats.MAXIMUM }),
          }),
          // PostgreSQL reports up to five minutes where nobody writes (RDS docs, "Monitoring replication lag").
          threshold: 600,
          comparisonOperator: GREATER_THAN_THRESHOLD,
          evaluationPeriods: 5,
          // A replica that reports nothing is stopped, deleted or not born yet: what matters then is whether users suffer.
          treatMissingData: NOT_BREACHING,
        },
        `replica ${index + 1}`,
      ),
    );
  }

  private stuckJobs({ queue }: Jobs): cloudwatch.Alarm[] {
    const metric = { period: Duration.minutes(5), statistic: cloudwatch.Stats.MAXIMUM };
    // A queue that nobody used for six hours reports nothing (SQS docs, "Available CloudWatch metrics"): that is an empty queue.
    const shared = { comparisonOperator: GREATER_THAN_THRESHOLD, treatMissingData: NOT_BREACHING };
    const patience = queue.jobTimeout.toSeconds() * queue.tries;
    return [
      this.alarm('DeadLetters', 'dead-letters', {
        ...shared,
        metric: queue.deadLetters.metricApproximateNumberOfMessagesVisible(metric),
        threshold: 0,
        evaluationPeriods: 1,
      }),
      this.alarm(
        'LateJobs',
        'late-jobs',
        { ...shared, metric: queue.queue.metricApproximateAgeOfOldestMessage(metric), threshold: patience, evaluationPeriods: 3 },
        `${patience} s, as long as all tries of a job take`,
      ),
    ];
  }

  private failedUploads(name: string, geography: Geography): cloudwatch.Alarm[] {
    const { region } = Stack.of(this);
    const copies = geography.further.map((to) => ({ to, bucket: siteBucketName(name, 'copy', to) }));
    const { founding } = geography;
    const destinations = geography.isFounding ? copies : [{ to: founding, bucket: siteBucketName(name, 'uploads', founding) }, ...copies];
    return destinations.map(({ to, bucket }, index) =>
      this.alarm(
        DESTINATIONS[index],
        'uploads',
        {
          metric: metricsOf('AWS/S3', {
            SourceBucket: siteBucketName(name, 'uploads', region),
            DestinationBucket: bucket,
            RuleId: `To-${to}`,
          })('OperationsFailedReplication', 'Sum').with({ period: Duration.minutes(5) }),
          threshold: 0,
          comparisonOperator: GREATER_THAN_THRESHOLD,
          evaluationPeriods: 1,
          // Reported only while something is copied.
          treatMissingData: NOT_BREACHING,
        },
        `to ${to}`,
      ),
    );
  }
}
