import { Duration, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Valkey } from '../cache/valkey';
import type { FunctionalDatabases } from '../data/functional-databases';
import type { PrivateDatabase } from '../data/private-database';
import type { Edge } from '../edge/edge-tier';
import type { Jobs } from '../jobs/jobs-tier';
import type { Web } from '../web/web-tier';

/** Props of {@link Dashboard}: the tiers that exist; a tier that doesn't has no row. */
export interface DashboardProps {
  /** Name of the deployment. */
  readonly name: string;
  /** The web tier. */
  readonly web: Web;
  /** The edge. */
  readonly edge: Edge;
  /**
   * The database.
   * @default - it is on the server
   */
  readonly database?: PrivateDatabase;
  /**
   * The databases by function.
   * @default - there is one database, or it is on the server
   */
  readonly databases?: FunctionalDatabases;
  /**
   * Queue and workers.
   * @default - there are none
   */
  readonly jobs?: Jobs;
  /**
   * The cache.
   * @default - there is none
   */
  readonly cache?: Valkey;
  /**
   * The session store.
   * @default - sessions are on the server
   */
  readonly sessions?: Valkey;
}

/** One CloudWatch dashboard, a row per tier, from users down to the database. */
export class Dashboard extends Construct {
  /** The dashboard. */
  public readonly dashboard: cloudwatch.Dashboard;
  /** Its page in the AWS console. */
  public readonly url: string;

  public constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    const { web, edge, database, databases, cache, sessions, jobs } = props;
    const { region } = Stack.of(this);
    const dashboardName = `${props.name}-${region}`;
    this.dashboard = new cloudwatch.Dashboard(this, 'Dashboard', { dashboardName, defaultInterval: Duration.hours(3) });
    this.url = `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboardName}`;

    if (edge.cdn) {
      const { distributionId } = edge.cdn.distribution;
      const cdn = metrics('AWS/CloudFront', { DistributionId: distributionId, Region: 'Global' }, 'us-east-1');
      this.row(['CDN: requests', cdn('Requests', 'Sum')], ['CDN: share of errors (%)', cdn('5xxErrorRate'), cdn('4xxErrorRate')]);
    }
    if (web.loadBalancer) {
      const { loadBalancer } = web.loadBalancer;
      const balancer = metrics('AWS/ApplicationELB', { LoadBalancer: loadBalancer.loadBalancerFullName });
      this.row(
        ['Load balancer: response time p50 and p99 (s)', balancer('TargetResponseTime', 'p50'), balancer('TargetResponseTime', 'p99')],
        ['Load balancer: errors', balancer('HTTPCode_Target_5XX_Count', 'Sum'), balancer('HTTPCode_ELB_5XX_Count', 'Sum')],
      );
    }
    if (web.fleet) this.row(['Servers: CPU (%)', web.fleet.cpu]);
    if (web.server) {
      const server = metrics('AWS/EC2', { InstanceId: web.server.instance.ref });
      this.row(
        ['Server: CPU (%)', server('CPUUtilization')],
        ['Server: network (bytes)', server('NetworkIn', 'Sum'), server('NetworkOut', 'Sum')],
      );
    }
    if (cache) this.valkey('Cache', cache, 'CacheHitRate');
    if (sessions) this.valkey('Sessions', sessions, 'CurrItems');
    if (database) {
      const instances = [database.instance, ...database.replicas];
      this.row(
        ['Database: CPU (%)', ...instances.map((instance) => instance.metricCPUUtilization())],
        ['Database: connections', ...instances.map((instance) => instance.metricDatabaseConnections())],
      );
    }
    if (databases) {
      // A graph holds a hundred metrics at the most; the first shards stand for the others.
      const identifiers = databases.clusters.slice(0, 18);
      const clusters = (metricName: string): cloudwatch.IMetric[] =>
        identifiers.map((DBClusterIdentifier) => metrics('AWS/RDS', { DBClusterIdentifier })(metricName));
      this.row(['Clusters: CPU (%)', ...clusters('CPUUtilization')], ['Clusters: connections', ...clusters('DatabaseConnections')]);
    }
    if (jobs) {
      const { queue, deadLetters } = jobs.queue;
      this.row(
        [
          'Jobs: waiting and failed',
          queue.metricApproximateNumberOfMessagesVisible(),
          deadLetters.metricApproximateNumberOfMessagesVisible(),
        ],
        ['Jobs: age of the oldest (s)', queue.metricApproximateAgeOfOldestMessage()],
      );
    }
  }

  private valkey(title: string, { group }: Valkey, metricName: string): void {
    const nodes = (name: string): cloudwatch.IMetric =>
      new cloudwatch.MathExpression({
        expression: `SEARCH('{AWS/ElastiCache,CacheClusterId,CacheNodeId} MetricName="${name}" "${group.ref}"', 'Average', 60)`,
        usingMetrics: {},
        label: name,
      });
    this.row([`${title}: ${metricName}`, nodes(metricName)], [`${title}: CPU (%)`, nodes('EngineCPUUtilization')]);
  }

  private row(...graphs: [string, ...cloudwatch.IMetric[]][]): void {
    const width = 24 / graphs.length;
    this.dashboard.addWidgets(...graphs.map(([title, ...left]) => new cloudwatch.GraphWidget({ title, left, width })));
  }
}

function metrics(namespace: string, dimensionsMap: Record<string, string>, region?: string) {
  return (metricName: string, statistic = 'Average'): cloudwatch.Metric =>
    new cloudwatch.Metric({ namespace, metricName, dimensionsMap, statistic, region, period: Duration.minutes(1) });
}
