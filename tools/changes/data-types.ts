/** A type whose resources hold data that can't be made anew. */
export interface DataType {
  readonly type: string;
  /** What is lost with it. */
  readonly holds: string;
  /** Resources with one of these properties are copies, or get their data from elsewhere. */
  readonly unless?: readonly string[];
}

const rows = (holds: string, service: string, ...types: string[]): DataType[] =>
  types.map((type) => ({ type: `AWS::${service}::${type}`, holds }));

/** Decided from the service specification; a type that is in no table here is unknown, and said when it is deleted or replaced. */
export const DATA_TYPES: readonly DataType[] = [
  ...rows('certificates and their keys', 'ACMPCA', 'CertificateAuthority'),
  ...rows('metrics', 'APS', 'Workspace'),
  ...rows('messages not yet read', 'AmazonMQ', 'Broker'),
  ...rows('backups', 'Backup', 'BackupVault', 'LogicallyAirGappedBackupVault'),
  ...rows('what agents remember', 'BedrockAgentCore', 'Memory', 'Dataset'),
  ...rows('documents and their index', 'Bedrock', 'KnowledgeBase'),
  ...rows('rows', 'Cassandra', 'Keyspace', 'Table'),
  ...rows('cases', 'Cases', 'Domain'),
  ...rows('messages', 'Chime', 'AppInstance'),
  ...rows('what is on its disk', 'Cloud9', 'EnvironmentEC2'),
  ...rows('a nested stack and all in it', 'CloudFormation', 'Stack'),
  ...rows('stacks of other accounts and all in them', 'CloudFormation', 'StackSet'),
  ...rows('what functions look up', 'CloudFront', 'KeyValueStore'),
  ...rows('keys', 'CloudHSM', 'Cluster'),
  ...rows('events', 'CloudTrail', 'EventDataStore'),
  ...rows('packages', 'CodeArtifact', 'Domain', 'Repository'),
  ...rows('source code', 'CodeCommit', 'Repository'),
  ...rows('accounts of users', 'Cognito', 'UserPool'),
  ...rows('identities of users', 'Cognito', 'IdentityPool'),
  ...rows('contacts, recordings and telephone numbers', 'Connect', 'Instance', 'DataTable', 'PhoneNumber'),
  ...rows('profiles of customers', 'CustomerProfiles', 'Domain'),
  ...rows('databases', 'DSQL', 'Cluster'),
  ...rows('data sets', 'DataExchange', 'DataSet'),
  ...rows('a catalogue', 'DataZone', 'Domain'),
  ...rows('users and computers', 'DirectoryService', 'MicrosoftAD', 'SimpleAD'),
  ...rows('documents', 'DocDB', 'DBCluster'),
  ...rows('the tie between the copies of a database', 'DocDB', 'GlobalCluster'),
  ...rows('documents', 'DocDBElastic', 'Cluster'),
  ...rows('a backup', 'DocDBElastic', 'ClusterSnapshot'),
  ...rows('items', 'DynamoDB', 'GlobalTable', 'Table'),
  ...rows('the disk of a server', 'EC2', 'Volume'),
  ...rows('images', 'ECR', 'PublicRepository', 'Repository'),
  ...rows('files', 'EFS', 'FileSystem'),
  ...rows('what runs in it, and its volumes', 'EKS', 'Cluster'),
  ...rows('what is in HDFS', 'EMR', 'Cluster'),
  ...rows('a log of writes', 'EMR', 'WALWorkspace'),
  { type: 'AWS::ElastiCache::CacheCluster', holds: 'what was cached or stored', unless: ['ReplicationGroupId'] },
  ...rows('the tie between the copies of a store', 'ElastiCache', 'GlobalReplicationGroup'),
  ...rows('sessions, and a warm cache', 'ElastiCache', 'ReplicationGroup'),
  ...rows('what was cached or stored', 'ElastiCache', 'ServerlessCache'),
  ...rows('a backup', 'ElastiCache', 'ServerlessCacheSnapshot'),
  ...rows('an environment, which may have a database', 'ElasticBeanstalk', 'Environment'),
  ...rows('indices', 'Elasticsearch', 'Domain'),
  ...rows('events', 'Events', 'Archive'),
  ...rows('files', 'FSx', 'FileSystem', 'StorageVirtualMachine', 'Volume'),
  ...rows('a backup', 'FSx', 'Backup', 'Snapshot'),
  ...rows('data sets', 'FinSpace', 'Environment'),
  ...rows('data sets', 'Forecast', 'Dataset', 'DatasetGroup'),
  ...rows('records of patients', 'HealthLake', 'FHIRDatastore'),
  ...rows('images of patients', 'HealthImaging', 'Datastore'),
  ...rows('tables', 'Glue', 'Database', 'Table'),
  ...rows('versions of schemas', 'Glue', 'Registry', 'Schema'),
  ...rows('dashboards', 'Grafana', 'Workspace'),
  ...rows('users and groups', 'IdentityStore', 'Group', 'User'),
  ...rows('records of machines', 'IoTAnalytics', 'Channel', 'Dataset', 'Datastore'),
  ...rows('models and measurements', 'IoTSiteWise', 'Asset', 'Portal'),
  ...rows('a model', 'IoTTwinMaker', 'Workspace'),
  ...rows('the only way to read what it encrypted', 'KMS', 'Key', 'ReplicaKey'),
  ...rows('an index', 'Kendra', 'Index'),
  ...rows('records not yet read', 'Kinesis', 'Stream'),
  ...rows('video', 'KinesisVideo', 'Stream'),
  ...rows('bots', 'Lex', 'Bot'),
  ...rows('what is on its disk', 'Lightsail', 'Bucket', 'Database', 'Disk', 'Instance'),
  ...rows('a backup', 'Lightsail', 'DatabaseSnapshot', 'DiskSnapshot', 'InstanceSnapshot'),
  ...rows('places of devices', 'Location', 'Tracker', 'GeofenceCollection'),
  ...rows('messages', 'MSK', 'Cluster', 'ServerlessCluster', 'Topic'),
  ...rows('a ledger', 'ManagedBlockchain', 'Member', 'Node'),
  ...rows('video', 'MediaStore', 'Container'),
  ...rows('video', 'MediaPackage', 'Asset'),
  ...rows('what was stored', 'MemoryDB', 'Cluster', 'MultiRegionCluster'),
  ...rows('a backup', 'MemoryDB', 'Snapshot'),
  ...rows('a graph', 'Neptune', 'DBCluster'),
  ...rows('the tie between the copies of a graph', 'Neptune', 'GlobalCluster'),
  ...rows('a graph', 'NeptuneGraph', 'Graph'),
  ...rows('a backup', 'NeptuneGraph', 'GraphSnapshot'),
  ...rows('databases', 'ODB', 'CloudAutonomousVmCluster', 'CloudExadataInfrastructure', 'CloudVmCluster'),
  ...rows('genomes', 'Omics', 'AnnotationStore', 'ReferenceStore', 'SequenceStore', 'VariantStore'),
  ...rows('indices', 'OpenSearchServerless', 'Collection', 'CollectionIndex', 'Index'),
  ...rows('indices', 'OpenSearchService', 'Domain'),
  ...rows('the disk of a server', 'OpsWorks', 'Volume'),
  ...rows('an account and all in it', 'Organizations', 'Account', 'Organization'),
  ...rows('the only way to read what it encrypted', 'PaymentCryptography', 'Key'),
  ...rows('data sets', 'Personalize', 'Dataset', 'DatasetGroup'),
  ...rows('addresses and segments of users', 'Pinpoint', 'App'),
  ...rows('documents and their index', 'QBusiness', 'Application', 'Index'),
  ...rows('a ledger', 'QLDB', 'Ledger'),
  ...rows('databases', 'RDS', 'DBCluster', 'DBShardGroup'),
  { type: 'AWS::RDS::DBInstance', holds: 'databases', unless: ['SourceDBInstanceIdentifier', 'DBClusterIdentifier'] },
  ...rows('a backup', 'RDS', 'ClusterSnapshot', 'DBSnapshot'),
  ...rows('the tie between the copies of a database', 'RDS', 'GlobalCluster'),
  ...rows('a warehouse', 'Redshift', 'Cluster'),
  ...rows('a backup', 'Redshift', 'Snapshot'),
  ...rows('a warehouse', 'RedshiftServerless', 'Namespace'),
  ...rows('a backup', 'RedshiftServerless', 'Snapshot'),
  ...rows('faces and pictures', 'Rekognition', 'Collection', 'Dataset'),
  ...rows('records, and the name servers that the parent domain knows', 'Route53', 'HostedZone', 'DelegationSet'),
  ...rows('objects', 'S3', 'Bucket'),
  ...rows('objects', 'S3Express', 'DirectoryBucket'),
  ...rows('files', 'S3Files', 'FileSystem'),
  ...rows('objects', 'S3Outposts', 'Bucket'),
  ...rows('tables', 'S3Tables', 'Namespace', 'Table', 'TableBucket'),
  ...rows('vectors', 'S3Vectors', 'Index', 'VectorBucket'),
  ...rows('data sets', 'SCN', 'Dataset', 'Namespace'),
  ...rows('items', 'SDB', 'Domain'),
  ...rows('mails and contacts', 'SES', 'ContactList', 'MailManagerArchive'),
  ...rows('telephone numbers', 'SMSVOICE', 'OptOutList', 'PhoneNumber'),
  ...rows('accepted jobs', 'SQS', 'Queue'),
  ...rows('users and groups', 'SSO', 'Instance'),
  ...rows('files of notebooks', 'SageMaker', 'Domain', 'NotebookInstance', 'Space', 'UserProfile'),
  ...rows('features and models', 'SageMaker', 'FeatureGroup', 'ModelPackage', 'ModelPackageGroup', 'MlflowTrackingServer'),
  ...rows('a password that is stored nowhere else', 'SecretsManager', 'Secret'),
  ...rows('logs', 'SecurityLake', 'DataLake'),
  ...rows('items', 'Serverless', 'SimpleTable'),
  ...rows('an application and all in it', 'Serverless', 'Application'),
  ...rows('a product and all in it', 'ServiceCatalog', 'CloudFormationProvisionedProduct'),
  ...rows('disks and tapes', 'StorageGateway', 'Tape', 'Volume'),
  ...rows('measurements', 'Timestream', 'Database', 'InfluxDBCluster', 'InfluxDBInstance', 'Table'),
  ...rows('users and their policies', 'VerifiedPermissions', 'PolicyStore'),
  ...rows('voices', 'VoiceID', 'Domain'),
  ...rows('messages', 'Wickr', 'Network'),
  ...rows('documents', 'Wisdom', 'Assistant', 'KnowledgeBase'),
  ...rows('desktops and their disks', 'WorkSpaces', 'Workspace'),
  ...rows('the disk of a server', 'WorkspacesInstances', 'Volume', 'WorkspaceInstance'),
];

