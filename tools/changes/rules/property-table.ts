import {
  type Test,
  appears,
  changed,
  comesOrGoes,
  comesOrTurns,
  disappears,
  exchanged,
  leaves,
  lost,
  madeFalse,
  noLongerFalse,
  smaller,
  turnedOff,
  turnedOn,
} from '../tests';
import { deletesMore } from './lifecycle';

/** A change of one property that loses data or protection, or that AWS refuses. */
export interface PropertyRule {
  /** Name of the rule. */
  readonly rule: string;
  readonly type: string;
  /** Path in the properties; `*` is the first item of a list. */
  readonly property: string;
  readonly when: Test;
  /** One lower-case sentence. */
  readonly says: string;
}

const BUCKET = 'AWS::S3::Bucket';
const CLUSTER = 'AWS::RDS::DBCluster';
const DB = 'AWS::RDS::DBInstance';
const GROUP = 'AWS::ElastiCache::ReplicationGroup';
const KEY = 'AWS::KMS::Key';
const QUEUE = 'AWS::SQS::Queue';
const RECORD = 'AWS::Route53::RecordSet';
const SECRET = 'AWS::SecretsManager::Secret';
const SERVER = 'AWS::EC2::Instance';
const TABLE = 'AWS::DynamoDB::Table';
const VOLUME = 'AWS::EC2::Volume';

/** How a bucket encrypts what comes without a wish. */
const BY_DEFAULT = 'BucketEncryption.ServerSideEncryptionConfiguration.*.ServerSideEncryptionByDefault';

type Row = readonly [type: string, property: string, when: Test, says: string];

/** The specification calls these plain updates; AWS refuses them, so the deployment fails half-way. */
const REFUSED: readonly Row[] = [
  [VOLUME, 'AvailabilityZone', changed, 'AWS refuses to move a volume to another zone'],
  [VOLUME, 'Encrypted', changed, 'AWS refuses to change the encryption of a volume'],
  [VOLUME, 'KmsKeyId', changed, 'AWS refuses to change the key of a volume'],
  [VOLUME, 'SnapshotId', changed, 'AWS refuses to fill a volume from another snapshot'],
  [VOLUME, 'Size', smaller(0), 'AWS refuses to make a volume smaller'],
  [KEY, 'MultiRegion', changed, 'AWS refuses to make a key multi-region, or single-region, after its birth'],
  [KEY, 'KeySpec', changed, 'AWS refuses to change what kind of key it is'],
  [KEY, 'KeyUsage', changed, 'AWS refuses to change what a key is used for'],
  [DB, 'AllocatedStorage', smaller(0), 'RDS refuses to make storage smaller'],
  [RECORD, 'SetIdentifier', changed, 'Route 53 refuses a changed SetIdentifier: it is part of what names the record'],
  [RECORD, 'Region', changed, 'Route 53 refuses a simple record that becomes a latency record, or another region of one'],
  [RECORD, 'GeoLocation', comesOrGoes, 'Route 53 refuses another routing policy for a record that exists'],
  [RECORD, 'Weight', comesOrGoes, 'Route 53 refuses another routing policy for a record that exists'],
  [RECORD, 'Failover', comesOrGoes, 'Route 53 refuses another routing policy for a record that exists'],
  [RECORD, 'MultiValueAnswer', comesOrGoes, 'Route 53 refuses another routing policy for a record that exists'],
  ['AWS::Cognito::UserPool', 'UsernameConfiguration', changed, 'Cognito refuses to change how names of users are compared'],
  ['AWS::Cognito::UserPool', 'UsernameAttributes', changed, 'Cognito refuses to change what users sign in with'],
  ['AWS::Cognito::UserPool', 'AliasAttributes', changed, 'Cognito refuses to change what users sign in with'],
  ...['AccountName', 'Email', 'RoleName'].map((name): Row => [
    'AWS::Organizations::Account',
    name,
    changed,
    'CloudFormation refuses to change it for an account that exists',
  ]),
  [GROUP, 'ClusterMode', leaves('enabled'), 'ElastiCache refuses to turn cluster mode off: there is no way back'],
];

