import { Duration } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { JobQueue, Workers, type WorkersOptions } from '../../../../lib';
import { ground, templateOf } from '../../../support/construct';
import { ofType, resourcesOf } from '../../../support/synth';

function jobs(options: WorkersOptions = {}, jobTimeout = Duration.minutes(5)) {
  const base = ground();
  const { stack, vpc, key, identity, release, alarmTopic, appSubnets } = base;
  const queue = new JobQueue(stack, 'Jobs', { key, jobTimeout });
  queue.grantWork(identity.role);
  const workers = new Workers(stack, 'Workers', {
    name: 'webapp',
    vpc,
    subnets: appSubnets,
    identity,
    release,
    queue,
    alarmTopic,
    ...options,
  });
  return { workers, template: templateOf(base) };
}

const { template, workers } = jobs();

test('a job that fails five times goes to the dead-letter queue, where it waits two weeks', () => {
  template.hasResourceProperties('AWS::SQS::Queue', { RedrivePolicy: { maxReceiveCount: 5, deadLetterTargetArn: Match.anyValue() } });
  template.allResourcesProperties('AWS::SQS::Queue', { MessageRetentionPeriod: 14 * 24 * 3600 });
});

test('long polling, and invisible a minute longer than a worker gives a job, so that no second one starts it', () => {
  template.hasResourceProperties('AWS::SQS::Queue', { ReceiveMessageWaitTimeSeconds: 20, VisibilityTimeout: 360 });
  jobs({}, Duration.minutes(10)).template.hasResourceProperties('AWS::SQS::Queue', { VisibilityTimeout: 660 });
});

test('queues are standard, encrypted, TLS only and retained: accepted jobs wait there', () => {
  for (const { Properties, DeletionPolicy } of Object.values(ofType(resourcesOf(template), 'AWS::SQS::Queue'))) {
    expect(Properties).not.toHaveProperty('FifoQueue');
    expect(Properties.KmsMasterKeyId).toBeDefined();
    expect(DeletionPolicy).toBe('RetainExceptOnCreate');
  }
  template.resourcePropertiesCountIs(
    'AWS::SQS::QueuePolicy',
    {
      PolicyDocument: Match.objectLike({
        Statement: Match.arrayWith([Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })]),
      }),
    },
    2,
  );
});

test('workers follow the backlog per worker: acceptable latency / time of a job; with one or many, none is removed by that', () => {
  expect(workers.backlogPerWorker).toBe(12);
  expect(jobs({ acceptableLatency: Duration.minutes(5), averageJob: Duration.seconds(10) }).workers.backlogPerWorker).toBe(30);
  template.hasResourceProperties('AWS::AutoScaling::ScalingPolicy', {
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingConfiguration: {
      TargetValue: 12,
      DisableScaleIn: true,
      CustomizedMetricSpecification: {
        Metrics: Match.arrayWith([Match.objectLike({ Expression: 'IF(workers > 0, waiting / workers, 0)', ReturnData: true })]),
      },
    },
  });
});

test('all on Spot over several types, zero when there is nothing to do, in private subnets, told to be workers', () => {
  template.hasResourceProperties('AWS::AutoScaling::AutoScalingGroup', {
    MinSize: '0',
    DesiredCapacity: Match.absent(),
    CapacityRebalance: true,
    MixedInstancesPolicy: Match.objectLike({
      InstancesDistribution: {
        OnDemandBaseCapacity: 0,
        OnDemandPercentageAboveBaseCapacity: 0,
        SpotAllocationStrategy: 'price-capacity-optimized',
      },
    }),
    VPCZoneIdentifier: [1, 2, 3].map((zone) => ({ Ref: Match.stringLikeRegexp(`AppSubnet${zone}`) })),
  });
  template.hasResourceProperties('AWS::EC2::LaunchTemplate', {
    LaunchTemplateData: Match.objectLike({
      UserData: { 'Fn::Base64': Match.stringLikeRegexp("export NAME='webapp' ROLE='worker' ENVIRONMENT='JOB_SECONDS=300 TRIES=5'") },
    }),
  });
});

test.each<[WorkersOptions, RegExp]>([
  [{ min: 3, max: 2 }, /^workers of min 3 and max 2 can't be/],
  [{ max: 0 }, /^workers of min 0 and max 0 can't be/],
  [{ acceptableLatency: Duration.seconds(1) }, /^acceptableLatency of 1 s is less than a job of 5 s takes/],
])('%j is refused', (options, line) => {
  expect(() => jobs(options)).toThrow(line);
});
