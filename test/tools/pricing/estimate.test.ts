import { costDelta } from '../../../tools/pricing/delta';
import { estimate, rangeOf } from '../../../tools/pricing/estimate';
import { HOURS } from '../../../tools/pricing/plan';
import { type Level, usageOf } from '../../../tools/pricing/usage';
import { price, stack, stacksOf } from './stacks';

const STAGES = [1, 2, 3, 4, 5, 6];
const LEVELS: Level[] = ['small', 'medium', 'large'];

test.each(STAGES)('stage %i: low, expected and high are in order, and the parts add up', (stage) => {
  for (const level of LEVELS) {
    const { low, expected, high, limit, fixed, usage, lines } = estimate(stacksOf(stage), usageOf(stage, level));
    expect(low).toBeLessThanOrEqual(expected);
    expect(expected).toBeLessThanOrEqual(high);
    expect(high).toBeLessThanOrEqual(limit);
    expect(fixed + usage).toBeCloseTo(expected, 6);
    expect(fixed).toBeLessThanOrEqual(low + 1e-9);
    for (const line of lines) expect([line.low <= line.expected, line.expected <= line.high]).toEqual([true, true]);
  }
});

test.each(STAGES)('stage %i: every type is priced, free or explained, and every price is in the book', (stage) => {
  const { notEstimated } = estimate(stacksOf(stage), usageOf(stage));
  expect(notEstimated.filter(({ why }) => why === 'unknown type' || why.startsWith('no price') || why.startsWith('there is no'))).toEqual(
    [],
  );
});

test('a later stage costs more, fixed and expected', () => {
  const all = STAGES.map((stage) => estimate(stacksOf(stage), usageOf(stage)));
  for (const [index, { expected }] of all.entries()) if (index > 0) expect(expected).toBeGreaterThan(all[index - 1].expected);
});

test.each([2, 3, 4, 5, 6])('the step to stage %i: after is before plus the difference, and the parts add up to it', (stage) => {
  const usage = usageOf(stage, 'small');
  const { before, after, difference, services } = costDelta(stacksOf(stage - 1), stacksOf(stage), usage);
  for (const key of ['low', 'expected', 'high', 'limit'] as const) expect(before[key] + difference[key]).toBeCloseTo(after[key], 6);
  expect(before.expected).toBeCloseTo(estimate(stacksOf(stage - 1), usage).expected, 9);
  const parts = services.reduce((sum, service) => sum + service.after - service.before, 0);
  expect(Math.abs(parts - difference.expected)).toBeLessThan(0.1);
  expect(difference.expected).toBeGreaterThan(0);
});

test('what is unknown is listed by name and never counted', () => {
  const stacks = [
    stack({
      Table: { Type: 'AWS::DynamoDB::Table' },
      Again: { Type: 'AWS::DynamoDB::Table', Metadata: { 'aws:cdk:path': 'hand/Tables/Again/Resource' } },
      Heap: { Type: 'AWS::S3::Bucket' },
      World: { Type: 'AWS::DynamoDB::GlobalTable', Properties: { Replicas: [{ Region: 'us-east-1' }] } },
      Big: { Type: 'AWS::EC2::Instance', Properties: { InstanceType: 'u-24tb1.metal' } },
      Maria: {
        Type: 'AWS::RDS::DBInstance',
        Properties: { Engine: 'mariadb', DBInstanceClass: 'db.r6g.large', StorageType: 'gp3', AllocatedStorage: '20' },
      },
      Role: { Type: 'AWS::IAM::Role' },
      Topic: { Type: 'AWS::SNS::Topic' },
    }),
  ];
  const { notEstimated, lines } = estimate(stacks, usageOf(1));
  expect(notEstimated).toEqual([
    { type: 'AWS::DynamoDB::Table', why: 'unknown type', count: 2, paths: ['Table', 'Tables/Again'] },
    { type: 'AWS::S3::Bucket', why: 'what is in it is not known', count: 1, paths: ['Heap'] },
    { type: 'AWS::DynamoDB::GlobalTable', why: 'what is in it is not known', count: 1, paths: ['World'] },
    { type: 'AWS::EC2::Instance', why: 'no price for ec2:u-24tb1.metal in us-east-1', count: 1, paths: ['Big'] },
    { type: 'AWS::RDS::DBInstance', why: 'no price for rds-mariadb:db.r6g.large:single in us-east-1', count: 1, paths: ['Maria'] },
    { type: 'AWS::SNS::Topic', why: expect.stringContaining('e-mails'), count: 1, paths: ['Topic'] },
  ]);
  expect(lines.some(({ type }) => ['AWS::DynamoDB::Table', 'AWS::IAM::Role', 'AWS::SNS::Topic'].includes(type))).toBe(false);
});

