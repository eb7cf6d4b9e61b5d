import { type Resource, ofType } from '../../../support/synth';

/** A metric as an alarm or a graph names it; values of dimensions as they stand in the template. */
export interface NamedMetric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, unknown>>;
}

type Resources = Readonly<Record<string, Resource>>;

/** A namespace with some dimensions: which resource emits which metrics, and how a dimension names it. From the CloudWatch pages of each service's docs. */
interface Emitter {
  readonly namespace: string;
  readonly dimensions: readonly string[];
  readonly metrics: readonly string[];
  /** Whether some resource of the template emits it. */
  readonly emits: (metric: NamedMetric, resources: Resources) => boolean;
}

/** The value is `Ref` of a resource of the type, for which the condition holds. */
const ref =
  (dimension: string, type: string, when: (properties: Resource['Properties'], resources: Resources) => boolean = () => true) =>
  ({ dimensions }: NamedMetric, resources: Resources): boolean => {
    const { Ref } = dimensions[dimension] as { Ref?: string };
    return Ref !== undefined && Ref in resources && resources[Ref].Type === type && when(resources[Ref].Properties, resources);
  };

/** The value is an attribute of a resource of the type. */
const attribute =
  (dimension: string, type: string, name: string) =>
  ({ dimensions }: NamedMetric, resources: Resources): boolean => {
    const found = (dimensions[dimension] as { 'Fn::GetAtt'?: [string, string] })['Fn::GetAtt'];
    return found !== undefined && resources[found[0]].Type === type && found[1] === name;
  };

const both =
  (...all: Emitter['emits'][]): Emitter['emits'] =>
  (metric, resources) =>
    all.every((one) => one(metric, resources));

const GROUP = 'AutoScalingGroupName';
const ofGroup = ref(GROUP, 'AWS::AutoScaling::AutoScalingGroup');
const ofBalancer = attribute('LoadBalancer', 'AWS::ElasticLoadBalancingV2::LoadBalancer', 'LoadBalancerFullName');
const ofTargets = attribute('TargetGroup', 'AWS::ElasticLoadBalancingV2::TargetGroup', 'TargetGroupFullName');
const ofDistribution = both(ref('DistributionId', 'AWS::CloudFront::Distribution'), ({ dimensions }) => dimensions.Region === 'Global');
const agent: Emitter['emits'] = ({ name }, resources) => agentMetricNames(resources).includes(name);

