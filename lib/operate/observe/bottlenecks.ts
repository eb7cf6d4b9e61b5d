import { Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { ClusterDatabase } from '../../tiers/data/cluster-database';
import type { PrivateDatabase } from '../../tiers/data/private-database';
import type { SingleServer } from '../../tiers/web/single-server';
import type { Bottleneck, BottleneckSign } from './bottleneck';
import { agentMetrics, cdnMetrics, math, metricsOf } from './metrics';
import type { ObservedTiers } from './tiers';

const P90 = cloudwatch.Stats.percentile(90);
const { MAXIMUM } = cloudwatch.Stats;

/** The bottleneck of an architecture, by the tiers that it has, from the largest kind to the smallest. */
export function bottleneckOf(tiers: ObservedTiers): Bottleneck {
  const { web, database, databases, cache, geography } = tiers;
  if (geography) return top();
  if (databases instanceof ClusterDatabase) return oneWriter(databases);
  if (databases) return oneRegion(tiers);
  if (web.fleet && database) return onePrimary(database);
  if (web.server && database && (cache ?? database.replicas.at(0))) return oneServer(web.server);
  if (web.server && database) return everyRead(database);
  return web.server ? sharedServer(web.server) : top();
}

/** Web and database fight for one server: two of its resources are scarce at once. */
function sharedServer(server: SingleServer): Bottleneck {
  const volume = metricsOf('AWS/EBS', { VolumeId: server.dataVolume.volumeId });
  return {
    anchor: 'one-server-with-everything',
    limit: 'Web application and database fight for the memory, CPU and disk of one server.',
    next: 'The database moves to RDS, with memory and disk of its own and a standby. First try a larger server.',
    signs: [
      ...serverSigns(server),
      { id: 'Disk', title: 'Requests waiting for the data volume', metric: volume('VolumeQueueLength'), threshold: 3 },
    ],
    when: [
      ['Memory', 'Cpu'],
      ['Memory', 'Disk'],
      ['Cpu', 'Disk'],
    ],
  };
}

/** Every page reads the database. */
function everyRead({ instance }: PrivateDatabase): Bottleneck {
  const iops = { reads: instance.metric('ReadIOPS'), writes: instance.metric('WriteIOPS') };
  return {
    anchor: 'a-database-that-every-page-reads',
    limit: 'Every page reads the one database, and most of what it does is reading.',
    next: 'Read replicas, a cache and a CDN take reads and files away from the primary and the server.',
    back: 'The database fits beside the application again when both are idle: read docs/graduation.md before you move it.',
    signs: [
      { id: 'ReadLatency', title: 'Read from disk, p90 (s)', metric: latency(instance, 'ReadLatency'), threshold: 0.02 },
      { id: 'DatabaseCpu', title: 'CPU of the database (%)', metric: instance.metricCPUUtilization(), threshold: 90 },
      {
        id: 'ReadShare',
        title: 'Share of reads on disk (%)',
        metric: math('reads (%)', 'IF(reads + writes > 0, 100 * reads / (reads + writes), 0)', iops),
        threshold: 80,
      },
    ],
    when: [
      ['ReadLatency', 'ReadShare'],
      ['DatabaseCpu', 'ReadShare'],
    ],
  };
}

/** Reads are gone, and one server is still one server. */
function oneServer(server: SingleServer): Bottleneck {
  return {
    anchor: 'one-server-at-its-limit',
    limit: 'One server answers everything that the CDN and the cache do not.',
    next: 'A load balancer and servers that come and go with the load; sessions get a store of their own. First try a larger server.',
    back: 'Fewer replicas (-c replicas=0) and a smaller cache cost less; without the CDN uploads would have to move back.',
    signs: serverSigns(server),
    when: [['Memory'], ['Cpu']],
  };
}

/** One primary takes every write. */
function onePrimary({ instance, replicas }: PrivateDatabase): Bottleneck {
  // One alarm can look at ten metrics; the lag of ten replicas tells.
  const lags = replicas
    .slice(0, 10)
    .map((replica, index) => [`lag${index}`, replica.metric('ReplicaLag', { statistic: MAXIMUM })] as const);
  const lag: BottleneckSign = {
    id: 'ReplicaLag',
    title: 'Replicas behind (s)',
    metric: math('lag (s)', `MAX([${lags.map(([lagId]) => lagId).join(', ')}])`, Object.fromEntries(lags)),
    threshold: 300,
  };
  return {
    anchor: 'one-primary-for-all-writes',
    limit: 'One primary takes every write.',
    next: 'Databases by function, users over shards, and a queue for work that can wait. First try a larger database instance.',
    back: 'A single server would do where the fleet idles at its minimum: sessions and load balancer would go.',
    signs: [
      { id: 'DatabaseCpu', title: 'CPU of the primary (%)', metric: instance.metricCPUUtilization(), threshold: 90 },
      { id: 'WriteLatency', title: 'Write to disk, p90 (s)', metric: latency(instance, 'WriteLatency'), threshold: 0.02 },
      ...(replicas.length > 0 ? [lag] : []),
    ],
    when: [['DatabaseCpu'], ['WriteLatency'], ...(replicas.length > 0 ? [['ReplicaLag']] : [])],
  };
}

/** One Aurora cluster: its one writer takes every write, whatever readers there are. */
function oneWriter({ clusters: [DBClusterIdentifier] }: ClusterDatabase): Bottleneck {
  const writer = metricsOf('AWS/RDS', { DBClusterIdentifier, Role: 'WRITER' });
  return {
    anchor: 'one-writer',
    limit: 'One writer takes every write; readers share only what is read.',
    next: 'More regions bring users nearer and outlive one. More writes than a writer takes need databases by function. First try more capacity.',
    back: 'RDS costs less where the cluster idles: the data has to be moved by hand, no bridge leads down.',
    signs: [
      { id: 'WriterCpu', title: 'CPU of the writer (%)', metric: writer('CPUUtilization'), threshold: 90 },
      { id: 'Commit', title: 'Commit, p90 (ms)', metric: writer('CommitLatency', P90), threshold: 20 },
    ],
    when: [['WriterCpu'], ['Commit']],
  };
}

/** One region: far users wait for light, and a region can go dark. */
function oneRegion({ edge, web }: ObservedTiers): Bottleneck {
  const atEdge = edge.cdn && cdnMetrics(edge.cdn.distribution.distributionId)('OriginLatency', P90);
  const balancer =
    web.loadBalancer && metricsOf('AWS/ApplicationELB', { LoadBalancer: web.loadBalancer.loadBalancer.loadBalancerFullName });
  const distance =
    atEdge && balancer && math('distance (ms)', 'atEdge - 1000 * inRegion', { atEdge, inRegion: balancer('TargetResponseTime', P90) });
  return {
    anchor: 'one-region',
    limit: 'All servers are in one region: far users wait for the way, and when the region is down all is down. No metric shows that risk.',
    next: 'The same architecture in two to five regions; DNS sends users to the nearest healthy one.',
    back: 'One primary is enough where the clusters idle: keep the queue, and do not split what one database can hold.',
    signs: distance
      ? [
          {
            id: 'Distance',
            title: 'Way between edge and region, p90 (ms)',
            metric: distance,
            threshold: 100,
            // An alarm sees its own region alone, and the CDN's metrics are in us-east-1.
            watchable: Stack.of(edge.cdn).region === 'us-east-1',
          },
        ]
      : [],
    when: [['Distance']],
  };
}

function top(): Bottleneck {
  return {
    anchor: 'several-regions',
    limit: 'There is no larger architecture here: more of the same is more shards, more servers, one more region.',
    back: 'A region that few users are sent to costs as much as the others: compare the traffic on their dashboards.',
    signs: [],
    when: [],
  };
}

function serverSigns({ instance }: SingleServer): BottleneckSign[] {
  const dimensions = { InstanceId: instance.ref };
  return [
    { id: 'Cpu', title: 'CPU of the server (%)', metric: metricsOf('AWS/EC2', dimensions)('CPUUtilization'), threshold: 80 },
    { id: 'Memory', title: 'Memory of the server (%)', metric: agentMetrics(dimensions)('mem_used_percent'), threshold: 80 },
  ];
}

function latency(instance: PrivateDatabase['instance'], name: string): cloudwatch.Metric {
  return instance.metric(name, { statistic: P90 });
}
