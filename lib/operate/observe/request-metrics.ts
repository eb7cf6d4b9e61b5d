import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { metricsOf } from './metrics';

/** Props of {@link RequestMetrics}. */
export interface RequestMetricsProps {
  /** Name of the deployment; the metrics are in the namespace `Stagecraft/<name>`. */
  readonly name: string;
  /** Log group of the application: JSON with `msg`, and for `msg` "request" also `route`, `status` and `ms`. */
  readonly logGroup: logs.ILogGroup;
  /** Public address of the server. */
  readonly address: string;
}

/** What is asked from outside, and never counted as a user. */
const PROBED = '/readyz';
const OF_USERS = `($.msg = "request") && ($.route != "${PROBED}")`;

/**
 * What users feel where no load balancer measures it: counted from the application's own log lines. A server that is gone writes none, so
 * Route 53 asks it for `/readyz` from around the world, and the answers are counted too: none for minutes means that nobody gets through.
 * (Route 53's own metric is in us-east-1 alone, where an alarm of another region can't see it.)
 */
export class RequestMetrics extends Construct {
  /** Milliseconds from a request to the end of its answer; how many there are is the traffic. */
  public readonly duration: cloudwatch.Metric;
  /** Answers with a status of 500 or more. */
  public readonly errors: cloudwatch.Metric;
  /** Questions from outside that were answered with 200. */
  public readonly answeredProbes: cloudwatch.Metric;
  /** Asks the server from outside. */
  public readonly probe: route53.HealthCheck;

  public constructor(scope: Construct, id: string, props: RequestMetricsProps) {
    super(scope, id);
    const { logGroup } = props;
    const metricNamespace = `Stagecraft/${props.name}`;
    const pattern = (text: string): logs.IFilterPattern => logs.FilterPattern.literal(`{ ${text} }`);
    // No default value: it would be a request that took no time.
    new logs.MetricFilter(this, 'Duration', {
      ...{ logGroup, metricNamespace, metricName: 'Duration', metricValue: '$.ms', unit: cloudwatch.Unit.MILLISECONDS },
      filterPattern: pattern(OF_USERS),
    });
    new logs.MetricFilter(this, 'Errors', {
      ...{ logGroup, metricNamespace, metricName: 'Errors', metricValue: '1', defaultValue: 0, unit: cloudwatch.Unit.COUNT },
      filterPattern: pattern(`${OF_USERS} && ($.status >= 500)`),
    });
    new logs.MetricFilter(this, 'Probes', {
      ...{ logGroup, metricNamespace, metricName: 'AnsweredProbes', metricValue: '1', unit: cloudwatch.Unit.COUNT },
      filterPattern: pattern(`($.msg = "request") && ($.route = "${PROBED}") && ($.status = 200)`),
    });
    const metric = metricsOf(metricNamespace, {});
    this.duration = metric('Duration');
    this.errors = metric('Errors', cloudwatch.Stats.SUM);
    this.answeredProbes = metric('AnsweredProbes', cloudwatch.Stats.SUM);
    this.probe = new route53.HealthCheck(this, 'Probe', {
      type: route53.HealthCheckType.HTTP,
      ipAddress: props.address,
      port: 80,
      resourcePath: PROBED,
      requestInterval: Duration.seconds(30),
      failureThreshold: 3,
    });
  }
}
