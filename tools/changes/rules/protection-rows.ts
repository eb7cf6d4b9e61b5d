import type { Json } from '../../shared/template';
import { isList } from '../../resolve/values';
import {
  type Test,
  changed,
  appears,
  at,
  disappears,
  exchanged,
  leaves,
  loses,
  lost,
  madeFalse,
  noLongerFalse,
  smaller,
  turnedOff,
  turnedOn,
} from '../tests';
import { BUCKET, CLUSTER, DB, GLOBAL_TABLE, GROUP, KEY, QUEUE, type Row, SECRET, SERVER, TABLE, across } from './property-row';

const DOCUMENTS = 'AWS::DocDB::DBCluster';
const GRAPH = 'AWS::Neptune::DBCluster';
const WAREHOUSE = 'AWS::Redshift::Cluster';

const UNPROTECTED = 'deletion protection is turned off';
const TERMINABLE = 'it can be deleted by one call now';
const SHORTER = 'backups are kept for a shorter time, or not at all';

const becomesDisabled: Test = (before, after) => before !== 'DISABLED' && after === 'DISABLED';
/** A number of days, of which none or zero is for ever. */
const keptShorter: Test = (before, after) => Number(after ?? 0) > 0 && !(Number(after) >= (Number(before) || Infinity));

/** Nothing is lost at once; the next mistake loses it. */
export const PROTECTION: readonly Row[] = [
  ...across(
    [DB, CLUSTER, DOCUMENTS, GRAPH, 'AWS::RDS::GlobalCluster', 'AWS::DocDB::GlobalCluster', 'AWS::Neptune::GlobalCluster'],
    ...(['DeletionProtection', turnedOff, UNPROTECTED] as const),
  ),
  ...across(['AWS::EKS::Cluster', 'AWS::NeptuneGraph::Graph'], 'DeletionProtection', turnedOff, UNPROTECTED),
  ...across(['AWS::QLDB::Ledger'], 'DeletionProtection', madeFalse, UNPROTECTED),
  ...across([TABLE, 'AWS::DSQL::Cluster', 'AWS::SMSVOICE::PhoneNumber'], 'DeletionProtectionEnabled', turnedOff, UNPROTECTED),
  [GLOBAL_TABLE, 'Replicas.*.DeletionProtectionEnabled', turnedOff, UNPROTECTED],
  ['AWS::Cognito::UserPool', 'DeletionProtection', leaves('ACTIVE'), UNPROTECTED],
  ['AWS::OpenSearchServerless::Collection', 'DeletionProtection', leaves('ENABLED'), UNPROTECTED],
  ['AWS::VerifiedPermissions::PolicyStore', 'DeletionProtection.Mode', leaves('ENABLED'), UNPROTECTED],
  [SERVER, 'DisableApiTermination', turnedOff, TERMINABLE],
  [SERVER, 'BlockDeviceMappings.*.Ebs.DeleteOnTermination', noLongerFalse, 'the disk ends with the server now'],
  ['AWS::CloudTrail::EventDataStore', 'TerminationProtectionEnabled', madeFalse, TERMINABLE],
  ['AWS::EMR::Cluster', 'Instances.TerminationProtected', turnedOff, TERMINABLE],
  ['AWS::EFS::FileSystem', 'FileSystemProtection.ReplicationOverwriteProtection', becomesDisabled, 'a replication may overwrite all files'],
  [KEY, 'Enabled', madeFalse, 'the key is disabled: nothing that it encrypted can be read'],
  [KEY, 'PendingWindowInDays', smaller(30), 'less time is left to take back the deletion of the key'],
  ['AWS::Backup::BackupVault', 'LockConfiguration', disappears, 'backups can be deleted before their time'],
  ['AWS::Backup::BackupVault', 'LockConfiguration.MinRetentionDays', smaller(0), 'backups can be deleted earlier'],
  ['AWS::ECR::Repository', 'EmptyOnDelete', turnedOn, 'its images are deleted together with it'],
  [DB, 'DeleteAutomatedBackups', noLongerFalse, 'automated backups are deleted together with the instance'],
];

const RECOVERY = 'PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled';
const NO_RECOVERY = 'point-in-time recovery is turned off';
const RECOVERY_PERIOD = 'PointInTimeRecoverySpecification.RecoveryPeriodInDays';
const FSX = ['WindowsConfiguration', 'OntapConfiguration', 'OpenZFSConfiguration', 'LustreConfiguration'];

const NO_COPY = 'the copy in a region is deleted, and who reads it there finds nothing';