test('a region without a price book is said, and nothing of it is counted', () => {
  const disk = { Type: 'AWS::EC2::Volume', Properties: { VolumeType: 'gp3', Size: 10 } };
  const { notEstimated, expected } = estimate([stack({ Disk: disk }), stack({ Disk: disk }, 'ap-south-1')], usageOf(1));
  expect(expected).toBeCloseTo(10 * price('ebs:gp3'), 9);
  expect(notEstimated).toEqual([{ type: 'everything', why: 'there is no price book of ap-south-1', count: 1, paths: ['Disk'] }]);
});

test('the same stage in another region has other prices', () => {
  const [home, away] = ['us-east-1', 'eu-west-1'].map((regions) => estimate(stacksOf(4, { regions }), usageOf(4)));
  expect(away.regions).toEqual(['eu-west-1']);
  expect(away.expected).toBeGreaterThan(home.expected * 1.02);
  const nat = away.lines.filter((line) => line.price === 'nat:hour');
  expect(rangeOf(nat).expected).toBeCloseTo(3 * 730 * price('nat:hour', 'eu-west-1'), 9);
});

test('stage 6 prices each region by its own book, and the copies of the data', () => {
  const { lines, regions, expected } = estimate(stacksOf(6), usageOf(6));
  expect([...regions].sort()).toEqual(['eu-west-1', 'us-east-1']);
  expect(expected).toBeGreaterThan(1.5 * estimate(stacksOf(5), usageOf(5)).expected);
  const copied = lines.filter((line) => line.price === 'aurora:replicated-write');
  // Two million users write 40 million rows, four requests each, to four clusters, each with one copy.
  expect(rangeOf(copied).expected).toBeCloseTo(160 * price('aurora:replicated-write', 'eu-west-1'), 6);
  const files = lines.filter((line) => line.service === 'Object storage' && line.what === 'storage' && line.part === 'usage');
  // Everything in both regions, and a further region's own half once more.
  expect(files.reduce((sum, { quantity }) => sum + quantity, 0)).toBeCloseTo(2.5 * 20_000, 6);
});

test('reserved prices are for what is always there alone', () => {
  const [now, then] = [false, true].map((reserved) => estimate(stacksOf(4), usageOf(4), { reserved }));
  const saved = now.expected - then.expected;
  const servers = 2 * 730 * price('ec2:m7g.large') * price('reserved:ec2');
  const databases = 730 * (price('rds:db.r6g.large:multi') + 2 * price('rds:db.r6g.large:single')) * price('reserved:rds');
  const caches = 4 * 730 * price('valkey:cache.t4g.medium') * price('reserved:valkey');
  expect(saved).toBeCloseTo(servers + databases + caches, 6);
  expect(then.usage).toBeCloseTo(now.usage, 9);
});

test.each([
  [{ Scheme: 'internet-facing', Subnets: ['a', 'b', 'c'] }, 3],
  [{ Subnets: { Ref: 'Subnets' } }, 2],
  [{ Scheme: 'internal', Subnets: ['a', 'b'] }, 0],
])('a load balancer with %j has %i public addresses', (Properties, count) => {
  const balancer = { Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer', Properties };
  expect(estimate([stack({ Balancer: balancer })], usageOf(4)).fixed).toBeCloseTo(HOURS * (price('alb:hour') + count * price('ipv4')), 6);
});
