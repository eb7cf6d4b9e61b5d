import { Match } from 'aws-cdk-lib/assertions';
import { SingleServer } from '../../../../lib';
import { ground, templateOf } from '../../../support/construct';

const base = ground();
const { stack, vpc, identity, release, key, alarmTopic, publicSubnets } = base;
const server = new SingleServer(stack, 'Server', { name: 'webapp', vpc, subnets: publicSubnets, identity, release, key, alarmTopic });
const template = templateOf(base);

test('it follows the default version of its launch template: no new image, boot script or release replaces it', () => {
  template.hasResourceProperties('AWS::EC2::Instance', {
    LaunchTemplate: { Version: { 'Fn::GetAtt': [Match.anyValue(), 'DefaultVersionNumber'] } },
    ImageId: Match.absent(),
    UserData: Match.absent(),
  });
  expect(JSON.stringify(template.toJSON())).not.toContain('AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>');
});

test('its data volume is encrypted with the given key, outlives the server and has a snapshot a day for two weeks', () => {
  template.hasResource('AWS::EC2::Volume', {
    Properties: { Encrypted: true, KmsKeyId: Match.anyValue(), VolumeType: 'gp3' },
    DeletionPolicy: 'RetainExceptOnCreate',
    UpdateReplacePolicy: 'Retain',
  });
  template.hasResourceProperties('AWS::DLM::LifecyclePolicy', {
    State: 'ENABLED',
    PolicyDetails: Match.objectLike({
      Schedules: [Match.objectLike({ CreateRule: { Interval: 24, IntervalUnit: 'HOURS', Times: ['03:00'] }, RetainRule: { Count: 14 } })],
    }),
  });
});

test('the volume is attached by the boot script: an attachment resource would block a server that takes over', () => {
  template.resourceCountIs('AWS::EC2::VolumeAttachment', 0);
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: Match.objectLike({ Statement: Match.arrayWith([Match.objectLike({ Action: 'ec2:AttachVolume' })]) }),
  });
});

test('the snapshot policy finds the volume by a tag that nothing else has', () => {
  const tag = { Key: 'snapshots', Value: Match.stringLikeRegexp('DataVolume') };
  template.hasResourceProperties('AWS::DLM::LifecyclePolicy', { PolicyDetails: Match.objectLike({ TargetTags: [tag] }) });
  template.resourcePropertiesCountIs('AWS::EC2::Volume', { Tags: Match.arrayWith([tag]) }, 1);
});

test.each([
  ['StatusCheckFailed_System', 'ec2:recover'],
  ['StatusCheckFailed_Instance', 'ec2:reboot'],
])('a failed %s check makes EC2 %s it', (MetricName, action) => {
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName,
    AlarmActions: [`arn:aws:automate:us-east-1:${action}`],
  });
});

test('a release reaches the running server through Session Manager, after its parameter has changed', () => {
  template.hasResource('AWS::SSM::Association', {
    Properties: {
      Name: 'AWS-RunShellScript',
      Targets: [{ Key: 'InstanceIds', Values: [{ Ref: Match.stringLikeRegexp('^ServerInstance') }] }],
      Parameters: { commands: [Match.stringLikeRegexp(`boot release # ${release.version}$`)] },
    },
    DependsOn: Match.arrayWith([Match.stringLikeRegexp('^SettingsRelease')]),
  });
});

test('the server starts after its permissions and the way to the internet exist', () => {
  template.hasResource('AWS::EC2::Instance', {
    DependsOn: Match.arrayWith([Match.stringLikeRegexp('^NetworkVpc.*DefaultRoute'), Match.stringLikeRegexp('^ServersRoleDefaultPolicy')]),
  });
});

test('its public name is built from the Elastic IP, because its own attribute is the name from before the association', () => {
  expect(stack.resolve(server.origin.hostName)).toEqual({
    'Fn::Join': [
      '',
      ['ec2-', { 'Fn::Join': ['-', { 'Fn::Split': ['.', { Ref: expect.stringMatching(/^ServerAddress/) }] }] }, '.compute-1.amazonaws.com'],
    ],
  });
});

test('it is patched every Sunday, and not by a deploy', () => {
  template.hasResourceProperties('AWS::SSM::Association', {
    ScheduleExpression: 'cron(30 4 ? * SUN *)',
    ApplyOnlyAtCronInterval: true,
    Parameters: { commands: [Match.stringLikeRegexp('dnf upgrade -y -q --security --releasever=latest')], executionTimeout: ['7200'] },
  });
});

test('patches that fail ring, and no other association does', () => {
  const [patches] = Object.keys(template.findResources('AWS::SSM::Association', { Properties: { AssociationName: 'webapp-patches' } }));
  template.hasResourceProperties('AWS::Events::Rule', {
    EventPattern: {
      source: ['aws.ssm'],
      'detail-type': ['EC2 State Manager Instance Association State Change'],
      detail: {
        'association-id': [{ 'Fn::GetAtt': [patches, 'AssociationId'] }],
        status: [{ 'anything-but': ['Success', 'Pending', 'InProgress'] }],
      },
    },
    Targets: [Match.objectLike({ Arn: { Ref: Match.stringLikeRegexp('^Alarms') } })],
  });
});
