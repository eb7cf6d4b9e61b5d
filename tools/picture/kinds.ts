import { list } from '../shared/words';
import type { Entry } from './deployment';

/** In which row a thing stands where there is no network. */
export type Shelf = 'entry' | 'compute' | 'work' | 'data' | 'safe';

/** What is drawn, and how. */
export interface Kind {
  readonly type: string;
  /** `subnets` also where it may be in none: then it stands in its region. */
  readonly at: 'global' | 'region' | 'subnets' | 'border';
  readonly shelf: Shelf;
  readonly what: string | ((entry: Entry) => string);
  readonly size?: (entry: Entry) => string;
  /** All of them in a region are one stack of cards. */
  readonly together?: string;
  /** Its name, where its path would say less. */
  readonly title?: string | ((entry: Entry) => string);
}

const text =
  (property: string) =>
  (entry: Entry): string =>
    entry.say(entry.get(property));
const joined = (...parts: readonly (string | false | undefined)[]): string =>
  parts.filter((part) => part !== false && part !== undefined && part !== '').join(' · ');

const ENGINES: Readonly<Record<string, string>> = {
  postgres: 'PostgreSQL',
  mysql: 'MySQL',
  mariadb: 'MariaDB',
  'aurora-postgresql': 'Aurora PostgreSQL',
  'aurora-mysql': 'Aurora MySQL',
  docdb: 'DocumentDB',
  neptune: 'Neptune',
};
const engine = (entry: Entry, prefix = ''): string => {
  const name = text('Engine')(entry);
  const known = ENGINES[name] as string | undefined;
  if (name === '') return `${prefix}database`;
  return known === undefined ? name : known.startsWith('Aurora') ? known : `${prefix}${known}`;
};

const cacheEngine = (entry: Entry): string => {
  const name = text('Engine')(entry) || 'redis';
  return `ElastiCache ${name[0].toUpperCase()}${name.slice(1)}`;
};

const serverless = (entry: Entry): string => {
  const [min, max] = ['MinCapacity', 'MaxCapacity'].map((one) => text(`ServerlessV2ScalingConfiguration.${one}`)(entry));
  return max === '' ? '' : `${min}–${max} ACU`;
};

const serviceOf = (entry: Entry): string => text('ServiceName')(entry).split('.').slice(3).join('.') || text('ServiceName')(entry);
const SERVICES: Readonly<Partial<Record<string, string>>> = {
  s3: 'S3',
  secretsmanager: 'Secrets Manager',
  dynamodb: 'DynamoDB',
  sqs: 'SQS',
  kms: 'KMS',
  ecr: 'ECR',
};

const balancer = (entry: Entry): string =>
  ({ network: 'Network Load Balancer', gateway: 'Gateway Load Balancer' })[text('Type')(entry)] ?? 'Application Load Balancer';

