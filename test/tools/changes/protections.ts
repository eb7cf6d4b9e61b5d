import type { Json, Template } from '../../../tools/shared/template';
import { type Kind, bucket, cluster, group } from './kind-shapes';

const one = (Type: string, Properties: Record<string, Json>, rest: object = {}): Template => ({
  Resources: { It: { Type, DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain', Properties, ...rest } },
});
type Values = Record<string, Json>;
const row = (rule: string, type: string, before: Values, after: Values, what = Object.keys({ ...before, ...after })[0]): Kind => [
  `${type} ${what}`,
  one(type, before),
  one(type, after),
  [rule],
];
const server = (more: object = {}, rest: object = {}): Template['Resources'] => ({
  Web: { Type: 'AWS::EC2::Instance', Properties: { ImageId: 'ami-1', ...more }, ...rest },
});
const policy = (type: string, UpdatePolicy: Json): Kind => [
  `${type} loses ${Object.keys(UpdatePolicy as object)[0]}`,
  one(type, {}, { UpdatePolicy }),
  one(type, {}),
  ['weaker-update'],
];
const replica = (more: Values): Values => ({ Replicas: [{ Region: 'eu-west-1' }, { Region: 'us-east-1', ...more }] });
const rolling = (more: object): Template => ({
  Resources: group({ UpdatePolicy: { AutoScalingRollingUpdate: { MinInstancesInService: 1, ...more } } }),
});
const lock = (Days: number, Mode = 'GOVERNANCE'): Values => ({ ObjectLockConfiguration: { Rule: { DefaultRetention: { Days, Mode } } } });

const recovery = (RecoveryPeriodInDays: number): Values => ({
  PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays },
});
const copying = (...rules: Values[]): Values => ({
  ReplicationConfiguration: { Rules: rules.map((rule) => ({ Status: 'Enabled', ...rule })) },
});
const plan = (...BackupPlanRule: Values[]): Values => ({ BackupPlan: { BackupPlanRule } });
const versions = (more: Values): Values => ({
  LifecycleConfiguration: { Rules: [{ Status: 'Enabled', NoncurrentVersionExpiration: { NoncurrentDays: 30, ...more } }] },
});
const encrypted = (Enabled: boolean): Values => ({ EncryptionAtRestOptions: { Enabled } });
const maker = (type: string): Template['Resources'] => ({ Maker: { Type: `AWS::${type}` } });
const replacing = (WillReplace: boolean): Template => ({
  Resources: group({ UpdatePolicy: { AutoScalingReplacingUpdate: { WillReplace } } }),
});

/** Losses of one property, of types that one may forget. */
export const PROTECTIONS: readonly Kind[] = [
  row('protection-off', 'AWS::DSQL::Cluster', { DeletionProtectionEnabled: true }, { DeletionProtectionEnabled: false }),
  row('protection-off', 'AWS::QLDB::Ledger', {}, { DeletionProtection: 'false' }),
  row('protection-off', 'AWS::NeptuneGraph::Graph', { DeletionProtection: true }, {}),
  row('protection-off', 'AWS::Cognito::UserPool', { DeletionProtection: 'ACTIVE' }, {}),
  row('protection-off', 'AWS::DynamoDB::GlobalTable', replica({ DeletionProtectionEnabled: true }), {
    Replicas: [{ Region: 'us-east-1' }, { Region: 'eu-west-1' }],
  }),
  row('protection-off', 'AWS::EC2::Instance', { DisableApiTermination: true }, {}),
  row(
    'protection-off',
    'AWS::EFS::FileSystem',
    { FileSystemProtection: { ReplicationOverwriteProtection: 'ENABLED' } },
    { FileSystemProtection: { ReplicationOverwriteProtection: 'DISABLED' } },
  ),
  row(
    'weaker-backup',
    'AWS::DynamoDB::GlobalTable',
    replica({ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }),
    replica({}),
  ),
  row(
    'weaker-encryption',
    'AWS::DynamoDB::GlobalTable',
    replica({ SSESpecification: { KMSMasterKeyId: 'alias/one' } }),
    replica({ SSESpecification: { KMSMasterKeyId: 'alias/other' } }),
  ),
  row('weaker-encryption', 'AWS::DynamoDB::GlobalTable', { SSESpecification: { SSEEnabled: true } }, {}),
  row('weaker-backup', 'AWS::DynamoDB::GlobalTable', replica({}), { Replicas: [{ Region: 'eu-west-1' }] }, 'a region leaves'),
  row(
    'weaker-backup',
    'AWS::SecretsManager::Secret',
    { ReplicaRegions: [{ Region: 'eu-west-1' }, { Region: 'sa-east-1' }] },
    { ReplicaRegions: [{ Region: 'sa-east-1' }] },
  ),
  row('weaker-backup', 'AWS::EFS::FileSystem', { ReplicationConfiguration: { Destinations: [{ Region: 'eu-west-1' }] } }, {}),
  row('weaker-backup', 'AWS::S3::Bucket', lock(30), lock(3)),
  row('weaker-backup', 'AWS::S3::Bucket', lock(3, 'COMPLIANCE'), lock(3), 'a lock that somebody may open'),
  row('weaker-backup', 'AWS::FSx::FileSystem', {}, { OntapConfiguration: { AutomaticBackupRetentionDays: 0 } }),
  row('weaker-backup', 'AWS::DynamoDB::Table', recovery(35), recovery(1)),
  row('weaker-backup', 'AWS::RDS::DBCluster', { BacktrackWindow: 3600 }, {}),
  row('weaker-backup', 'AWS::SQS::Queue', { RedrivePolicy: { maxReceiveCount: 3 } }, {}),
  row('weaker-backup', 'AWS::S3::Bucket', copying({ Id: 'a' }, { Id: 'b' }), copying({ Id: 'a' }), 'a rule of copies goes'),
  row('weaker-backup', 'AWS::S3::Bucket', copying({ Id: 'a' }), copying({ Id: 'a', Status: 'Disabled' }), 'a rule of copies is disabled'),
  row('weaker-backup', 'AWS::Backup::BackupPlan', plan({ RuleName: 'a' }, { RuleName: 'b' }), plan({ RuleName: 'a' }), 'a rule goes'),
  row('weaker-backup', 'AWS::Backup::BackupPlan', plan({ RuleName: 'a' }), plan({ RuleName: 'a', Lifecycle: { DeleteAfterDays: 7 } })),
  row('weaker-backup', 'AWS::DLM::LifecyclePolicy', { State: 'ENABLED' }, { State: 'DISABLED' }),
  row('protection-off', 'AWS::Backup::BackupVault', { LockConfiguration: { MinRetentionDays: 30 } }, {}),
  row('protection-off', 'AWS::ECR::Repository', {}, { EmptyOnDelete: 'true' }),
  row('expires-data', 'AWS::S3::Bucket', versions({ NewerNoncurrentVersions: 5 }), versions({})),
  row('refused-update', 'AWS::DynamoDB::Table', {}, { GlobalSecondaryIndexes: [{ IndexName: 'a' }, { IndexName: 'b' }] }),
  row('refused-update', 'AWS::DynamoDB::Table', {}, { LocalSecondaryIndexes: [{ IndexName: 'a' }] }),
  row('refused-update', 'AWS::Cognito::UserPool', { Schema: [{ Name: 'a' }, { Name: 'b' }] }, { Schema: [{ Name: 'b' }] }),
  row('refused-update', 'AWS::FSx::FileSystem', { StorageCapacity: 100 }, { StorageCapacity: 50 }),
  row('refused-update', 'AWS::EKS::Cluster', { Version: '1.30' }, { Version: '1.29' }),
  row('refused-update', 'AWS::EKS::Cluster', { Version: '1.30' }, { Version: '1.32' }, 'two versions at once'),
  row('refused-update', 'AWS::MSK::Cluster', { KafkaVersion: '3.5.1' }, { KafkaVersion: '2.8.1' }),
  row('replaced', 'AWS::OpenSearchService::Domain', encrypted(true), encrypted(false)),
  row('secret-value', 'AWS::RDS::DBCluster', { EnableIAMDatabaseAuthentication: true }, {}),
  row('weaker-update', 'AWS::Lambda::Function', {}, { ReservedConcurrentExecutions: 0 }),
  [
    'backups that nothing makes any more',
    { Resources: { ...bucket(), ...maker('Backup::BackupPlan') } },
    { Resources: bucket() },
    ['weaker-backup'],
  ],
  [
    'a fleet whose least number only an account knows',
    rolling({}),
    { ...rolling({ MinInstancesInService: { Ref: 'Least' } }), Parameters: { Least: { Type: 'Number' } } },
    ['weaker-update'],
  ],
  ['a fleet that replaces nothing', replacing(true), replacing(false), ['weaker-update']],
  [
    'protection that was True',
    one('AWS::EC2::Instance', { DisableApiTermination: 'True' }),
    one('AWS::EC2::Instance', {}),
    ['protection-off'],
  ],
  row('expires-data', 'AWS::DynamoDB::Table', {}, { TimeToLiveSpecification: { AttributeName: 'ends', Enabled: true } }),
  row('expires-data', 'AWS::Events::Archive', { RetentionDays: 0 }, { RetentionDays: 5 }),
  row('replaced', 'AWS::OpenSearchService::Domain', { EngineVersion: 'OpenSearch_1.3' }, { EngineVersion: 'OpenSearch_2.5' }),
  row('weaker-update', 'AWS::ECS::Service', { DesiredCount: 2 }, { DesiredCount: 0 }),
  row('weaker-update', 'AWS::ECS::Service', {}, { DeploymentConfiguration: { MinimumHealthyPercent: 0 } }),
  row('weaker-update', 'AWS::ApplicationAutoScaling::ScalableTarget', { MinCapacity: 2 }, { MinCapacity: '0' }),
  policy('AWS::ElastiCache::ReplicationGroup', { UseOnlineResharding: 'true' }),
  policy('AWS::OpenSearchService::Domain', { EnableVersionUpgrade: true }),
  policy('AWS::Lambda::Alias', { CodeDeployLambdaAliasUpdate: { ApplicationName: 'a' } }),
  ['a fleet that waits for no signal', rolling({ WaitOnResourceSignals: true }), rolling({}), ['weaker-update']],
  ['a fleet that may be swept away', rolling({}), rolling({ MinInstancesInService: '0' }), ['weaker-update']],
  ['a server that is made anew', { Resources: server() }, { Resources: server({ ImageId: 'ami-2' }) }, ['root-disk']],
  ['a server that is deleted', { Resources: { ...server(), ...bucket() } }, { Resources: bucket() }, ['root-disk']],
  [
    'a server that gets another disk',
    { Resources: server({ BlockDeviceMappings: [{ DeviceName: '/dev/sda1', Ebs: { VolumeSize: 10 } }] }) },
    { Resources: server({ BlockDeviceMappings: [{ DeviceName: '/dev/sda1', Ebs: { VolumeSize: 20 } }] }) },
    ['root-disk'],
  ],
  [
    'the last member, by the name of its cluster',
    {
      Resources: {
        Cluster: { ...cluster, Properties: { DBClusterIdentifier: 'orders' } },
        One: { Type: 'AWS::RDS::DBInstance', Properties: { DBClusterIdentifier: 'orders' } },
      },
    },
    { Resources: { Cluster: { ...cluster, Properties: { DBClusterIdentifier: 'orders' } } } },
    ['unreachable'],
  ],
];

/** What looks like it, and loses nothing. */
export const PROTECTED: readonly Kind[] = [
  ['a server that has a volume of its own', ...both({ Disk: { Type: 'AWS::EC2::Volume', DeletionPolicy: 'Retain' } })],
  ['a server whose disk outlives it', ...both({}, { BlockDeviceMappings: [{ Ebs: { DeleteOnTermination: 'false' } }] })],
  ['a router', ...both({}, { SourceDestCheck: false })],
  ['a server that is retained', { Resources: { ...server({}, { DeletionPolicy: 'Retain' }), ...bucket() } }, { Resources: bucket() }, []],
  [
    'search that may be upgraded, from another product',
    one('AWS::OpenSearchService::Domain', { EngineVersion: 'Elasticsearch_7.10' }, { UpdatePolicy: { EnableVersionUpgrade: 'true' } }),
    one('AWS::OpenSearchService::Domain', { EngineVersion: 'OpenSearch_1.3' }, { UpdatePolicy: { EnableVersionUpgrade: true } }),
    [],
  ],
  [
    'more shards online, with truth as text',
    one('AWS::ElastiCache::ReplicationGroup', { NumNodeGroups: 2 }, { UpdatePolicy: { UseOnlineResharding: 'true' } }),
    one('AWS::ElastiCache::ReplicationGroup', { NumNodeGroups: 3 }, { UpdatePolicy: { UseOnlineResharding: 'true' } }),
    [],
  ],
  [
    'another way to pay for a table whose regions are references',
    one('AWS::DynamoDB::GlobalTable', { BillingMode: 'PROVISIONED', Replicas: [{ Region: { Ref: 'AWS::Region' } }] }),
    one('AWS::DynamoDB::GlobalTable', { BillingMode: 'PAY_PER_REQUEST', Replicas: [{ Region: { Ref: 'AWS::Region' } }] }),
    [],
  ],
  [
    'a policy of snapshots goes with its disk',
    { Resources: { ...bucket(), ...maker('DLM::LifecyclePolicy') } },
    { Resources: bucket() },
    [],
  ],
  [
    'one index more, and the others in another order',
    one('AWS::DynamoDB::Table', {
      GlobalSecondaryIndexes: [{ IndexName: 'a' }],
      LocalSecondaryIndexes: [{ IndexName: 'x' }, { IndexName: 'y' }],
    }),
    one('AWS::DynamoDB::Table', {
      GlobalSecondaryIndexes: [{ IndexName: 'b' }, { IndexName: 'a' }],
      LocalSecondaryIndexes: [{ IndexName: 'y' }, { IndexName: 'x' }],
    }),
    [],
  ],
  ['a lock for a longer time', one('AWS::S3::Bucket', lock(3)), one('AWS::S3::Bucket', lock(30, 'COMPLIANCE')), []],
];

function both(beside: Template['Resources'], more: object = {}): [Template, Template, []] {
  const image = (ImageId: string): Template => ({ Resources: { ...server({ ...more, ImageId }), ...beside } });
  return [image('ami-1'), image('ami-2'), []];
}
