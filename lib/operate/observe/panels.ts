import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { metricsOf, agentMetrics, cdnMetrics, math, search } from './metrics';
import type { ObservedTiers } from './tiers';
import type { SessionTable } from '../../tiers/cache/session-table';
import type { Valkey } from '../../tiers/cache/valkey';

/** A graph of the dashboard. */
export interface Graph {
  /** What it shows, with the unit. */
  readonly title: string;
  /** Its lines, at least one. */
  readonly lines: cloudwatch.IMetric[];
  /**
   * A value to draw a line at.
   * @default - none
   */
  readonly limit?: number;
}

const { SUM, MAXIMUM } = cloudwatch.Stats;
const CPU = 'CPUUtilization';

/** How full each tier is, a row for each that exists. */
export function saturation(name: string, tiers: ObservedTiers): Graph[][] {
  const { web, database, databases, cache, sessions, sessionTable, jobs } = tiers;
  const rows: Graph[][] = [];
  if (web.server) {
    const dimensions = { InstanceId: web.server.instance.ref };
    const agent = agentMetrics(dimensions);
    const data = agentMetrics({ ...dimensions, path: '/data', fstype: 'xfs' });
    rows.push([
      { title: 'Server: CPU (%)', lines: [metricsOf('AWS/EC2', dimensions)(CPU)] },
      { title: 'Server: memory and swap (%)', lines: [agent('mem_used_percent'), agent('swap_used_percent')] },
      { title: 'Server: data volume full (%)', lines: [data('disk_used_percent')] },
      {
        title: 'Server: requests waiting for the data volume',
        lines: [metricsOf('AWS/EBS', { VolumeId: web.server.dataVolume.volumeId })('VolumeQueueLength')],
      },
    ]);
  }
  if (web.fleet) {
    const group = web.fleet.autoScalingGroup.autoScalingGroupName;
    const size = metricsOf('AWS/AutoScaling', { AutoScalingGroupName: group });
    rows.push([
      { title: 'Servers: CPU (%)', lines: [web.fleet.cpu] },
      {
        title: 'Servers: memory (%)',
        lines: [
          search(
            'memory',
            'CWAgent,AutoScalingGroupName,InstanceId',
            `MetricName="mem_used_percent" AutoScalingGroupName="${group}"`,
            'Average',
          ),
        ],
      },
      { title: 'Servers: in service, of at most', lines: [size('GroupInServiceInstances'), size('GroupMaxSize')] },
    ]);
  }
  if (cache) rows.push(valkey('Cache', cache, ['EngineCPUUtilization', 'DatabaseMemoryUsagePercentage']));
  if (sessions) rows.push(valkey('Sessions', sessions, ['EngineCPUUtilization', 'DatabaseMemoryUsagePercentage']));
  if (sessionTable) {
    rows.push([{ title: 'Sessions: refused for too many requests', lines: [refusals(sessionTable)] }]);
  }
  if (database) {
    const instances = [database.instance, ...database.replicas];
    const each = (metricName: string): cloudwatch.IMetric[] => instances.map((instance) => instance.metric(metricName));
    rows.push([
      { title: 'Database: CPU (%)', lines: each(CPU) },
      { title: 'Database: connections', lines: each('DatabaseConnections') },
      { title: 'Database: free memory (bytes)', lines: each('FreeableMemory') },
      { title: 'Database: free storage (bytes)', lines: [database.instance.metric('FreeStorageSpace')] },
    ]);
  }
  if (databases) {
    rows.push([
      { title: 'Clusters: CPU (%), the ten busiest', lines: [busiest(name, CPU)] },
      { title: 'Clusters: connections, the ten with most', lines: [busiest(name, 'DatabaseConnections')] },
    ]);
  }
  if (jobs) {
    const { queue, workers } = jobs;
    const size = metricsOf('AWS/AutoScaling', { AutoScalingGroupName: workers.autoScalingGroup.autoScalingGroupName });
    rows.push([
      { title: 'Jobs: waiting', lines: [queue.queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1) })] },
      { title: 'Workers: in service, of at most', lines: [size('GroupInServiceInstances'), size('GroupMaxSize')] },
    ]);
  }
  return rows;
}