/** Nothing is lost at once; the next mistake loses it. */
const PROTECTION: readonly Row[] = [
  [DB, 'DeletionProtection', turnedOff, 'deletion protection is turned off'],
  [CLUSTER, 'DeletionProtection', turnedOff, 'deletion protection is turned off'],
  ['AWS::RDS::GlobalCluster', 'DeletionProtection', turnedOff, 'deletion protection is turned off'],
  ['AWS::DocDB::DBCluster', 'DeletionProtection', turnedOff, 'deletion protection is turned off'],
  ['AWS::Neptune::DBCluster', 'DeletionProtection', turnedOff, 'deletion protection is turned off'],
  ['AWS::Cognito::UserPool', 'DeletionProtection', leaves('ACTIVE'), 'deletion protection is turned off'],
  [TABLE, 'DeletionProtectionEnabled', turnedOff, 'deletion protection is turned off'],
  [KEY, 'Enabled', madeFalse, 'the key is disabled: nothing that it encrypted can be read'],
  [KEY, 'PendingWindowInDays', smaller(30), 'less time is left to take back the deletion of the key'],
  [DB, 'DeleteAutomatedBackups', noLongerFalse, 'automated backups are deleted together with the instance'],
];

const BACKUPS: readonly Row[] = [
  [DB, 'BackupRetentionPeriod', smaller(1), 'backups are kept for a shorter time, or not at all'],
  [CLUSTER, 'BackupRetentionPeriod', smaller(1), 'backups are kept for a shorter time'],
  [GROUP, 'SnapshotRetentionLimit', smaller(0), 'snapshots are kept for a shorter time, or not at all'],
  ['AWS::DocDB::DBCluster', 'BackupRetentionPeriod', smaller(1), 'backups are kept for a shorter time'],
  ['AWS::Neptune::DBCluster', 'BackupRetentionPeriod', smaller(1), 'backups are kept for a shorter time'],
  ['AWS::Redshift::Cluster', 'AutomatedSnapshotRetentionPeriod', smaller(1), 'backups are kept for a shorter time, or not at all'],
  ['AWS::ElastiCache::CacheCluster', 'SnapshotRetentionLimit', smaller(0), 'snapshots are kept for a shorter time, or not at all'],
  ['AWS::ElastiCache::ServerlessCache', 'SnapshotRetentionLimit', smaller(0), 'snapshots are kept for a shorter time, or not at all'],
  ['AWS::MemoryDB::Cluster', 'SnapshotRetentionLimit', smaller(0), 'snapshots are kept for a shorter time, or not at all'],
  ['AWS::EFS::FileSystem', 'BackupPolicy.Status', leaves('ENABLED'), 'automatic backups are turned off'],
  [TABLE, 'PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled', turnedOff, 'point-in-time recovery is turned off'],
  [QUEUE, 'MessageRetentionPeriod', smaller(345_600), 'jobs that wait are thrown away earlier'],
  ['AWS::Kinesis::Stream', 'RetentionPeriodHours', smaller(24), 'records that wait are thrown away earlier'],
  [BUCKET, 'VersioningConfiguration.Status', leaves('Enabled'), 'versioning is suspended: what is overwritten or deleted is gone'],
  [BUCKET, 'ReplicationConfiguration', disappears, 'new objects are not copied to other regions any more'],
  [CLUSTER, 'GlobalClusterIdentifier', disappears, 'the cluster is taken out of the global database: it gets no more changes'],
];

const EXPOSED: readonly Row[] = [
  ...['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'].map((name): Row => [
    BUCKET,
    `PublicAccessBlockConfiguration.${name}`,
    turnedOff,
    `the public access block is opened: ${name} is turned off`,
  ]),
  [BUCKET, 'PublicAccessBlockConfiguration', disappears, 'the public access block is taken away'],
  ['AWS::Redshift::Cluster', 'PubliclyAccessible', turnedOn, 'the warehouse gets a public address'],
  [DB, 'PubliclyAccessible', turnedOn, 'the database gets a public address'],
];

