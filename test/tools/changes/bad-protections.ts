import { type BadChange, edit, edited, props, set, stage } from './edits';

const DB = 'Architecture/Database/Instance';
const CLUSTER = 'Architecture/Databases/Orders/Cluster';
const SECRET = 'Architecture/Databases/Orders/Master';
const GROUP = 'Architecture/Sessions/Group';
const UPLOADS = 'Architecture/Uploads';
const KEY = 'Architecture/Key';
const ACCESS = { BlockPublicAcls: true, BlockPublicPolicy: false, IgnorePublicAcls: true, RestrictPublicBuckets: true };
const EXPIRING = { Rules: [{ Id: 'Expire', Status: 'Enabled', ExpirationInDays: 30 }] };

/** Protection, backups, access, encryption, and what no comparison of templates shows. */
export const PROTECTION: readonly BadChange[] = [
  props(2, DB, { DeletionProtection: false }, 'protection-off', /deletion protection is turned off/),
  props(6, 'Architecture/Databases/Orders/Global', { DeletionProtection: undefined }, 'protection-off', /deletion protection/),
  props(2, DB, { DeleteAutomatedBackups: undefined }, 'protection-off', /automated backups are deleted/),
  props(2, DB, { BackupRetentionPeriod: 0 }, 'weaker-backup', /shorter time, or not at all/),
  props(5, CLUSTER, { BackupRetentionPeriod: 7 }, 'weaker-backup', /shorter time/),
  props(4, GROUP, { SnapshotRetentionLimit: undefined }, 'weaker-backup', /snapshots are kept for a shorter time/),
  props(4, UPLOADS, { VersioningConfiguration: { Status: 'Suspended' } }, 'weaker-backup', /versioning is suspended/),
  props(4, UPLOADS, { PublicAccessBlockConfiguration: ACCESS }, 'exposed', /BlockPublicPolicy is turned off/),
  props(4, UPLOADS, { PublicAccessBlockConfiguration: undefined }, 'exposed', /RestrictPublicBuckets is turned off/),
  props(2, DB, { PubliclyAccessible: true }, 'exposed', /public address/),
  props(4, UPLOADS, { BucketEncryption: undefined }, 'weaker-encryption', /key of S3/),
  props(5, 'Architecture/Jobs/Queue', { KmsMasterKeyId: undefined, SqsManagedSseEnabled: true }, 'weaker-encryption', /none of your own/),
  props(1, KEY, { EnableKeyRotation: false }, 'weaker-encryption', /not rotated/),
  props(1, KEY, { Enabled: false }, 'protection-off', /the key is disabled/),
  props(4, UPLOADS, { LifecycleConfiguration: EXPIRING }, 'expires-data', /deletes objects/),
  props(5, SECRET, { GenerateSecretString: { PasswordLength: 40 } }, 'secret-value', /locked out/),
  props(1, 'Architecture/Server/Instance', { UserData: 'IyEvYmluL2Jhc2g=' }, 'user-data', /cloud-init does not run/),
  props(4, 'Architecture/Fleet/Group/ASG', { DesiredCapacity: '4' }, 'user-data', /sets the fleet back/),
  edit(
    1,
    'the newest image looked up at every deployment',
    (draft, id) => {
      draft.Parameters = {
        ...draft.Parameters,
        Image: { Type: 'AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>', Default: '/aws/service/ami' },
      };
      set(draft, id('Architecture/Server/Instance'), { ImageId: { Ref: 'Image' } });
    },
    'unpinned',
    'Architecture/Server/Instance',
    /nothing changed may replace it/,
  ),
  {
    what: 'the default of a parameter that names a database',
    before: () =>
      edited(stage(2), (draft, id) => {
        draft.Parameters = { Name: { Type: 'String', Default: 'app' } };
        set(draft, id(DB), { DBName: { 'Fn::Sub': '${Name}' } });
      }),
    after: (before) =>
      edited(before, (draft) => {
        draft.Parameters!.Name.Default = 'other';
      }),
    caught: ['replaced', DB, /DBName changes: the default of parameter Name changes/],
  },
  {
    what: 'a custom resource that is changed',
    before: () =>
      edited(stage(1), (draft) => {
        draft.Resources.Seed = { Type: 'Custom::Seed', Properties: { ServiceToken: 'arn', Version: 1 } };
      }),
    after: (before) =>
      edited(before, (draft) => {
        set(draft, 'Seed', { Version: 2 });
      }),
    caught: ['custom-resource', 'Seed', /its own code decides/],
  },
];
