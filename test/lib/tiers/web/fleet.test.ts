import { Match } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Fleet, type FleetOptions, LoadBalancer } from '../../../../lib';
import { ground, templateOf } from '../../../support/construct';
import { ofType, resourcesOf } from '../../../support/synth';

function fleet(options: FleetOptions = {}) {
  const base = ground();
  const { stack, vpc, identity, release, logBucket, alarmTopic, publicSubnets, appSubnets } = base;
  const { targetGroup } = new LoadBalancer(stack, 'LoadBalancer', { vpc, subnets: publicSubnets, identity, logBucket });
  new Fleet(stack, 'Fleet', { name: 'webapp', vpc, subnets: appSubnets, identity, release, targetGroup, alarmTopic, ...options });
  return templateOf(base);
}

const template = fleet();
const group = 'AWS::AutoScaling::AutoScalingGroup';

test.each([
  ['GreaterThanThreshold', 70, { PolicyType: 'StepScaling', StepAdjustments: [{ ScalingAdjustment: 1 }] }],
  ['LessThanThreshold', 30, { PolicyType: 'SimpleScaling', ScalingAdjustment: -1, Cooldown: '300' }],
])('CPU %s %i %% changes the fleet by one server', (ComparisonOperator, Threshold, expected) => {
  const [alarm] = Object.values(ofType(resourcesOf(template), 'AWS::CloudWatch::Alarm')).filter(
    ({ Properties }) => Properties.ComparisonOperator === ComparisonOperator,
  );
  expect(alarm.Properties).toMatchObject({ Threshold, MetricName: 'CPUUtilization', Namespace: 'AWS/EC2', EvaluationPeriods: 3 });
  const policy = resourcesOf(template)[alarm.Properties.AlarmActions[0].Ref];
  expect(policy.Properties).toMatchObject({ AdjustmentType: 'ChangeInCapacity', ...expected });
});

test('between the thresholds nothing happens: exactly two policies', () => {
  template.resourceCountIs('AWS::AutoScaling::ScalingPolicy', 2);
});

test('no desired capacity: a deploy must not undo what scaling decided', () => {
  template.hasResourceProperties(group, { DesiredCapacity: Match.absent(), MinSize: '2', MaxSize: '10' });
});

test('no server gets older than two weeks, and its replacement is there before it goes', () => {
  template.hasResourceProperties(group, {
    MaxInstanceLifetime: 14 * 24 * 3600,
    InstanceMaintenancePolicy: { MinHealthyPercentage: 100, MaxHealthyPercentage: 150 },
  });
});

test('a rolling deploy launches before it terminates, so there is no moment below capacity', () => {
  template.hasResource(group, {
    UpdatePolicy: {
      AutoScalingInstanceRefresh: {
        Strategy: 'Rolling',
        Preferences: Match.objectLike({ MinHealthyPercentage: 100, MaxHealthyPercentage: 150 }),
      },
    },
  });
});

test("the load balancer's health check decides, not EC2's alone", () => {
  template.hasResourceProperties(group, { HealthCheckType: 'ELB', HealthCheckGracePeriod: 300, TargetGroupARNs: [Match.anyValue()] });
});

test('a base is on demand, half of the rest is Spot over several types, replaced before it is interrupted', () => {
  template.hasResourceProperties(group, {
    CapacityRebalance: true,
    MixedInstancesPolicy: {
      InstancesDistribution: {
        OnDemandBaseCapacity: 2,
        OnDemandPercentageAboveBaseCapacity: 50,
        SpotAllocationStrategy: 'price-capacity-optimized',
      },
      LaunchTemplate: Match.objectLike({
        Overrides: ['m7g.large', 'm6g.large', 'r7g.large', 'r6g.large'].map((InstanceType) => ({ InstanceType })),
      }),
    },
  });
});

test('IMDSv2 alone, encrypted root volume, image found at launch', () => {
  template.hasResourceProperties('AWS::EC2::LaunchTemplate', {
    LaunchTemplateData: Match.objectLike({
      MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
      BlockDeviceMappings: [Match.objectLike({ Ebs: Match.objectLike({ Encrypted: true, VolumeType: 'gp3' }) })],
      ImageId: Match.stringLikeRegexp('^resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023'),
      KeyName: Match.absent(),
    }),
  });
});

test('a warm pool is a choice, and goes without Spot', () => {
  const warm = fleet({ warmPool: 2 });
  warm.hasResourceProperties('AWS::AutoScaling::WarmPool', { MinSize: 2 });
  warm.hasResourceProperties(group, { MixedInstancesPolicy: Match.absent() });
  expect(() => fleet({ warmPool: 2, spotPercentage: 50 })).toThrow(
    "warmPool 2 can't be combined with spotPercentage 50: leave one of them out",
  );
});

test.each<[FleetOptions, RegExp]>([
  [{ min: 3, max: 2 }, /^fleet of min 3 and max 2 can't be/],
  [{ min: 0 }, /^fleet of min 0 and max 10 can't be/],
  [{ scaleInBelow: 80 }, /^scaleInBelow 80 must be less than 47, or the fleet would swing for ever/],
  [{ spotPercentage: 101 }, /^spotPercentage 101 must be 0 to 100/],
])('%j is refused in one line', (options, line) => {
  expect(() => fleet(options)).toThrow(line);
});

test('the first instance type is the one a plain launch would take', () => {
  fleet({ instanceTypes: [new ec2.InstanceType('c7g.xlarge')] }).hasResourceProperties('AWS::EC2::LaunchTemplate', {
    LaunchTemplateData: Match.objectLike({ InstanceType: 'c7g.xlarge' }),
  });
});
