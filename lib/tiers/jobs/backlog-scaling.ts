import { Duration } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/** Props of {@link BacklogScaling}. */
export interface BacklogScalingProps {
  /** The workers; the group publishes its metrics. */
  readonly autoScalingGroup: autoscaling.AutoScalingGroup;
  /** The jobs. */
  readonly queue: sqs.IQueue;
  /** Workers that stay when there is nothing to do. */
  readonly min: number;
  /** Jobs per worker that scaling aims at. */
  readonly backlogPerWorker: number;
}

/** Minutes without any job after which workers go. */
const IDLE_MINUTES = 10;

/**
 * Three rules, each for what the others can't do. *Wake*: a job and no worker, so one comes; target tracking acts above its target alone, and
 * one job is below it (EC2 Auto Scaling guide, "Target tracking scaling policies"). *Follow*: target tracking adds workers by the backlog per
 * worker. *Rest*: nothing waits and nothing is worked on for ten minutes, so all above the least go; nothing else removes a worker, because
 * Auto Scaling can't see which one is at work.
 */
export class BacklogScaling extends Construct {
  public constructor(scope: Construct, id: string, props: BacklogScalingProps) {
    super(scope, id);
    const { autoScalingGroup, min, backlogPerWorker } = props;
    const groupName = autoScalingGroup.autoScalingGroupName;
    const jobs = (metricName: string): cloudwatch.Metric =>
      new cloudwatch.Metric({
        ...{ namespace: 'AWS/SQS', metricName, dimensionsMap: { QueueName: props.queue.queueName } },
        ...{ statistic: cloudwatch.Stats.MAXIMUM, period: Duration.minutes(1) },
      });
    const usingMetrics = {
      waiting: jobs('ApproximateNumberOfMessagesVisible'),
      begun: jobs('ApproximateNumberOfMessagesNotVisible'),
      workers: new cloudwatch.Metric({
        ...{ namespace: 'AWS/AutoScaling', metricName: 'GroupInServiceInstances', dimensionsMap: { AutoScalingGroupName: groupName } },
        ...{ statistic: cloudwatch.Stats.AVERAGE, period: Duration.minutes(1) },
      }),
    };
    const watched = { autoScalingGroup, usingMetrics };
    if (min === 0) {
      new CapacityRule(this, 'Wake', {
        ...{ ...watched, capacity: 1, minutes: 1, expression: 'IF(workers < 1 AND waiting + begun > 0, 1, 0)' },
        alarmDescription: 'Starts the first worker; it rings with every first job',
      });
    }
    new CapacityRule(this, 'Rest', {
      ...{ ...watched, capacity: min, minutes: IDLE_MINUTES, expression: `IF(workers > ${min} AND waiting + begun < 1, 1, 0)` },
      alarmDescription: 'Ends idle workers; it rings whenever there is nothing to do',
    });
    this.follow(groupName, backlogPerWorker, props.queue);
  }

  private follow(autoScalingGroupName: string, targetValue: number, queue: sqs.IQueue): void {
    const metric = (id: string, namespace: string, metricName: string, dimension: { name: string; value: string }) => ({
      id,
      metricStat: { metric: { namespace, metricName, dimensions: [dimension] }, stat: id === 'workers' ? 'Average' : 'Maximum' },
      returnData: false,
    });
    const ofQueue = { name: 'QueueName', value: queue.queueName };
    new autoscaling.CfnScalingPolicy(this, 'Follow', {
      autoScalingGroupName,
      policyType: 'TargetTrackingScaling',
      targetTrackingConfiguration: {
        targetValue,
        disableScaleIn: true,
        customizedMetricSpecification: {
          metrics: [
            metric('waiting', 'AWS/SQS', 'ApproximateNumberOfMessagesVisible', ofQueue),
            metric('workers', 'AWS/AutoScaling', 'GroupInServiceInstances', { name: 'AutoScalingGroupName', value: autoScalingGroupName }),
            { id: 'perWorker', expression: 'IF(workers > 0, waiting / workers, 0)', label: 'Backlog per worker', returnData: true },
          ],
        },
      },
    });
  }
}

interface CapacityRuleProps {
  readonly autoScalingGroup: autoscaling.AutoScalingGroup;
  readonly usingMetrics: { [id: string]: cloudwatch.IMetric };
  /** One where the rule applies. */
  readonly expression: string;
  readonly minutes: number;
  readonly capacity: number;
  readonly alarmDescription: string;
}

/** Sets a capacity while an expression is one for some minutes. */
class CapacityRule extends Construct {
  public constructor(scope: Construct, id: string, props: CapacityRuleProps) {
    super(scope, id);
    const { autoScalingGroup, usingMetrics, expression, minutes, capacity, alarmDescription } = props;
    const step = new autoscaling.StepScalingAction(this, 'Step', {
      autoScalingGroup,
      adjustmentType: autoscaling.AdjustmentType.EXACT_CAPACITY,
      estimatedInstanceWarmup: Duration.minutes(2),
    });
    step.addAdjustment({ adjustment: capacity, lowerBound: 0 });
    const alarm = new cloudwatch.Alarm(this, 'Alarm', {
      alarmDescription,
      metric: new cloudwatch.MathExpression({ expression, usingMetrics, period: Duration.minutes(1), label: 'Rule applies' }),
      comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: 1,
      evaluationPeriods: minutes,
      // A queue that nobody used for six hours reports nothing (SQS guide, "Available CloudWatch metrics").
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new actions.AutoScalingAction(step));
  }
}