/** Types that the service specification calls stateful and that hold no data of their own here. */
export const NO_DATA: Readonly<Record<string, string>> = {
  'AWS::DocDB::DBInstance': 'the cluster holds the data',
  'AWS::Logs::LogGroup': 'logs end by their retention, and no application reads them back',
  'AWS::Neptune::DBInstance': 'the cluster holds the data',
};

/** Services that keep settings, rules, code or networks: a template makes all of it anew. Their types that hold data are named above. */
const SERVICES_WITHOUT_DATA = new Set(
  (
    'AccessAnalyzer ApiGateway ApiGatewayV2 AppMesh ApplicationAutoScaling ApplicationInsights ApplicationSignals AutoScaling AutoScalingPlans Backup ' +
    'Batch Budgets CE CloudFormation CloudFront CloudWatch CodeBuild CodeDeploy CodePipeline CodeStarNotifications Cognito Config DAX DLM DMS DocDB EC2 ECR ECS ' +
    'EFS EKS EMR ElastiCache ElasticLoadBalancing ElasticLoadBalancingV2 Events EventsV2 FIS FMS GlobalAccelerator Glue GuardDuty IAM IVS Inspector InspectorV2 KMS ' +
    'Kinesis KinesisFirehose LakeFormation Lambda Logs MSK MediaConvert MemoryDB Neptune NetworkFirewall NetworkManager Notifications Oam ObservabilityAdmin ' +
    'OpenSearchServerless Organizations Pipes RAM RDS RUM Redshift RedshiftServerless ResilienceHub ResourceExplorer2 ResourceGroups Route53 Route53RecoveryControl ' +
    'Route53RecoveryReadiness Route53Resolver S3 S3Express S3ObjectLambda S3Outposts S3Tables SES SNS SQS SSM SSO Scheduler SecretsManager SecurityHub Serverless ' +
    'ServiceDiscovery Shield StepFunctions Synthetics Transfer VpcLattice WAF WAFRegional WAFv2 XRay ARCRegionSwitch ARCZonalShift CertificateManager CDK'
  ).split(' '),
);

const BY_TYPE = new Map(DATA_TYPES.map((row) => [row.type, row]));

/** The row of a type that holds data. */
export function dataType(type: string): DataType | undefined {
  return BY_TYPE.get(type);
}

/** What is known of a type. */
export function classOf(type: string): 'holds data' | 'does not' | 'unknown' {
  if (BY_TYPE.has(type)) return 'holds data';
  const [owner, service] = type.split('::');
  return type in NO_DATA || (owner === 'AWS' && SERVICES_WITHOUT_DATA.has(service)) ? 'does not' : 'unknown';
}