export const EMITTERS: readonly Emitter[] = [
  emitter(
    'AWS/EC2',
    ['InstanceId'],
    'CPUUtilization NetworkIn NetworkOut StatusCheckFailed StatusCheckFailed_System StatusCheckFailed_Instance',
    ref('InstanceId', 'AWS::EC2::Instance'),
  ),
  emitter('AWS/EC2', [GROUP], 'CPUUtilization', ofGroup),
  emitter('AWS/EBS', ['VolumeId'], 'VolumeQueueLength', ref('VolumeId', 'AWS::EC2::Volume')),
  emitter('AWS/EBS', ['DLMPolicyId'], 'SnapshotsCreateFailed', ref('DLMPolicyId', 'AWS::DLM::LifecyclePolicy')),
  emitter(
    'AWS/AutoScaling',
    [GROUP],
    'GroupInServiceInstances GroupMaxSize',
    ref(GROUP, 'AWS::AutoScaling::AutoScalingGroup', ({ MetricsCollection }) => MetricsCollection !== undefined),
  ),
  emitter(
    'AWS/ApplicationELB',
    ['LoadBalancer'],
    'RequestCount TargetResponseTime HTTPCode_Target_5XX_Count HTTPCode_ELB_5XX_Count',
    ofBalancer,
  ),
  emitter('AWS/ApplicationELB', ['LoadBalancer', 'TargetGroup'], 'HealthyHostCount UnHealthyHostCount', both(ofBalancer, ofTargets)),
  emitter('AWS/CloudFront', ['DistributionId', 'Region'], 'Requests BytesDownloaded 4xxErrorRate 5xxErrorRate', ofDistribution),
  // One of the additional metrics, which a subscription turns on.
  emitter(
    'AWS/CloudFront',
    ['DistributionId', 'Region'],
    'OriginLatency',
    both(ofDistribution, ({ dimensions }, resources) =>
      Object.values(ofType(resources, 'AWS::CloudFront::MonitoringSubscription')).some(({ Properties }) =>
        same(Properties.DistributionId, dimensions.DistributionId),
      ),
    ),
  ),
  emitter(
    'AWS/RDS',
    ['DBInstanceIdentifier'],
    'CPUUtilization DatabaseConnections FreeableMemory FreeStorageSpace ReadLatency WriteLatency ReadIOPS WriteIOPS',
    ref('DBInstanceIdentifier', 'AWS::RDS::DBInstance'),
  ),
  emitter(
    'AWS/RDS',
    ['DBInstanceIdentifier'],
    'ReplicaLag',
    ref('DBInstanceIdentifier', 'AWS::RDS::DBInstance', ({ SourceDBInstanceIdentifier }) => SourceDBInstanceIdentifier !== undefined),
  ),
  emitter(
    'AWS/RDS',
    ['DBClusterIdentifier', 'Role'],
    'CPUUtilization CommitLatency',
    ({ dimensions }, resources) =>
      ['WRITER', 'READER'].includes(String(dimensions.Role)) &&
      Object.values(ofType(resources, 'AWS::RDS::DBCluster')).some(
        ({ Properties }) => Properties.DBClusterIdentifier === dimensions.DBClusterIdentifier,
      ),
  ),
  // Members of a global database only.
  emitter('AWS/RDS', ['DBClusterIdentifier'], 'AuroraGlobalDBReplicationLag', ({ dimensions }, resources) =>
    Object.entries(ofType(resources, 'AWS::RDS::DBCluster')).some(
      ([id, { Properties }]) =>
        Properties.DBClusterIdentifier === dimensions.DBClusterIdentifier &&
        (Properties.GlobalClusterIdentifier !== undefined ||
          Object.values(ofType(resources, 'AWS::RDS::GlobalCluster')).some((global) => JSON.stringify(global).includes(id))),
    ),
  ),
  emitter(
    'AWS/SQS',
    ['QueueName'],
    'ApproximateNumberOfMessagesVisible ApproximateNumberOfMessagesNotVisible ApproximateAgeOfOldestMessage',
    attribute('QueueName', 'AWS::SQS::Queue', 'QueueName'),
  ),
  emitter('AWS/S3', ['SourceBucket', 'DestinationBucket', 'RuleId'], 'OperationsFailedReplication', replicates),
  emitter(
    'AWS/CertificateManager',
    ['CertificateArn'],
    'DaysToExpiry',
    ({ dimensions }, resources) =>
      // A certificate of this stack, or the CDN's from the stack of the edge, which the distribution uses.
      ref('CertificateArn', 'AWS::CertificateManager::Certificate')({ namespace: '', name: '', dimensions }, resources) ||
      Object.values(ofType(resources, 'AWS::CloudFront::Distribution')).some(({ Properties }) =>
        same(Properties.DistributionConfig.ViewerCertificate?.AcmCertificateArn, dimensions.CertificateArn),
      ),
  ),
  emitter('CWAgent', ['InstanceId'], 'mem_used_percent swap_used_percent', both(agent, ref('InstanceId', 'AWS::EC2::Instance'))),
  emitter('CWAgent', ['InstanceId', 'fstype', 'path'], 'disk_used_percent', both(agent, ref('InstanceId', 'AWS::EC2::Instance'))),
  // The application's own log lines, by metric filters.
  ...['Duration', 'Errors', 'AnsweredProbes'].map((metric) =>
    emitter('Stagecraft/webapp', [], metric, ({ namespace, name }, resources) =>
      Object.values(ofType(resources, 'AWS::Logs::MetricFilter')).some(({ Properties }) =>
        (Properties.MetricTransformations as { MetricNamespace: string; MetricName: string }[]).some(
          (one) => one.MetricNamespace === namespace && one.MetricName === name,
        ),
      ),
    ),
  ),
];

