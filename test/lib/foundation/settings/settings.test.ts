import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Match } from 'aws-cdk-lib/assertions';
import { EncryptionKey, Observation, Setting } from '../../../../lib';
import { ground, templateOf } from '../../../support/construct';

const base = ground();
base.settings.put(Setting.DATABASE_WRITER, 'db:5432');
base.settings.grantRead(base.identity.role);
new EncryptionKey(base.stack, 'OwnKey', { name: 'webapp' });
new Observation(base.stack, 'Observe', { name: 'webapp', key: base.key, settings: base.settings });
const template = templateOf(base);

test('a setting is a plain parameter under the name of the deployment', () => {
  template.hasResourceProperties('AWS::SSM::Parameter', { Name: '/webapp/config/database/writer', Type: 'String', Value: 'db:5432' });
});

test('the same setting twice is refused by its construct id', () => {
  expect(() => {
    base.settings.put(Setting.DATABASE_WRITER, 'other');
  }).toThrow(/already a Construct with name 'DatabaseWriter'/);
});

test('while settings are held back, one that is there keeps its value, and tells what a runbook switches it to', () => {
  const { settings, ...rest } = ground();
  settings.put(Setting.DATABASE_WRITER, 'old');
  settings.holdBack();
  settings.put(Setting.DATABASE_WRITER, 'new');
  settings.put(Setting.DATABASE_SECRET, 'secret');
  settings.endHoldBack();
  expect(settings.heldBack(Setting.DATABASE_WRITER)).toBe('new');
  expect(() => settings.heldBack(Setting.DATABASE_SECRET)).toThrow(/nothing was held back for the setting database\/secret/);
  const bridge = templateOf({ settings, ...rest });
  bridge.hasResourceProperties('AWS::SSM::Parameter', { Name: '/webapp/config/database/writer', Value: 'old' });
  bridge.hasResourceProperties('AWS::SSM::Parameter', { Name: '/webapp/config/database/secret', Value: 'secret' });
});

test('a role reads its own deployment and no other', () => {
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: Match.objectLike({
      Statement: Match.arrayWith([
        Match.objectLike({
          Action: ['ssm:GetParameter', 'ssm:GetParameters', 'ssm:GetParametersByPath'],
          Resource: { 'Fn::Join': ['', Match.arrayWith([':parameter/webapp/*'])] },
        }),
      ]),
    }),
  });
});

test('the names are public API: this list only ever grows', () => {
  expect(Object.values(Setting)).toEqual([
    ...['database/writer', 'database/readers', 'database/name', 'database/secret'],
    ...['products/writer', 'products/readers', 'products/secret', 'orders/writer', 'orders/readers', 'orders/secret'],
    ...['shards/map', 'region/writer', 'region/founding', 'jobs/queue', 'cache/endpoint', 'cache/secret'],
    ...['sessions/endpoint', 'sessions/secret', 'sessions/table', 'storage/static', 'storage/uploads', 'edge/host', 'server/volume'],
  ]);
});

test('the reference application knows the same names', () => {
  const source = readFileSync(join(__dirname, '../../../../workload/settings.ts'), 'utf8');
  for (const name of Object.values(Setting).filter((setting) => setting !== Setting.DATA_VOLUME && setting !== Setting.STATIC_BUCKET)) {
    expect(source).toContain(`'${name}'`);
  }
});

test('the key turns every year, is kept, and lets CloudWatch Logs of this account use it', () => {
  template.hasResource('AWS::KMS::Key', {
    Properties: {
      EnableKeyRotation: true,
      MultiRegion: Match.absent(),
      KeyPolicy: Match.objectLike({
        Statement: Match.arrayWith([Match.objectLike({ Principal: { Service: 'logs.us-east-1.amazonaws.com' } })]),
      }),
    },
    DeletionPolicy: 'RetainExceptOnCreate',
  });
});

test('logs have an end and the key; the agent is told what to collect by a parameter, not by a new server', () => {
  template.hasResourceProperties('AWS::Logs::LogGroup', {
    LogGroupName: '/webapp/application',
    RetentionInDays: 30,
    KmsKeyId: Match.anyValue(),
  });
  template.hasResourceProperties('AWS::SSM::Parameter', { Name: '/webapp/agent', Value: Match.stringLikeRegexp('mem_used_percent') });
});

test('alarms are encrypted, CloudWatch may publish them, and nobody in the clear', () => {
  template.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue(), DisplayName: 'Alarms of webapp in us-east-1' });
  template.hasResourceProperties('AWS::SNS::TopicPolicy', {
    PolicyDocument: Match.objectLike({
      Statement: Match.arrayWith([
        Match.objectLike({ Effect: 'Deny' }),
        Match.objectLike({ Effect: 'Allow', Principal: { Service: 'cloudwatch.amazonaws.com' } }),
      ]),
    }),
  });
});