/** What may be behind it. */
export function causes(name: string, tiers: ObservedTiers): Graph[][] {
  const { web, edge, database, databases, cache, sessions, sessionTable, jobs, geography } = tiers;
  const rows: Graph[][] = [];
  if (edge.cdn) {
    const cdn = cdnMetrics(edge.cdn.distribution.distributionId);
    rows.push([
      { title: 'CDN: bytes to users', lines: [cdn('BytesDownloaded', SUM)] },
      { title: 'CDN: refused or not found (%)', lines: [cdn('4xxErrorRate')] },
    ]);
  }
  if (web.server) {
    const server = metricsOf('AWS/EC2', { InstanceId: web.server.instance.ref });
    rows.push([
      { title: 'Server: network (bytes)', lines: [server('NetworkIn', SUM), server('NetworkOut', SUM)] },
      { title: 'Server: failed status checks', lines: [server('StatusCheckFailed', MAXIMUM)] },
    ]);
  }
  if (web.loadBalancer) {
    const { loadBalancer, targetGroup } = web.loadBalancer;
    const LoadBalancer = loadBalancer.loadBalancerFullName;
    const balancer = metricsOf('AWS/ApplicationELB', { LoadBalancer });
    const servers = metricsOf('AWS/ApplicationELB', { LoadBalancer, TargetGroup: targetGroup.targetGroupFullName });
    rows.push([
      {
        title: 'Load balancer: errors of servers, of its own',
        lines: [balancer('HTTPCode_Target_5XX_Count', SUM), balancer('HTTPCode_ELB_5XX_Count', SUM)],
      },
      { title: 'Servers: healthy, unhealthy', lines: [servers('HealthyHostCount', MAXIMUM), servers('UnHealthyHostCount', MAXIMUM)] },
    ]);
  }
  if (cache) rows.push(valkey('Cache', cache, ['CacheHitRate', 'Evictions']));
  if (sessions) rows.push(valkey('Sessions', sessions, ['CurrItems', 'CurrConnections']));
  if (sessionTable) rows.push(tableGraphs(sessionTable));
  if (database) {
    const { instance, replicas } = database;
    rows.push([
      { title: 'Database: read and write (s)', lines: [instance.metric('ReadLatency'), instance.metric('WriteLatency')] },
      { title: 'Database: operations a second', lines: [instance.metric('ReadIOPS'), instance.metric('WriteIOPS')] },
      ...(replicas.length > 0
        ? [{ title: 'Replicas: behind (s)', lines: replicas.map((one) => one.metric('ReplicaLag', { statistic: MAXIMUM })) }]
        : []),
    ]);
  }
  if (databases) {
    const isCopy = geography !== undefined && !geography.isFounding;
    rows.push([
      { title: 'Clusters: commit (ms), the ten slowest', lines: [busiest(name, 'CommitLatency')] },
      ...(isCopy ? [{ title: 'Copies: behind (ms), the ten latest', lines: [busiest(name, 'AuroraGlobalDBReplicationLag')] }] : []),
    ]);
  }
  if (jobs) {
    const { deadLetters } = jobs.queue;
    rows.push([{ title: 'Jobs: failed for good', lines: [deadLetters.metricApproximateNumberOfMessagesVisible()] }]);
  }
  return rows;
}

/** Whether the architecture idles: the CPU of what costs most. */
export function idleness(name: string, { web, database, databases }: ObservedTiers): Graph {
  return {
    title: 'CPU of servers and databases (%)',
    lines: [
      ...(web.server ? [metricsOf('AWS/EC2', { InstanceId: web.server.instance.ref })(CPU)] : []),
      ...(web.fleet ? [web.fleet.cpu] : []),
      ...(database ? [database.instance.metricCPUUtilization()] : []),
      ...(databases ? [busiest(name, CPU)] : []),
    ],
    limit: 10,
  };
}

function valkey(title: string, { group }: Valkey, metricNames: string[]): Graph[] {
  return metricNames.map((metricName) => ({
    title: `${title}: ${metricName}`,
    lines: [search(metricName, 'AWS/ElastiCache,CacheClusterId,CacheNodeId', `MetricName="${metricName}" "${group.ref}"`, 'Average')],
  }));
}

function refusals({ tableName }: SessionTable): cloudwatch.IMetric {
  const table = metricsOf('AWS/DynamoDB', { TableName: tableName });
  const usingMetrics = { reads: table('ReadThrottleEvents', SUM), writes: table('WriteThrottleEvents', SUM) };
  return math('refused', 'FILL(reads, 0) + FILL(writes, 0)', usingMetrics);
}

function tableGraphs({ tableName, regions: [here, ...others] }: SessionTable): Graph[] {
  const table = metricsOf('AWS/DynamoDB', { TableName: tableName });
  const late = others.map((ReceivingRegion) =>
    metricsOf('AWS/DynamoDB', { TableName: tableName, ReceivingRegion })('ReplicationLatency', MAXIMUM),
  );
  return [
    {
      title: 'Sessions: read and written (units)',
      lines: [table('ConsumedReadCapacityUnits', SUM), table('ConsumedWriteCapacityUnits', SUM)],
    },
    ...(late.length > 0 ? [{ title: `Sessions: from ${here} to other regions (ms)`, lines: late }] : []),
  ];
}

/** A graph of a thousand shards shows nothing; its peaks do. */
function busiest(name: string, metricName: string): cloudwatch.IMetric {
  return search(metricName, 'AWS/RDS,DBClusterIdentifier', `MetricName="${metricName}" DBClusterIdentifier=${name}`, 'Average', 10);
}