export const BACKUPS: readonly Row[] = [
  [GLOBAL_TABLE, 'Replicas', loses('Region'), NO_COPY],
  [SECRET, 'ReplicaRegions', loses('Region'), NO_COPY],
  ['AWS::EFS::FileSystem', 'ReplicationConfiguration', disappears, 'files are not copied to another file system any more'],
  ...across([DB, CLUSTER, DOCUMENTS, GRAPH, 'AWS::DocDBElastic::Cluster'], 'BackupRetentionPeriod', smaller(1), SHORTER),
  ...across(
    [GROUP, 'AWS::ElastiCache::CacheCluster', 'AWS::ElastiCache::ServerlessCache', 'AWS::MemoryDB::Cluster'],
    ...(['SnapshotRetentionLimit', smaller(0), 'snapshots are kept for a shorter time, or not at all'] as const),
  ),
  ...FSX.map((name): Row => {
    return ['AWS::FSx::FileSystem', `${name}.AutomaticBackupRetentionDays`, smaller(name.startsWith('Lustre') ? 0 : 30), SHORTER];
  }),
  [WAREHOUSE, 'AutomatedSnapshotRetentionPeriod', smaller(1), SHORTER],
  ['AWS::RedshiftServerless::Namespace', 'SnapshotCopyConfigurations.*.SnapshotRetentionPeriod', smaller(0), SHORTER],
  [DB, 'AutomaticBackupReplicationRegion', lost, 'backups are not copied to that region any more'],
  [DB, 'AutomaticBackupReplicationRetentionPeriod', smaller(7), 'copied backups are kept for a shorter time'],
  ['AWS::CloudHSM::Cluster', 'BackupRetentionPolicy.Value', smaller(90), SHORTER],
  ['AWS::Lightsail::Database', 'BackupRetention', madeFalse, SHORTER],
  ['AWS::EFS::FileSystem', 'BackupPolicy.Status', leaves('ENABLED'), 'automatic backups are turned off'],
  [TABLE, RECOVERY, turnedOff, NO_RECOVERY],
  [GLOBAL_TABLE, `Replicas.*.${RECOVERY}`, turnedOff, NO_RECOVERY],
  ['AWS::Cassandra::Table', 'PointInTimeRecoveryEnabled', turnedOff, NO_RECOVERY],
  [QUEUE, 'MessageRetentionPeriod', smaller(345_600), 'jobs that wait are thrown away earlier'],
  ['AWS::Kinesis::Stream', 'RetentionPeriodHours', smaller(24), 'records that wait are thrown away earlier'],
  [BUCKET, 'VersioningConfiguration.Status', leaves('Enabled'), 'versioning is suspended: what is overwritten or deleted is gone'],
  [BUCKET, 'ReplicationConfiguration', disappears, 'new objects are not copied to other regions any more'],
  [BUCKET, 'ReplicationConfiguration.Rules', aRuleEnds, 'a rule that copied new objects ends'],
  ...across([TABLE], RECOVERY_PERIOD, smaller(35), 'one can go back to a shorter time'),
  [GLOBAL_TABLE, `Replicas.*.${RECOVERY_PERIOD}`, smaller(35), 'one can go back to a shorter time'],
  [CLUSTER, 'BacktrackWindow', smaller(0), 'one can go back to a shorter time, or not at all'],
  [QUEUE, 'RedrivePolicy', disappears, 'jobs that fail are tried until their time is over, and then they are gone'],
  [
    'AWS::Backup::BackupPlan',
    'BackupPlan.BackupPlanRule',
    keepsLess,
    'a rule of the plan ends, or its backups are kept for a shorter time',
  ],
  ['AWS::DLM::LifecyclePolicy', 'State', leaves('ENABLED'), 'snapshots are not made any more'],
  [BUCKET, 'ObjectLockConfiguration.Rule.DefaultRetention', lockedShorter, 'new objects are locked for a shorter time, or not at all'],
  [CLUSTER, 'GlobalClusterIdentifier', disappears, 'the cluster is taken out of the global database: it gets no more changes'],
];

/** Rules that copied objects, by where to, and don't any more. */
function aRuleEnds(...[before, after]: Parameters<Test>): boolean {
  const [old, now] = [before, after].map((rules) => (isList(rules) ? rules : []).filter((rule) => at(rule, 'Status') !== 'Disabled'));
  return after !== undefined && (loses('Destination.Bucket')(old, now) || (now.length < old.length && loses('Id')(old, now)));
}