const ENCRYPTION: readonly Row[] = [
  [BUCKET, 'BucketEncryption', disappears, 'new objects are encrypted with the key of S3 instead of the chosen one'],
  [BUCKET, `${BY_DEFAULT}.SSEAlgorithm`, leaves('aws:kms'), 'new objects are no longer encrypted with a key of your own'],
  [BUCKET, `${BY_DEFAULT}.KMSMasterKeyID`, lost, 'new objects are encrypted with another key, or none of your own'],
  [QUEUE, 'KmsMasterKeyId', lost, 'jobs are encrypted with another key, or none of your own'],
  [SECRET, 'KmsKeyId', lost, 'the secret is encrypted with another key, or none of your own'],
  [KEY, 'EnableKeyRotation', turnedOff, 'the key is not rotated any more'],
  [GROUP, 'TransitEncryptionEnabled', turnedOff, 'traffic to the store is no longer encrypted'],
];

const PASSWORDS: readonly Row[] = [
  [DB, 'ManageMasterUserPassword', comesOrTurns, 'RDS makes a new password, and whoever uses the old one is locked out'],
  [CLUSTER, 'ManageMasterUserPassword', comesOrTurns, 'RDS makes a new password, and whoever uses the old one is locked out'],
  ['AWS::DocDB::DBCluster', 'ManageMasterUserPassword', comesOrTurns, 'a new password is made, and whoever uses the old one is locked out'],
  ['AWS::Redshift::Cluster', 'ManageMasterPassword', comesOrTurns, 'a new password is made, and whoever uses the old one is locked out'],
  [
    'AWS::RedshiftServerless::Namespace',
    'ManageAdminPassword',
    comesOrTurns,
    'a new password is made, and whoever uses the old one is locked out',
  ],
  ...[DB, CLUSTER, 'AWS::DocDB::DBCluster', 'AWS::Redshift::Cluster'].map((type): Row => [
    type,
    'MasterUserPassword',
    exchanged,
    'the password becomes another one, and whoever uses the old one is locked out',
  ]),
  [
    'AWS::RedshiftServerless::Namespace',
    'AdminUserPassword',
    exchanged,
    'the password becomes another one, and whoever uses the old one is locked out',
  ],
  [GROUP, 'AuthToken', changed, 'the password becomes another one, and whoever uses the old one is locked out'],
  ['AWS::AmazonMQ::Broker', 'Users', changed, 'users or passwords become others, and whoever uses the old ones is locked out'],
];

const named = (rule: string, rows: readonly Row[]): PropertyRule[] =>
  rows.map(([type, property, when, says]) => ({ rule, type, property, when, says }));

/** All rules about one property. */
export const PROPERTY_RULES: readonly PropertyRule[] = [
  ...named('refused-update', REFUSED),
  ...named('protection-off', PROTECTION),
  ...named('weaker-backup', BACKUPS),
  ...named('exposed', EXPOSED),
  ...named('weaker-encryption', ENCRYPTION),
  ...named('expires-data', [[BUCKET, 'LifecycleConfiguration', deletesMore, 'a lifecycle rule deletes objects, or deletes them earlier']]),
  ...named('secret-value', [
    [SECRET, 'GenerateSecretString', changed, 'the secret gets a new random value, and whoever uses the old one is locked out'],
    ...PASSWORDS,
    [SECRET, 'SecretString', changed, 'the secret gets another value, and whoever uses the old one is locked out'],
  ]),
  ...named('user-data', [
    [SERVER, 'UserData', changed, 'the server stops and starts, and cloud-init does not run the new script'],
    ['AWS::AutoScaling::AutoScalingGroup', 'DesiredCapacity', appears, 'every deployment sets the fleet back to this number of servers'],
  ]),
];