/** All that is drawn: in this order in a column, lanes of a row from top to bottom. */
export const KINDS: Readonly<Record<string, Kind>> = {
  dns: { type: 'AWS::Route53::RecordSet', at: 'global', shelf: 'entry', what: 'DNS', together: 'Route 53' },
  zone: { type: 'AWS::Route53::HostedZone', at: 'global', shelf: 'entry', what: 'Hosted zone', size: text('Name') },
  health: { type: 'AWS::Route53::HealthCheck', at: 'global', shelf: 'entry', what: 'Health checks', together: 'Route 53' },
  cdn: {
    type: 'AWS::CloudFront::Distribution',
    at: 'global',
    shelf: 'entry',
    what: 'CloudFront',
    size: (entry) => shortList(entry, 'DistributionConfig.Aliases'),
  },
  accelerator: { type: 'AWS::GlobalAccelerator::Accelerator', at: 'global', shelf: 'entry', what: 'Global Accelerator' },
  firewall: {
    type: 'AWS::WAFv2::WebACL',
    at: 'global',
    shelf: 'entry',
    what: 'AWS WAF',
    size: (entry) => counted(list(entry.get('Rules')).length, 'rule'),
  },
  gateway: { type: 'AWS::EC2::InternetGateway', at: 'border', shelf: 'entry', what: '', title: 'Internet gateway' },
  endpoint: {
    type: 'AWS::EC2::VPCEndpoint',
    at: 'border',
    shelf: 'entry',
    what: 'VPC endpoint',
    title: (entry) => SERVICES[serviceOf(entry)] ?? serviceOf(entry),
  },
  server: { type: 'AWS::EC2::Instance', at: 'subnets', shelf: 'compute', what: 'EC2', size: text('InstanceType') },
  volume: {
    type: 'AWS::EC2::Volume',
    at: 'subnets',
    shelf: 'data',
    what: 'EBS',
    size: (entry) => joined(`${text('Size')(entry)} GB`, text('VolumeType')(entry)),
  },
  nat: { type: 'AWS::EC2::NatGateway', at: 'subnets', shelf: 'entry', what: '', title: 'NAT gateway' },
  balancer: {
    type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
    at: 'subnets',
    shelf: 'entry',
    what: balancer,
    size: (entry) => (text('Scheme')(entry) === 'internal' ? 'internal' : 'internet-facing'),
  },
  classic: { type: 'AWS::ElasticLoadBalancing::LoadBalancer', at: 'subnets', shelf: 'entry', what: 'Classic Load Balancer' },
  fleet: {
    type: 'AWS::AutoScaling::AutoScalingGroup',
    at: 'subnets',
    shelf: 'compute',
    what: 'Auto Scaling',
    size: (entry) => joined(range(text('MinSize')(entry), text('MaxSize')(entry))),
  },
  service: {
    type: 'AWS::ECS::Service',
    at: 'subnets',
    shelf: 'compute',
    what: (entry) => (text('LaunchType')(entry) === 'EC2' ? 'ECS' : 'ECS on Fargate'),
    size: (entry) => counted(Number(text('DesiredCount')(entry) || 1), 'task'),
  },
  kubernetes: { type: 'AWS::EKS::Cluster', at: 'subnets', shelf: 'compute', what: 'EKS', size: text('Version') },
  search: {
    type: 'AWS::OpenSearchService::Domain',
    at: 'subnets',
    shelf: 'data',
    what: 'OpenSearch',
    size: text('ClusterConfig.InstanceType'),
  },
  files: { type: 'AWS::EFS::FileSystem', at: 'subnets', shelf: 'data', what: 'EFS' },
  cache: { type: 'AWS::ElastiCache::ReplicationGroup', at: 'subnets', shelf: 'data', what: cacheEngine, size: text('CacheNodeType') },
  cacheNode: { type: 'AWS::ElastiCache::CacheCluster', at: 'subnets', shelf: 'data', what: cacheEngine, size: text('CacheNodeType') },
  cacheServerless: { type: 'AWS::ElastiCache::ServerlessCache', at: 'subnets', shelf: 'data', what: cacheEngine, size: () => 'serverless' },
  cluster: { type: 'AWS::RDS::DBCluster', at: 'subnets', shelf: 'data', what: (entry) => engine(entry), size: serverless },
  database: {
    type: 'AWS::RDS::DBInstance',
    at: 'subnets',
    shelf: 'data',
    what: (entry) => (entry.get('SourceDBInstanceIdentifier') === undefined ? engine(entry, 'RDS ') : 'RDS read replica'),
    size: (entry) => joined(text('DBInstanceClass')(entry), entry.get('MultiAZ') === true && 'Multi-AZ'),
  },
  documents: { type: 'AWS::DocDB::DBCluster', at: 'subnets', shelf: 'data', what: 'DocumentDB' },
  graph: { type: 'AWS::Neptune::DBCluster', at: 'subnets', shelf: 'data', what: 'Neptune' },
  kafka: { type: 'AWS::MSK::Cluster', at: 'subnets', shelf: 'work', what: 'Managed Kafka', size: text('BrokerNodeGroupInfo.InstanceType') },
  api: { type: 'AWS::ApiGateway::RestApi', at: 'region', shelf: 'entry', what: 'API Gateway', size: () => 'REST' },
  httpApi: { type: 'AWS::ApiGatewayV2::Api', at: 'region', shelf: 'entry', what: 'API Gateway', size: text('ProtocolType') },
  graphql: { type: 'AWS::AppSync::GraphQLApi', at: 'region', shelf: 'entry', what: 'AppSync' },
  identities: { type: 'AWS::Cognito::UserPool', at: 'region', shelf: 'entry', what: 'Cognito' },
  function: {
    type: 'AWS::Lambda::Function',
    at: 'subnets',
    shelf: 'compute',
    what: 'Lambda',
    size: (entry) => joined(text('Runtime')(entry), text('MemorySize')(entry) && `${text('MemorySize')(entry)} MB`),
  },
  steps: { type: 'AWS::StepFunctions::StateMachine', at: 'region', shelf: 'compute', what: 'Step Functions' },
  bucket: { type: 'AWS::S3::Bucket', at: 'region', shelf: 'data', what: 'S3' },
  table: { type: 'AWS::DynamoDB::Table', at: 'region', shelf: 'data', what: 'DynamoDB' },
  globalTable: { type: 'AWS::DynamoDB::GlobalTable', at: 'region', shelf: 'data', what: 'DynamoDB global table' },
  images: { type: 'AWS::ECR::Repository', at: 'region', shelf: 'safe', what: 'ECR' },
  queue: {
    type: 'AWS::SQS::Queue',
    at: 'region',
    shelf: 'work',
    what: 'SQS',
    size: (entry) => (entry.get('FifoQueue') === true ? 'FIFO' : ''),
  },
  stream: { type: 'AWS::Kinesis::Stream', at: 'region', shelf: 'work', what: 'Kinesis' },
  bus: { type: 'AWS::Events::EventBus', at: 'region', shelf: 'work', what: 'EventBridge' },
  topic: { type: 'AWS::SNS::Topic', at: 'region', shelf: 'work', what: 'SNS' },
  secret: { type: 'AWS::SecretsManager::Secret', at: 'region', shelf: 'safe', what: 'Secrets Manager', together: 'Secrets' },
  key: { type: 'AWS::KMS::Key', at: 'region', shelf: 'safe', what: 'KMS', together: 'Key' },
  snapshots: { type: 'AWS::DLM::LifecyclePolicy', at: 'region', shelf: 'safe', what: 'Data Lifecycle Manager' },
  vault: { type: 'AWS::Backup::BackupVault', at: 'region', shelf: 'safe', what: 'AWS Backup' },
};

/** Names of the kinds in their order. */
export const KIND_NAMES: readonly string[] = Object.keys(KINDS);

const BY_TYPE: ReadonlyMap<string, string> = new Map(Object.entries(KINDS).map(([name, { type }]) => [type, name]));

/** Name of the kind of a type; undefined for one that isn't drawn. */
export function kindOfType(type: string): string | undefined {
  return BY_TYPE.get(type);
}

function range(min: string, max: string): string {
  return min === max || max === '' ? min : `${min}…${max}`;
}

function counted(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}

function shortList(entry: Entry, property: string): string {
  const [first = '', ...more] = list(entry.get(property)).map(entry.say);
  return more.length === 0 ? first : `${first} +${more.length}`;
}