/** A rule of a plan of backups, by its name, that ends, or keeps what it makes for a shorter time; none is for ever. */
function keepsLess(...[before, after]: Parameters<Test>): boolean {
  const daysOf = (rule: Json | undefined): number => Number(at(rule, 'Lifecycle.DeleteAfterDays') ?? Infinity);
  const now = isList(after) ? after : [];
  return (isList(before) ? before : []).some((rule) => {
    const same = now.find((one) => !changed(at(one, 'RuleName'), at(rule, 'RuleName')));
    return same === undefined || daysOf(same) < daysOf(rule);
  });
}

/** Objects can be deleted earlier, or by somebody with the right to. */
function lockedShorter(...[before, after]: Parameters<Test>): boolean {
  const [old, now] = [before, after].map((lock) => {
    const { Days = 0, Years = 0, Mode } = (lock ?? {}) as { Days?: Json; Years?: Json; Mode?: Json };
    return { days: Number(Days) + 365 * Number(Years), isStrict: Mode === 'COMPLIANCE' };
  });
  return now.days < old.days || (old.isStrict && !now.isStrict);
}

/** How a bucket encrypts what comes without a wish. */
const BY_DEFAULT = 'BucketEncryption.ServerSideEncryptionConfiguration.*.ServerSideEncryptionByDefault';

export const EXPOSED: readonly Row[] = [
  ...['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'].map((name): Row => [
    BUCKET,
    `PublicAccessBlockConfiguration.${name}`,
    turnedOff,
    `the public access block is opened: ${name} is turned off`,
  ]),
  [BUCKET, 'PublicAccessBlockConfiguration', disappears, 'the public access block is taken away'],
  ...across(
    [DB, WAREHOUSE, 'AWS::Neptune::DBInstance', 'AWS::Lightsail::Database', 'AWS::RedshiftServerless::Workgroup'],
    ...(['PubliclyAccessible', turnedOn, 'it gets a public address'] as const),
  ),
  ['AWS::NeptuneGraph::Graph', 'PublicConnectivity', turnedOn, 'it gets a public address'],
];

export const ENCRYPTION: readonly Row[] = [
  [BUCKET, 'BucketEncryption', disappears, 'new objects are encrypted with the key of S3 instead of the chosen one'],
  [BUCKET, `${BY_DEFAULT}.SSEAlgorithm`, leaves('aws:kms'), 'new objects are no longer encrypted with a key of your own'],
  [BUCKET, `${BY_DEFAULT}.KMSMasterKeyID`, lost, 'new objects are encrypted with another key, or none of your own'],
  [TABLE, 'SSESpecification.KMSMasterKeyId', lost, 'items are encrypted with another key, or none of your own'],
  [TABLE, 'SSESpecification.SSEEnabled', turnedOff, 'items are no longer encrypted with a key of your account'],
  [GLOBAL_TABLE, 'Replicas.*.SSESpecification.KMSMasterKeyId', exchanged, 'items are encrypted with another key'],
  [GLOBAL_TABLE, 'SSESpecification.SSEEnabled', turnedOff, 'items are no longer encrypted with a key of your account'],
  ['AWS::Kinesis::Stream', 'StreamEncryption', disappears, 'new records are not encrypted any more'],
  [QUEUE, 'KmsMasterKeyId', lost, 'jobs are encrypted with another key, or none of your own'],
  [SECRET, 'KmsKeyId', lost, 'the secret is encrypted with another key, or none of your own'],
  [KEY, 'EnableKeyRotation', turnedOff, 'the key is not rotated any more'],
  [GROUP, 'TransitEncryptionEnabled', turnedOff, 'traffic to the store is no longer encrypted'],
];

const EXPIRES = 'what is older than the new time is deleted';

export const EXPIRY: readonly Row[] = [
  ...across([TABLE, GLOBAL_TABLE], 'TimeToLiveSpecification.Enabled', turnedOn, 'items are deleted when their time is over'),
  ...across([TABLE, GLOBAL_TABLE], 'TimeToLiveSpecification.AttributeName', changed, 'another attribute says when items are deleted'),
  ['AWS::Timestream::Table', 'RetentionProperties.MagneticStoreRetentionPeriodInDays', smaller(73_000), EXPIRES],
  ['AWS::CloudTrail::EventDataStore', 'RetentionPeriod', smaller(2557), EXPIRES],
  ['AWS::KinesisVideo::Stream', 'DataRetentionInHours', smaller(0), EXPIRES],
  ['AWS::Events::Archive', 'RetentionDays', keptShorter, EXPIRES],
  ['AWS::ECR::Repository', 'LifecyclePolicy', appears, 'a rule deletes images from now on'],
];
