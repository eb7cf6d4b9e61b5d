import { faultsOf, unknownActions } from '../support/arrival/actions';
import { worlds } from '../support/arrival/deployments';
import { lostLogs } from '../support/arrival/logs';
import { lostMessages } from '../support/arrival/messages';
import type { World } from '../support/arrival/world';
import type { Resource } from '../support/synth';

const WORLDS = worlds();

test.each(WORLDS)('%s: what is published arrives, by topic, queue and key', (_, world) => {
  expect(lostMessages(world)).toEqual([]);
});

test.each(WORLDS)('%s: every log and every answer of a bucket arrives', (_, world) => {
  expect(lostLogs(world)).toEqual([]);
});

test.each(WORLDS)('%s: policies name actions, condition keys and resources that AWS has', async (_, world) => {
  expect(await unknownActions(world)).toEqual([]);
});

test.each([
  [{ Action: 's3:PutObjects', Resource: '*' }, 's3:PutObjects: no such action'],
  [{ Action: 'nowhere:Get*', Resource: '*' }, 'nowhere:Get*: no such action'],
  [
    { Action: 'ec2:DescribeVolumes', Resource: 'arn:aws:ec2:*:*:volume/*' },
    'ec2:DescribeVolumes: takes "*" alone, not arn:aws:ec2:*:*:volume/*',
  ],
  [{ Action: 'ssm:GetParameter', Resource: 'arn:aws:s3:::a' }, 'ssm:GetParameter: none of arn:aws:s3:::a is a resource of it'],
  [
    { Action: 'sqs:SendMessage', Resource: '*', Condition: { StringEquals: { 'sns:Endpoint': 'a' } } },
    'sqs:SendMessage: no condition key sns:Endpoint',
  ],
])('a policy that means nothing is found: %j', async (statement, fault) => {
  expect(await faultsOf({ Effect: 'Allow', ...statement }, true)).toEqual([fault]);
});

const [, whole] = WORLDS.find(([name]) => /^5 example\.com.*: webapp-us-east-1$/.test(name)) ?? WORLDS[0];

/** Takes the statements of one service out of every policy of a type. */
function silence(world: World, type: string, property: string, service: string): World {
  return world.spoilt((resources) => {
    for (const { Type, Properties } of Object.values(resources)) {
      if (Type !== type) continue;
      const policy = Properties[property] as { Statement: { Principal: { Service?: string } | string }[] };
      policy.Statement = policy.Statement.filter(({ Principal }) => typeof Principal === 'string' || Principal.Service !== service);
    }
  });
}

test.each([
  ['AWS::SNS::TopicPolicy', 'PolicyDocument', 'cloudwatch.amazonaws.com'],
  ['AWS::SNS::TopicPolicy', 'PolicyDocument', 'events.amazonaws.com'],
  ['AWS::SNS::TopicPolicy', 'PolicyDocument', 'budgets.amazonaws.com'],
  ['AWS::KMS::Key', 'KeyPolicy', 'cloudwatch.amazonaws.com'],
  ['AWS::KMS::Key', 'KeyPolicy', 'events.amazonaws.com'],
  ['AWS::KMS::Key', 'KeyPolicy', 'budgets.amazonaws.com'],
])('the walk of messages misses %s %s of %s', (type, property, service) => {
  expect(lostMessages(silence(whole, type, property, service))).not.toEqual([]);
});

test.each([
  ['AWS::S3::BucketPolicy', 'PolicyDocument', 'delivery.logs.amazonaws.com'],
  ['AWS::S3::BucketPolicy', 'PolicyDocument', 'logging.s3.amazonaws.com'],
  ['AWS::S3::BucketPolicy', 'PolicyDocument', 'cloudfront.amazonaws.com'],
  ['AWS::KMS::Key', 'KeyPolicy', 'logs.us-east-1.amazonaws.com'],
  ['AWS::KMS::Key', 'KeyPolicy', 'cloudfront.amazonaws.com'],
])('the walk of logs misses %s %s of %s', (type, property, service) => {
  expect(lostLogs(silence(whole, type, property, service))).not.toEqual([]);
});

const edit = (change: (resource: Resource) => void, type: string): World =>
  whole.spoilt((resources) => {
    Object.values(resources)
      .filter(({ Type }) => Type === type)
      .forEach(change);
  });

test('a condition that EventBridge never fulfils, a publisher that nobody looked at, and the notifications of a group are found', () => {
  const conditioned = edit(({ Properties }) => {
    const { Statement } = Properties.PolicyDocument as { Statement: Record<string, unknown>[] };
    for (const statement of Statement.filter(({ Principal }) => JSON.stringify(Principal).includes('events.amazonaws.com'))) {
      statement.Condition = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };
    }
  }, 'AWS::SNS::TopicPolicy');
  expect(lostMessages(conditioned).join()).toMatch(/refuses/);
  const [[topic]] = whole.all('AWS::SNS::Topic');
  const unknown = edit(({ Properties }) => {
    Properties.NotificationTopicArn = { Ref: topic };
  }, 'AWS::ElastiCache::ReplicationGroup');
  expect(lostMessages(unknown).join()).toMatch(/say in this table who publishes there/);
  const own = edit(({ Properties }) => {
    Properties.NotificationConfigurations = [{ TopicARN: { Ref: topic } }];
  }, 'AWS::AutoScaling::AutoScalingGroup');
  expect(lostMessages(own).join()).toMatch(/service-linked role/);
});

test('a log bucket with a key of its own, and an export without a group, are found', () => {
  const [[key]] = whole.all('AWS::KMS::Key');
  const encrypted = edit(({ Properties }) => {
    Properties.BucketEncryption = {
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { KMSMasterKeyID: { 'Fn::GetAtt': [key, 'Arn'] } } }],
    };
  }, 'AWS::S3::Bucket');
  expect(lostLogs(encrypted).join()).toMatch(/can't deliver/);
  const exporting = edit(({ Properties }) => {
    Properties.EnableCloudwatchLogsExports = ['postgresql', 'upgrade'];
  }, 'AWS::RDS::DBInstance');
  expect(lostLogs(exporting).join()).toMatch(/which nobody makes/);
});

test.each(WORLDS)('%s: nothing that is new outlives the rollback of its own creation, but the logs that tell why', (_, { resources }) => {
  const kept = Object.values(resources).filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain');
  expect(kept.map(({ Type, Properties }) => [Type, Properties.BucketName as unknown])).toEqual(
    kept.map(() => ['AWS::S3::Bucket', undefined]),
  );
  expect(kept.length).toBeLessThanOrEqual(1);
});
