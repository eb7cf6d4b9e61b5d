import { Duration } from 'aws-cdk-lib';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { acknowledgeRules } from '../../foundation/acknowledge';
import { describe } from './alarm-guide';
import type { Bottleneck } from './bottleneck';
import { bottleneckOf } from './bottlenecks';
import { over } from './metrics';
import type { ObservedTiers } from './tiers';

/** Props of {@link Graduation}. */
export interface GraduationProps {
  /** The tiers that exist: they say what the bottleneck is. */
  readonly tiers: ObservedTiers;
  /**
   * Whether alarms watch the signs.
   * @default true
   */
  readonly alarms?: boolean;
}

/**
 * Whether it is time for the next architecture, by the signs of this one's own bottleneck. A sign shows when it was too high in four hours of
 * the last day. The composite tells nobody: a decision of weeks is not a message of minutes, so it is on the dashboard, for whoever plans.
 */
export class Graduation extends Construct {
  /** What limits this architecture. */
  public readonly bottleneck: Bottleneck;
  /** One for each sign that can be watched. They tell nobody. */
  public readonly signs: cloudwatch.Alarm[];
  /** Time to climb, if an alarm can see it. It tells nobody; subscribe to its state if you want to be told. */
  public readonly alarm?: cloudwatch.CompositeAlarm;

  public constructor(scope: Construct, id: string, props: GraduationProps) {
    super(scope, id);
    this.bottleneck = bottleneckOf(props.tiers);
    const { signs, when } = this.bottleneck;
    acknowledgeRules(this, {
      CloudWatchAlarmAction: 'whether to climb is a decision of weeks: it shows on the dashboard and wakes nobody',
    });
    const { cdn } = props.tiers.edge;
    const { alarms: isWatched = true } = props;
    if (cdn && isWatched && signs.some((sign) => sign.id === 'Distance')) {
      // OriginLatency is one of CloudFront's additional metrics, which have to be asked for.
      new cloudfront.CfnMonitoringSubscription(this, 'CdnMetrics', {
        distributionId: cdn.distribution.distributionId,
        monitoringSubscription: { realtimeMetricsSubscriptionConfig: { realtimeMetricsSubscriptionStatus: 'Enabled' } },
      });
    }
    const watched = signs.filter(({ watchable }) => isWatched && (watchable ?? true));
    this.signs = watched.map(
      (sign) =>
        new cloudwatch.Alarm(this, sign.id, {
          alarmDescription: describe('time-to-climb', `${sign.title} above ${sign.threshold}`),
          metric: over(sign.metric, Duration.hours(1)),
          threshold: sign.threshold,
          comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
          evaluationPeriods: 24,
          datapointsToAlarm: 4,
          // An hour without a value is an hour without work.
          treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
        }),
    );
    const alarms = new Map(watched.map((sign, index) => [sign.id, this.signs[index]]));
    const together = when
      .map((ids) => ids.flatMap((sign) => alarms.get(sign) ?? []))
      .filter((all, index) => all.length > 0 && all.length === when[index].length);
    if (together.length === 0) return;
    this.alarm = new cloudwatch.CompositeAlarm(this, 'TimeToClimb', {
      alarmDescription: describe('time-to-climb', this.bottleneck.next),
      alarmRule: cloudwatch.AlarmRule.anyOf(...together.map((all) => (all.length === 1 ? all[0] : cloudwatch.AlarmRule.allOf(...all)))),
    });
  }
}
