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

/** Until CPU after a removal has reached the alarm: a server drains, and its metrics come late. */
const REST = Duration.minutes(5);

/**
 * One server more, or one less. (`scaleOnMetric` would set a property that is deprecated for step scaling.)
 *
 * A step policy acts again each minute while its alarm rings (CloudWatch guide, "Alarm actions"). That is right for more servers, where those
 * that warm up count as help. For less it would take several too many before CPU shows the first, and the fleet would swing; so a server
 * is removed by a simple policy, whose cooldown lets the fleet come to rest in between (Auto Scaling guide, "Scaling cooldowns").
 */
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
    this.alarm = new cloudwatch.Alarm(this, 'Alarm', {
      alarmDescription: `${adds ? 'Adds' : 'Removes'} one server; look into it only when the fleet stays at its limit`,
      metric,
      comparisonOperator: cloudwatch.ComparisonOperator[adds ? 'GREATER_THAN_THRESHOLD' : 'LESS_THAN_THRESHOLD'],
      threshold,
      evaluationPeriods: 3,
    });
    this.alarm.addAlarmAction(adds ? this.oneMore(autoScalingGroup) : this.oneLess(autoScalingGroup));
  }

  private oneMore(autoScalingGroup: autoscaling.AutoScalingGroup): cloudwatch.IAlarmAction {
    const step = new autoscaling.StepScalingAction(this, 'Step', {
      autoScalingGroup,
      adjustmentType: autoscaling.AdjustmentType.CHANGE_IN_CAPACITY,
      estimatedInstanceWarmup: Duration.minutes(2),
    });
    step.addAdjustment({ adjustment: 1, lowerBound: 0 });
    return new actions.AutoScalingAction(step);
  }

  private oneLess({ autoScalingGroupName }: autoscaling.AutoScalingGroup): cloudwatch.IAlarmAction {
    const { ref: alarmActionArn } = new autoscaling.CfnScalingPolicy(this, 'Rest', {
      autoScalingGroupName,
      policyType: 'SimpleScaling',
      adjustmentType: 'ChangeInCapacity',
      scalingAdjustment: -1,
      cooldown: String(REST.toSeconds()),
    });
    return { bind: () => ({ alarmActionArn }) };
  }
}
