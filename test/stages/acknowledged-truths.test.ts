import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { DOMAIN, ofType, type Resource, resourcesOf, satellites, synthesize } from '../support/synth';

type Resources = Readonly<Record<string, Resource>>;
type Properties = Readonly<Record<string, unknown>>;
/** Logical ids that make the reason of an acknowledgement untrue. */
type Untrue = (resources: Resources) => string[];

const text = (value: unknown): string => JSON.stringify(value ?? '');
/** Resources of a type for which something does not hold. */
const unless =
  (type: string, holds: (properties: Properties, id: string, resources: Resources) => boolean): Untrue =>
  (resources) =>
    Object.entries(ofType(resources, type))
      .filter(([id, { Properties }]) => !holds(Properties, id, resources))
      .map(([id]) => id);
const named = (resources: Resources, type: string, id: string): boolean => text(ofType(resources, type)).includes(`"${id}"`);
const template = (holds: (data: Properties) => boolean): Untrue =>
  unless('AWS::EC2::LaunchTemplate', ({ LaunchTemplateData }) => holds(LaunchTemplateData as Properties));
const portIsClosed: Untrue = (resources) => [
  ...unless(
    'AWS::EC2::SecurityGroupIngress',
    ({ CidrIp, CidrIpv6, FromPort }) => (CidrIp ?? CidrIpv6) === undefined || [80, 443].includes(FromPort as number),
  )(resources),
  ...unless('AWS::EC2::SecurityGroup', ({ SecurityGroupIngress = [] }) =>
    (SecurityGroupIngress as Properties[]).every(
      ({ CidrIp, FromPort }) =>
        CidrIp === undefined || [80, 443, undefined].includes(FromPort as number) || text(CidrIp).includes('CidrBlock'),
    ),
  )(resources),
];
const ownBackups: Untrue = (resources) => [
  ...unless('AWS::RDS::DBCluster', ({ BackupRetentionPeriod }) => BackupRetentionPeriod === 14)(resources),
  ...unless(
    'AWS::RDS::DBInstance',
    ({ BackupRetentionPeriod, DBClusterIdentifier, SourceDBInstanceIdentifier }) =>
      BackupRetentionPeriod === 14 || (DBClusterIdentifier ?? SourceDBInstanceIdentifier) !== undefined,
  )(resources),
];

/** Rule to what would make its reason untrue. */
const TRUTHS: Readonly<Record<string, Untrue>> = {
  EC2IMDSv2Enabled: template(({ MetadataOptions }) => (MetadataOptions as Properties).HttpTokens === 'required'),
  EC2InstanceProfileAttached: template(({ IamInstanceProfile }) => IamInstanceProfile !== undefined),
  'AwsSolutions-EC26': template(({ BlockDeviceMappings }) =>
    (BlockDeviceMappings as { Ebs: Properties }[]).every(({ Ebs }) => Ebs.Encrypted === true),
  ),
  'AwsSolutions-AS3': unless('AWS::AutoScaling::AutoScalingGroup', (_, id, resources) => named(resources, 'AWS::Events::Rule', id)),
  'AwsSolutions-VPC7': unless('AWS::EC2::VPC', (_, id, resources) => named(resources, 'AWS::EC2::FlowLog', id)),
  'AwsSolutions-RDS11': portIsClosed,
  'AwsSolutions-AEC5': portIsClosed,
  EC2EBSInBackupPlan: unless('AWS::EC2::Volume', (_, __, resources) =>
    text(ofType(resources, 'AWS::DLM::LifecyclePolicy')).includes('"RetainRule":{"Count":14}'),
  ),
  RDSInBackupPlan: ownBackups,
  RDSStorageEncrypted: unless(
    'AWS::RDS::DBInstance',
    ({ StorageEncrypted, DBClusterIdentifier, SourceDBInstanceIdentifier }) =>
      StorageEncrypted === true || (DBClusterIdentifier ?? SourceDBInstanceIdentifier) !== undefined,
  ),
  IAMNoInlinePolicy: unless('AWS::IAM::Policy', ({ Roles }) => (Roles as unknown[]).length === 1),
  CloudWatchAlarmAction: unless(
    'AWS::CloudWatch::Alarm',
    ({ AlarmActions }, id, resources) =>
      AlarmActions !== undefined || named(resources, 'AWS::CloudWatch::CompositeAlarm', id) || id.includes('Graduation'),
  ),
  ElastiCacheRedisClusterAutomaticBackup: unless(
    'AWS::ElastiCache::ReplicationGroup',
    ({ SnapshotRetentionLimit }) => SnapshotRetentionLimit === 7,
  ),
  ALBHttpToHttpsRedirection: unless(
    'AWS::ElasticLoadBalancingV2::Listener',
    ({ Protocol }, _, resources) =>
      Protocol === 'HTTPS' || Object.keys(ofType(resources, 'AWS::CertificateManager::Certificate')).length === 0,
  ),
};

const CONTEXTS: Record<string, unknown>[] = [
  { stage: 1 },
  { stage: 3, ...DOMAIN },
  { stage: 4 },
  { stage: 4, from: 3 },
  { stage: 5, ...DOMAIN },
  { stage: 6, ...DOMAIN, regions: 'us-east-1,eu-west-1' },
  { stage: 2, profile: 'lesson' },
];

const stacks = CONTEXTS.flatMap((context) => {
  const synthesized = synthesize(context);
  return [synthesized.resources, ...satellites(synthesized).map((stack) => resourcesOf(Template.fromStack(stack)))];
});

test.each(Object.entries(TRUTHS))('what is said of %s is true in the templates', (_, untrue) => {
  expect(stacks.flatMap(untrue)).toEqual([]);
});

/** What a careless change would do to them. */
const SPOILT: readonly (readonly [string, string])[] = [
  ...['"HttpTokens":"required"', '"Encrypted":true', '"StorageEncrypted":true', '"IamInstanceProfile"', '"BackupRetentionPeriod":14'].map(
    (part) => [part, '"X":0'] as const,
  ),
  ...['AWS::Events::Rule', 'AWS::EC2::FlowLog', 'AWS::DLM::LifecyclePolicy', 'AWS::CloudWatch::CompositeAlarm'].map(
    (type) => [type, 'X'] as const,
  ),
  ['"X":0:', '"X":'],
  ['"SnapshotRetentionLimit":7', '"SnapshotRetentionLimit":0'],
  ['"Roles":[', '"Roles":["Other",'],
  ['"SourceSecurityGroupId"', '"CidrIp":"0.0.0.0/0","X"'],
  ['"Protocol":"HTTPS"', '"Protocol":"HTTP"'],
];
const spoilt = stacks.map(
  (resources) => JSON.parse(SPOILT.reduce((whole, [from, to]) => whole.replaceAll(from, to), JSON.stringify(resources))) as Resources,
);

test.each(Object.entries(TRUTHS))('what makes the reason of %s untrue is found', (_, untrue) => {
  expect(spoilt.flatMap(untrue)).not.toEqual([]);
});

test('each of these is acknowledged somewhere', () => {
  const page = readFileSync(join(__dirname, '../../docs/acknowledgements.md'), 'utf8');
  expect(Object.keys(TRUTHS).filter((rule) => !page.includes(`\`${rule}\``))).toEqual([]);
});
