import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';

/** Metrics of one resource, a value a minute unless it is said otherwise. */
export function metricsOf(namespace: string, dimensionsMap: Record<string, string>, region?: string) {
  return (metricName: string, statistic: string = cloudwatch.Stats.AVERAGE): cloudwatch.Metric =>
    new cloudwatch.Metric({ namespace, metricName, dimensionsMap, statistic, region, period: Duration.minutes(1) });
}

/** Metrics of a server's own agent. */
export function agentMetrics(dimensions: Record<string, string>): ReturnType<typeof metricsOf> {
  return metricsOf('CWAgent', dimensions);
}

/** Metrics of a CDN, which are all in us-east-1, wherever its architecture is (CloudFront docs, "Types of metrics"). */
export function cdnMetrics(distributionId: string): ReturnType<typeof metricsOf> {
  return metricsOf('AWS/CloudFront', { DistributionId: distributionId, Region: 'Global' }, 'us-east-1');
}

/**
 * All metrics that fit, however many there are by then; for graphs only, because alarms can't search. A search returns 500 at the most.
 * @param label what the lines are called.
 * @param schema namespace and names of dimensions, such as `AWS/RDS,DBClusterIdentifier`.
 * @param terms what is looked for: `MetricName="…"` and values of dimensions.
 * @param statistic such as `Average`.
 * @param most only so many, those with the highest peak.
 */
export function search(label: string, schema: string, terms: string, statistic: string, most?: number): cloudwatch.IMetric {
  const found = `SEARCH('{${schema}} ${terms}', '${statistic}', 60)`;
  return new cloudwatch.SearchExpression({ expression: most === undefined ? found : `SORT(${found}, MAX, DESC, ${most})`, label });
}

/** The same metric over another period, with all metrics of an expression. */
export function over(metric: cloudwatch.IMetric, period: Duration): cloudwatch.IMetric {
  if (metric instanceof cloudwatch.Metric) return metric.with({ period });
  return metric instanceof cloudwatch.MathExpression ? math(metric.label ?? '', metric.expression, metric.usingMetrics, period) : metric;
}

/** An expression whose metrics all have its period, as CloudWatch wants them. */
export function math(
  label: string,
  expression: string,
  metrics: Record<string, cloudwatch.IMetric>,
  period: Duration = Duration.minutes(1),
): cloudwatch.MathExpression {
  const usingMetrics = Object.fromEntries(Object.entries(metrics).map(([id, metric]) => [id, over(metric, period)]));
  return new cloudwatch.MathExpression({ label, expression, usingMetrics, period });
}
