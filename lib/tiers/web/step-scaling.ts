import { Duration } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Construct } from 'constructs';
import { InvalidInput } from '../../foundation/invalid-input';

/** Props of {@link StepScaling}: exactly one of `above` and `below`. */
export interface StepScalingProps {
  /** The group that grows or shrinks. */
  readonly autoScalingGroup: autoscaling.AutoScalingGroup;
  /** What is watched, a value a minute. */
  readonly metric: cloudwatch.IMetric;
  /**
   * Adds one server while the metric is above this for three minutes.
   * @default - this step removes
   */
  readonly above?: number;
  /**
   * Removes one server while the metric is below this for three minutes.
   * @default - this step adds
   */
  readonly below?: number;
}

/** One server more, or one less. (`scaleOnMetric` would set a property that is deprecated for step scaling.) */
export class StepScaling extends Construct {
  /** Starts the step. */
  public readonly alarm: cloudwatch.Alarm;

  public constructor(scope: Construct, id: string, props: StepScalingProps) {
    super(scope, id);
    const { autoScalingGroup, metric, above, below } = props;
    const threshold = above ?? below;
    if (threshold === undefined || (above !== undefined && below !== undefined)) {
      throw new InvalidInput('a scaling step takes either above or below: give exactly one of them');
    }
    const adds = above !== undefined;
    const step = new autoscaling.StepScalingAction(this, 'Step', {
      autoScalingGroup,
      adjustmentType: autoscaling.AdjustmentType.CHANGE_IN_CAPACITY,
      ...(adds && { estimatedInstanceWarmup: Duration.minutes(2) }),
    });
    step.addAdjustment(adds ? { adjustment: 1, lowerBound: 0 } : { adjustment: -1, upperBound: 0 });
    this.alarm = new cloudwatch.Alarm(this, 'Alarm', {
      alarmDescription: `${adds ? 'Adds' : 'Removes'} one server; look into it only when the fleet stays at its limit`,
      metric,
      comparisonOperator: cloudwatch.ComparisonOperator[adds ? 'GREATER_THAN_THRESHOLD' : 'LESS_THAN_THRESHOLD'],
      threshold,
      evaluationPeriods: 3,
    });
    this.alarm.addAlarmAction(new actions.AutoScalingAction(step));
  }
}
