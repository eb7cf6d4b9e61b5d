import type { Resource } from '../shared/template';

/** A type whose resources hold data that can't be made anew. */
interface DataType {
  readonly type: string;
  /** What is lost with it. */
  readonly holds: string;
  /** Resources with one of these properties are copies, or get their data from elsewhere. */
  readonly unless?: readonly string[];
}

/** Begun from `isStateful` in @aws-cdk/aws-service-spec; a test proves that each of those types is here or in `NO_DATA`. */
export const DATA_TYPES: readonly DataType[] = [
  { type: 'AWS::Backup::BackupVault', holds: 'backups' },
  { type: 'AWS::CloudFormation::Stack', holds: 'a nested stack and all in it' },
  { type: 'AWS::Cognito::UserPool', holds: 'accounts of users' },
  { type: 'AWS::DocDB::DBCluster', holds: 'documents' },
  { type: 'AWS::DynamoDB::GlobalTable', holds: 'items' },
  { type: 'AWS::DynamoDB::Table', holds: 'items' },
  { type: 'AWS::EC2::Volume', holds: 'the disk of a server' },
  { type: 'AWS::EFS::FileSystem', holds: 'files' },
  { type: 'AWS::EMR::Cluster', holds: 'what is in HDFS' },
  { type: 'AWS::ElastiCache::CacheCluster', holds: 'what was cached or stored', unless: ['ReplicationGroupId'] },
  { type: 'AWS::ElastiCache::GlobalReplicationGroup', holds: 'the tie between the copies of a store' },
  { type: 'AWS::ElastiCache::ReplicationGroup', holds: 'sessions, and a warm cache' },
  { type: 'AWS::ElastiCache::ServerlessCache', holds: 'what was cached or stored' },
  { type: 'AWS::Elasticsearch::Domain', holds: 'indices' },
  { type: 'AWS::FSx::FileSystem', holds: 'files' },
  { type: 'AWS::KMS::Key', holds: 'the only way to read what it encrypted' },
  { type: 'AWS::Kinesis::Stream', holds: 'records not yet read' },
  { type: 'AWS::Neptune::DBCluster', holds: 'a graph' },
  { type: 'AWS::OpenSearchService::Domain', holds: 'indices' },
  { type: 'AWS::Organizations::Account', holds: 'an account and all in it' },
  { type: 'AWS::QLDB::Ledger', holds: 'a ledger' },
  { type: 'AWS::RDS::DBCluster', holds: 'databases' },
  { type: 'AWS::RDS::DBInstance', holds: 'databases', unless: ['SourceDBInstanceIdentifier', 'DBClusterIdentifier'] },
  { type: 'AWS::RDS::GlobalCluster', holds: 'the tie between the copies of a database' },
  { type: 'AWS::Redshift::Cluster', holds: 'a warehouse' },
  { type: 'AWS::Route53::HostedZone', holds: 'records, and the name servers that the parent domain knows' },
  { type: 'AWS::S3::Bucket', holds: 'objects' },
  { type: 'AWS::SDB::Domain', holds: 'items' },
  { type: 'AWS::SQS::Queue', holds: 'accepted jobs' },
  { type: 'AWS::SecretsManager::Secret', holds: 'a password that is stored nowhere else' },
];

/** Types that the service specification calls stateful and that hold no data of their own here. */
export const NO_DATA: Readonly<Record<string, string>> = {
  'AWS::DocDB::DBInstance': 'the cluster holds the data',
  'AWS::Logs::LogGroup': 'logs end by their retention, and no application reads them back',
  'AWS::Neptune::DBInstance': 'the cluster holds the data',
};

const BY_TYPE = new Map(DATA_TYPES.map((row) => [row.type, row]));

/** Whether a resource holds data that can't be made anew; copies don't. */
export function holdsData({ Type, Properties = {} }: Resource): boolean {
  const row = BY_TYPE.get(Type);
  return row !== undefined && !row.unless?.some((property) => property in Properties);
}

/** Types that can leave a snapshot when they are deleted. */
const SNAPSHOT_TYPES = [
  'AWS::DocDB::DBCluster',
  'AWS::EC2::Volume',
  'AWS::ElastiCache::CacheCluster',
  'AWS::ElastiCache::ReplicationGroup',
  'AWS::Neptune::DBCluster',
  'AWS::RDS::DBCluster',
  'AWS::RDS::DBInstance',
  'AWS::Redshift::Cluster',
];

/** CloudFormation's default for clusters of databases, and for instances outside of one, is a snapshot. */
function leavesSnapshotByDefault({ Type, Properties = {} }: Resource): boolean {
  return Type === 'AWS::RDS::DBCluster' || (Type === 'AWS::RDS::DBInstance' && !('DBClusterIdentifier' in Properties));
}

/** What happens to the real thing when the resource leaves its template. */
export function fateOf(resource: Resource): 'deleted' | 'retained' | 'snapshot' {
  const policy = resource.DeletionPolicy ?? (leavesSnapshotByDefault(resource) ? 'Snapshot' : 'Delete');
  if (policy.startsWith('Retain')) return 'retained';
  return policy === 'Snapshot' && SNAPSHOT_TYPES.includes(resource.Type) ? 'snapshot' : 'deleted';
}