/** Searches of graphs: schema and metrics, by the type of resource that emits them. */
const SEARCHED: readonly { readonly schema: string; readonly metrics: string; readonly type: string }[] = [
  { schema: 'CWAgent,AutoScalingGroupName,InstanceId', metrics: 'mem_used_percent', type: 'AWS::AutoScaling::AutoScalingGroup' },
  {
    schema: 'AWS/ElastiCache,CacheClusterId,CacheNodeId',
    metrics: 'EngineCPUUtilization DatabaseMemoryUsagePercentage CacheHitRate Evictions CurrItems CurrConnections',
    type: 'AWS::ElastiCache::ReplicationGroup',
  },
  {
    schema: 'AWS/RDS,DBClusterIdentifier',
    metrics: 'CPUUtilization DatabaseConnections CommitLatency AuroraGlobalDBReplicationLag',
    type: 'AWS::RDS::DBCluster',
  },
];

/** Whether a metric comes from a resource, an agent or a metric filter of the template. */
export function isEmitted(metric: NamedMetric, resources: Resources): boolean {
  const names = Object.keys(metric.dimensions).sort().join();
  return EMITTERS.some(
    ({ namespace, dimensions, metrics, emits }) =>
      namespace === metric.namespace &&
      [...dimensions].sort().join() === names &&
      metrics.includes(metric.name) &&
      emits(metric, resources),
  );
}

/** Whether a search looks for a metric that a resource of the template emits, and names the resource or its deployment. */
export function isFound(expression: string, resources: Resources): boolean {
  const [, schema, terms] = /SEARCH\('\{([^}]+)\} ([^']+)'/.exec(expression) ?? [];
  const metric = /MetricName="(\w+)"/.exec(terms)?.[1] ?? '';
  const known = SEARCHED.find((one) => one.schema === schema && one.metrics.split(' ').includes(metric));
  const ids = known ? Object.keys(ofType(resources, known.type)) : [];
  return ids.some((id) => terms.includes(`<${id}>`)) || (ids.length > 0 && terms.endsWith(' DBClusterIdentifier=webapp'));
}

function emitter(namespace: string, dimensions: readonly string[], metrics: string, emits: Emitter['emits']): Emitter {
  return { namespace, dimensions, metrics: metrics.split(' '), emits };
}

/** The names that the CloudWatch agent gives: plugin and measurement, unless the measurement begins with the plugin. */
function agentMetricNames(resources: Resources): string[] {
  const parameter = Object.values(ofType(resources, 'AWS::SSM::Parameter')).find(({ Properties }) => Properties.Name === '/webapp/agent');
  const collected = (
    JSON.parse(parameter?.Properties.Value as string) as { metrics: { metrics_collected: Record<string, { measurement: string[] }> } }
  ).metrics.metrics_collected;
  return Object.entries(collected).flatMap(([plugin, { measurement }]) =>
    measurement.map((one) => (one.startsWith(`${plugin}_`) ? one : `${plugin}_${one}`)),
  );
}

function replicates({ dimensions: { SourceBucket, DestinationBucket, RuleId } }: NamedMetric, resources: Resources): boolean {
  return Object.values(ofType(resources, 'AWS::S3::Bucket')).some(
    ({ Properties }) =>
      same(Properties.BucketName, SourceBucket) &&
      (
        (Properties.ReplicationConfiguration?.Rules ?? []) as {
          Id: string;
          Destination: { Bucket: unknown; Metrics: { Status: string } };
        }[]
      ).some(
        ({ Id, Destination }) =>
          Id === RuleId && Destination.Metrics.Status === 'Enabled' && flat(Destination.Bucket).endsWith(flat(DestinationBucket)),
      ),
  );
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** A text with its references written out. */
export function flat(value: unknown): string {
  if (typeof value === 'string') return value;
  const {
    Ref,
    'Fn::Join': join,
    'Fn::GetAtt': att,
  } = value as { Ref?: string; 'Fn::Join'?: [string, unknown[]]; 'Fn::GetAtt'?: [string, string] };
  if (join) return join[1].map(flat).join(join[0]);
  return Ref === undefined ? (att ? `<${att.join('.')}>` : JSON.stringify(value)) : `<${Ref}>`;
}
