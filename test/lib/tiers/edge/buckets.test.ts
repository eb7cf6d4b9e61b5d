import { Duration } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { LogBucket, SiteBucket } from '../../../../lib';
import { ground, templateOf } from '../../../support/construct';
import { ofType, resourcesOf } from '../../../support/synth';

const base = ground();
const shared = { recoverable: Duration.days(90), logBucket: base.logBucket };
const uploads = new SiteBucket(base.stack, 'Uploads', {
  ...shared,
  ...{ bucketName: 'webapp-uploads', prefix: 'uploads', actions: ['s3:GetObject', 's3:PutObject'], key: base.key },
});
uploads.admit(base.identity.role);
const staticFiles = new SiteBucket(base.stack, 'StaticFiles', {
  ...shared,
  ...{ bucketName: 'webapp-static', prefix: 'static', actions: ['s3:GetObject', 's3:PutObject'] },
});
staticFiles.admit(base.identity.role);
base.logBucket.collectFlowLogs(base.network, base.vpc);
const template = templateOf(base);

test('uploads are encrypted with the given key, versioned and kept; a deleted one can be had back for 90 days', () => {
  template.hasResource('AWS::S3::Bucket', {
    Properties: {
      BucketName: 'webapp-uploads',
      VersioningConfiguration: { Status: 'Enabled' },
      BucketEncryption: Match.objectLike({
        ServerSideEncryptionConfiguration: [
          Match.objectLike({ ServerSideEncryptionByDefault: Match.objectLike({ SSEAlgorithm: 'aws:kms' }) }),
        ],
      }),
      LifecycleConfiguration: { Rules: [Match.objectLike({ NoncurrentVersionExpiration: { NoncurrentDays: 90 } })] },
    },
    DeletionPolicy: 'RetainExceptOnCreate',
    UpdateReplacePolicy: 'Retain',
  });
});

test('servers may read and write what they are for, and delete no version', () => {
  const statements = Object.values(ofType(resourcesOf(template), 'AWS::IAM::Policy')).flatMap(
    ({ Properties }) => Properties.PolicyDocument.Statement as { Action: string | string[] }[],
  );
  const actions = new Set(statements.flatMap(({ Action }) => Action).filter((action) => action.startsWith('s3:')));
  expect([...actions].sort()).toEqual(['s3:GetObject', 's3:ListBucket', 's3:PutObject']);
});

test('access logs grow cold by themselves: infrequent access, Glacier, gone after two years', () => {
  template.hasResourceProperties('AWS::S3::Bucket', {
    LifecycleConfiguration: {
      Rules: [
        Match.objectLike({
          Transitions: [
            { StorageClass: 'STANDARD_IA', TransitionInDays: 30 },
            { StorageClass: 'GLACIER', TransitionInDays: 90 },
          ],
          ExpirationInDays: 730,
        }),
      ],
    },
  });
});

test('flow logs of all traffic go to the log bucket, from this account alone', () => {
  template.hasResourceProperties('AWS::EC2::FlowLog', { LogDestinationType: 's3', TrafficType: 'ALL', ResourceType: 'VPC' });
  template.hasResourceProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: Match.objectLike({
      Statement: Match.arrayWith([
        Match.objectLike({
          Principal: { Service: 'delivery.logs.amazonaws.com' },
          Action: 's3:PutObject',
          Condition: Match.objectLike({ StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } }),
        }),
      ]),
    }),
  });
});

test('every bucket refuses plain HTTP', () => {
  const policies = Object.values(ofType(resourcesOf(template), 'AWS::S3::BucketPolicy'));
  expect(policies).toHaveLength(3);
  for (const { Properties } of policies) expect(JSON.stringify(Properties)).toContain('"aws:SecureTransport":"false"');
});

test('a log bucket of its own works without anything else', () => {
  const other = ground();
  new LogBucket(other.stack, 'Other');
  templateOf(other).resourceCountIs('AWS::S3::Bucket', 2);
});
