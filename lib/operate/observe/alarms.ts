import { Duration } from 'aws-cdk-lib';
import type * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { acknowledgeRules } from '../../foundation/acknowledge';
import { describe, PART_OF_COMPOSITE } from './alarm-guide';
import { BurnRate } from './burn-rate';
import { CopiesBehind, clustersIn } from './copies-behind';
import { DataAlarms } from './data-alarms';
import type { SettledObjectives } from './objectives';
import type { ObservedTiers } from './tiers';
import type { UserSignals } from './user-signals';

/** Props of {@link Alarms}. */
export interface AlarmsProps {
  /** Name of the deployment. */
  readonly name: string;
  /** The tiers that exist. */
  readonly tiers: ObservedTiers;
  /** What users feel. */
  readonly signals: UserSignals;
  /** What they are promised. */
  readonly objectives: SettledObjectives;
  /** Hears of the composites. */
  readonly topic: sns.ITopic;
  /**
   * Certificate between the CDN and this region.
   * @default - none: there is no domain
   */
  readonly originCertificate?: acm.ICertificate;
  /**
   * Certificate of the CDN; its metric is in us-east-1, so only an architecture there can watch it.
   * @default - none
   */
  readonly cdnCertificate?: acm.ICertificate;
}

/**
 * Alarms on what users feel and on data that is not safe; causes are on the dashboard. Single alarms tell nobody: a composite does, once for
 * an outage, however many of them ring. While users suffer, what also happens to data is held back and told afterwards if it still holds.
 */
export class Alarms extends Construct {
  /** Rings when users get errors, wait too long or reach nobody. */
  public readonly users: cloudwatch.CompositeAlarm;
  /** Rings when data or accepted jobs are at risk, if there is anything that could be. */
  public readonly data?: cloudwatch.CompositeAlarm;
  /** Rings when nobody answers. Part of `users`. */
  public readonly unreachable: cloudwatch.Alarm;
  /** How fast the budget of errors burns. Part of `users`. */
  public readonly errors: BurnRate;
  /** How fast the budget of slow answers burns. Part of `users`. */
  public readonly slowness: BurnRate;
  /** Certificates, each an alarm of its own, because weeks are left. */
  public readonly certificates: cloudwatch.Alarm[];

  public constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { signals, objectives, topic, tiers } = props;
    this.unreachable = new cloudwatch.Alarm(this, 'Unreachable', {
      alarmDescription: describe('unreachable'),
      metric: signals.answering,
      threshold: 1,
      comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 3,
      // Silence is the symptom: a server that is gone counts no answers, and an empty group has no healthy servers to report.
      treatMissingData: cloudwatch.TreatMissingData.BREACHING,
    });
    const { server, fleet } = tiers.web;
    // Born after who shall answer.
    for (const born of [server, fleet]) if (born) this.unreachable.node.addDependency(born);
    this.errors = new BurnRate(this, 'Errors', { signals, objective: objectives.availability });
    this.slowness = new BurnRate(this, 'Slowness', { signals, objective: objectives.fastShare, limit: objectives.latency });

    this.users = new cloudwatch.CompositeAlarm(this, 'Users', {
      alarmDescription: describe('users-suffer'),
      alarmRule: cloudwatch.AlarmRule.anyOf(this.unreachable, this.errors.rule, this.slowness.rule),
    });
    const tell = new actions.SnsAction(topic);
    this.users.addAlarmAction(tell);

    const { alarms } = new DataAlarms(this, 'Data', { name: props.name, tiers });
    if (alarms.length > 0) {
      this.data = dataAtRisk(this, alarms, this.users);
      this.data.addAlarmAction(tell);
    }
    for (const stack of tiers.geography ? (tiers.databases?.shardStacks ?? []) : []) {
      const copies = new CopiesBehind(stack, 'CopiesBehind', { clusters: clustersIn(stack) });
      dataAtRisk(copies, copies.alarms).addAlarmAction(tell);
    }
    acknowledgeRules(this, PART_OF_COMPOSITE);
    this.certificates = [
      ...(props.originCertificate ? [this.ending('OriginCertificate', props.originCertificate)] : []),
      ...(props.cdnCertificate ? [this.ending('CdnCertificate', props.cdnCertificate)] : []),
    ];
    for (const alarm of this.certificates) alarm.addAlarmAction(tell);
  }

  private ending(id: string, certificate: acm.ICertificate): cloudwatch.Alarm {
    return new cloudwatch.Alarm(this, id, {
      alarmDescription: describe('certificate'),
      metric: certificate.metricDaysToExpiry({ period: Duration.days(1), statistic: cloudwatch.Stats.MINIMUM }),
      // ACM renews sixty days before the end, so at thirty it has failed for a month.
      threshold: 30,
      comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 1,
      // A certificate that ended reports no more, and it did not get better by that.
      treatMissingData: cloudwatch.TreatMissingData.IGNORE,
    });
  }
}

function dataAtRisk(scope: Construct, alarms: cloudwatch.Alarm[], actionsSuppressor?: cloudwatch.IAlarm): cloudwatch.CompositeAlarm {
  return new cloudwatch.CompositeAlarm(scope, 'AtRisk', {
    alarmDescription: describe('data-at-risk'),
    alarmRule: cloudwatch.AlarmRule.anyOf(...alarms),
    ...(actionsSuppressor && {
      actionsSuppressor,
      actionsSuppressorWaitPeriod: Duration.minutes(2),
      actionsSuppressorExtensionPeriod: Duration.minutes(10),
    }),
  });
}
