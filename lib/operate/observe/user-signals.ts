import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { LoadBalancer } from '../../tiers/web/load-balancer';
import { math, metricsOf } from './metrics';
import type { RequestMetrics } from './request-metrics';

interface Source {
  /** How many requests were answered. */
  readonly requests: cloudwatch.Metric;
  /** Percentiles of this are latencies. */
  readonly duration: cloudwatch.Metric;
  /** How many units of `duration` a second has. */
  readonly second: number;
  /** Counts of answers that were errors of ours, by id. */
  readonly errors: Record<string, cloudwatch.Metric>;
  /** Ids of errors that are not among the requests. */
  readonly beside: string[];
  /** At least 1 while anybody answers; missing when nobody does. */
  readonly answering: cloudwatch.Metric;
}

const MINUTE = Duration.minutes(1);
const orZero = (ids: string[]): string => ids.map((id) => `FILL(${id}, 0)`).join(' + ');

/** The golden signals that users feel, the same for every architecture: how long, how much, how many errors, and whether anybody answers. */
export class UserSignals {
  /** As a load balancer measures them, in front of the servers. */
  public static ofLoadBalancer({ loadBalancer, targetGroup }: LoadBalancer): UserSignals {
    const LoadBalancer = loadBalancer.loadBalancerFullName;
    const balancer = metricsOf('AWS/ApplicationELB', { LoadBalancer });
    const servers = metricsOf('AWS/ApplicationELB', { LoadBalancer, TargetGroup: targetGroup.targetGroupFullName });
    return new UserSignals({
      requests: balancer('RequestCount', cloudwatch.Stats.SUM),
      duration: balancer('TargetResponseTime'),
      second: 1,
      errors: {
        target: balancer('HTTPCode_Target_5XX_Count', cloudwatch.Stats.SUM),
        own: balancer('HTTPCode_ELB_5XX_Count', cloudwatch.Stats.SUM),
      },
      // RequestCount has only requests for which a server could be chosen (ELB docs, "CloudWatch metrics for your Application Load Balancer").
      beside: ['own'],
      answering: servers('HealthyHostCount', cloudwatch.Stats.MAXIMUM),
    });
  }

  /** As the application logs them. */
  public static ofLog({ duration, errors, answeredProbes }: RequestMetrics): UserSignals {
    return new UserSignals({
      requests: duration.with({ statistic: cloudwatch.Stats.SAMPLE_COUNT }),
      duration,
      second: 1_000,
      errors: { errors },
      beside: [],
      answering: answeredProbes,
    });
  }

  /** At least 1 while anybody answers; missing when nobody does. */
  public readonly answering: cloudwatch.Metric;
  /** Requests a minute. */
  public readonly traffic: cloudwatch.Metric;
  /** Unit of latencies: `s` or `ms`. */
  public readonly unit: string;

  private constructor(private readonly source: Source) {
    this.answering = source.answering;
    this.traffic = source.requests.with({ label: 'requests a minute' });
    this.unit = source.second === 1 ? 's' : 'ms';
  }

  /** A latency such as `p99`, in the unit above. */
  public latency(statistic: string): cloudwatch.Metric {
    return this.source.duration.with({ statistic, label: statistic });
  }

  /** A time in the unit of latencies. */
  public inUnit(time: Duration): number {
    return (time.toMilliseconds() / 1_000) * this.source.second;
  }

  /**
   * Share of requests that ended in an error of ours, in percent.
   * @param period over how long.
   * @param least fewer requests than this in the period count as none: one of ten is no trend.
   */
  public errorShare(period: Duration = MINUTE, least = 1): cloudwatch.MathExpression {
    const { requests, errors, beside } = this.source;
    const total = orZero(['requests', ...beside]);
    const expression = `IF(${total} < ${least}, 0, 100 * (${orZero(Object.keys(errors))}) / (${total}))`;
    return math('errors (%)', expression, { requests, ...errors }, period);
  }

  /**
   * Share of requests that took longer than a limit, in percent.
   * @param limit what is fast enough.
   * @param period over how long.
   * @param least fewer requests than this in the period count as none.
   */
  public slowShare(limit: Duration, period: Duration = MINUTE, least = 1): cloudwatch.MathExpression {
    const { requests, duration } = this.source;
    const fast = duration.with({ statistic: cloudwatch.Stats.percentileRank(this.inUnit(limit)) });
    return math('slow (%)', `IF(FILL(requests, 0) < ${least}, 0, 100 - fast)`, { requests, fast }, period);
  }
}
