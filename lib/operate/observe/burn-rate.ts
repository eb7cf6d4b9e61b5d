import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { describe } from './alarm-guide';
import type { UserSignals } from './user-signals';

/** What is promised: not more than so many errors, or not more than so many slow answers. */
export interface BurnRateProps {
  /** What users feel. */
  readonly signals: UserSignals;
  /** Share that is promised to be good, in percent, such as 99.9. */
  readonly objective: number;
  /**
   * What is fast enough; slow requests are counted then, and not errors.
   * @default - errors are counted
   */
  readonly limit?: Duration;
}

/** A window of the SRE Workbook's "Alerting on SLOs", table "Recommended time windows and burn rates for percentage-based SLOs". */
interface Window {
  readonly id: string;
  readonly period: Duration;
  readonly rate: number;
  /** Fewer requests say nothing in the long windows; the short ones only tell whether it still goes on. */
  readonly least: number;
}

/** At 14.4 two hundredths of a month's budget are gone in an hour, at 6 a twentieth in six hours. */
const FAST: readonly Window[] = [
  { id: 'FastHour', period: Duration.hours(1), rate: 14.4, least: 100 },
  { id: 'FastFiveMinutes', period: Duration.minutes(5), rate: 14.4, least: 1 },
];
const SLOW: readonly Window[] = [
  { id: 'SlowSixHours', period: Duration.hours(6), rate: 6, least: 100 },
  { id: 'SlowHalfHour', period: Duration.minutes(30), rate: 6, least: 1 },
];

/**
 * How fast an error budget of thirty days burns, over a long and a short window each: the long one keeps a short burst from waking anybody,
 * the short one lets the alarm end soon after the trouble did. The four alarms tell nobody; the rule is for a composite.
 */
export class BurnRate extends Construct {
  /** The four alarms: an hour, five minutes, six hours, half an hour. */
  public readonly alarms: cloudwatch.Alarm[];
  /** Rings when both windows of a pair do. */
  public readonly rule: cloudwatch.IAlarmRule;

  public constructor(scope: Construct, id: string, props: BurnRateProps) {
    super(scope, id);
    const { objective, limit, signals } = props;
    const topic = limit ? 'slowness' : 'errors';
    const alarm = ({ id: window, period, rate, least }: Window): cloudwatch.Alarm =>
      new cloudwatch.Alarm(this, window, {
        alarmDescription: describe(topic, `${rate} times too fast over ${period.toHumanString()}; promised are ${objective} %`),
        metric: limit ? signals.slowShare(limit, period, least) : signals.errorShare(period, least),
        // Rounded, because 100 - 99.9 is not 0.1 for a computer.
        threshold: Number((rate * (100 - objective)).toFixed(6)),
        evaluationPeriods: 1,
        // No requests, no errors; that nobody answers is another alarm.
        treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
        comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
      });
    const fast = FAST.map(alarm);
    const slow = SLOW.map(alarm);
    this.alarms = [...fast, ...slow];
    this.rule = cloudwatch.AlarmRule.anyOf(cloudwatch.AlarmRule.allOf(...fast), cloudwatch.AlarmRule.allOf(...slow));
  }
}
