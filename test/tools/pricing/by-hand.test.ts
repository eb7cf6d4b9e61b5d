import { estimate } from '../../../tools/pricing/estimate';
import { usageOf } from '../../../tools/pricing/usage';
import type { Resource } from '../../../tools/shared/template';
import { price, stacksOf } from './stacks';

// Everything here is worked out from the price book and the architecture, with no help of the code under test.
const HOURS = 730;

interface Loose {
  readonly HealthCheckConfig: { readonly Type: string; readonly RequestInterval: number };
  readonly MetricTransformations: readonly unknown[];
  readonly RetentionInDays: number;
  readonly Value: unknown;
}

function all(stage: number, type: string): Loose[] {
  return stacksOf(stage)
    .flatMap(({ template }) => Object.values<Resource>(template.Resources))
    .filter(({ Type }) => Type === type)
    .map(({ Properties = {} }) => Properties as unknown as Loose);
}

/** Alarms, dashboards, metrics and logs: how many there are is another suite's business. */
function watching(stage: number, logGb: number): number {
  const alarms = all(stage, 'AWS::CloudWatch::Alarm').reduce(
    (sum, alarm) => sum + Math.max(1, JSON.stringify(alarm).split('"MetricStat"').length - 1),
    0,
  );
  const checks = all(stage, 'AWS::Route53::HealthCheck');
  const options =
    checks.filter(({ HealthCheckConfig }) => HealthCheckConfig.Type === 'HTTPS').length +
    checks.filter(({ HealthCheckConfig }) => HealthCheckConfig.RequestInterval === 10).length;
  const filters = all(stage, 'AWS::Logs::MetricFilter').reduce((sum, { MetricTransformations }) => sum + MetricTransformations.length, 0);
  const groups = all(stage, 'AWS::Logs::LogGroup');
  const months = groups.reduce((sum, { RetentionInDays }) => sum + RetentionInDays / 30, 0) / groups.length;
  return (
    alarms * price('alarm') +
    all(stage, 'AWS::CloudWatch::CompositeAlarm').length * price('alarm:composite') +
    all(stage, 'AWS::CloudWatch::Dashboard').length * price('dashboard') +
    all(stage, 'AWS::CloudFront::MonitoringSubscription').length * 8 * price('metric') +
    filters * price('metric') +
    checks.length * price('route53:health-check') +
    options * price('route53:option') +
    logGb * price('logs:ingest') +
    logGb * months * price('logs:storage')
  );
}

interface Plugin {
  readonly measurement: readonly string[];
  readonly resources?: readonly string[];
}

/** Metrics that the agent sends from each server: memory, swap, and two disks where it watches them. */
function agentMetrics(stage: number): number {
  const agent = all(stage, 'AWS::SSM::Parameter').find(({ Value }) => String(Value).includes('metrics_collected'))!;
  const { metrics } = JSON.parse(agent.Value as string) as { metrics: { metrics_collected: Record<string, Plugin | undefined> } };
  const { mem, swap, disk, diskio } = metrics.metrics_collected;
  const measured = (plugin?: Plugin): number => plugin?.measurement.length ?? 0;
  return measured(mem) + measured(swap) + measured(disk) * (disk?.resources?.length ?? 0) + measured(diskio);
}

const logBucket = (gb: number): number =>
  gb * price('s3:standard') + gb * 2 * price('s3:infrequent') + ((gb * (730 - 90)) / 30) * price('s3:glacier');

test('stage 1: a server, a disk, an address', () => {
  // 500 users: 2.5 GB out, 5 GB of uploads and 0.05 GB of rows on the disk beside 1 GB of PostgreSQL itself.
  const server =
    HOURS * price('ec2:t4g.medium') + 16 * price('ebs:gp3') + (7 + agentMetrics(1)) * price('metric') + 2.5 * price('transfer:internet');
  const disk = 50 * price('ebs:gp3') + 6.05 * (1 + 0.03 * 13) * price('ebs:snapshot');
  const rest = HOURS * price('ipv4') + 0.025 * price('logs:to-s3') + logBucket(0.075);
  const key = price('kms:key') + (1000 / 10_000) * price('kms:requests');
  const { expected } = estimate(stacksOf(1), usageOf(1));
  expect(expected).toBeCloseTo(server + disk + rest + key + watching(1, 0.05), 6);
});

test('stage 3: a database with a standby, two replicas, a cache, a CDN', () => {
  // 50,000 users: 5 million requests, 250 GB out, 500 GB of uploads, 5 GB in the database.
  const server = HOURS * price('ec2:t4g.medium') + 16 * price('ebs:gp3') + (7 + agentMetrics(3)) * price('metric');
  const disk = 50 * price('ebs:gp3') + 1 * (1 + 0.03 * 13) * price('ebs:snapshot');
  const primary = HOURS * price('rds:db.r6g.large:multi') + 100 * price('rds:gp3:multi');
  const replicas = 2 * (HOURS * price('rds:db.r6g.large:single') + 100 * price('rds:gp3:single'));
  const cache = 2 * HOURS * price('valkey:cache.t4g.medium') + 6 * price('valkey:backup');
  const cdn = 250 * price('cdn:out') + 50 * price('cdn:origin') + (5_000_000 / 10_000) * price('cdn:https');
  const buckets = 1 * price('s3:standard') + 500 * price('s3:standard') + 50 * price('s3:put') + 1000 * price('s3:get') + logBucket(7.5);
  const endpoint = 3 * HOURS * price('endpoint:hour') + 0.5 * price('endpoint:gb');
  const network = HOURS * price('ipv4') + endpoint + 2.5 * price('logs:to-s3') + 2 * 25 * price('transfer:zone');
  const secrets = 4 * price('secret') + price('kms:key') + (100_000 / 10_000) * price('kms:requests');
  const { expected } = estimate(stacksOf(3), usageOf(3));
  expect(expected).toBeCloseTo(server + disk + primary + replicas + cache + cdn + buckets + network + secrets + watching(3, 5), 6);
});

test('stage 5: a fleet, four Aurora clusters, two caches, a queue', () => {
  // A million users: 100 million requests of which the CDN passes on 20 million, 5,000 GB out, 10,000 GB of uploads, 100 GB in four clusters, 3 million jobs.
  const spot = price('ec2-spot:share');
  const type = price('ec2:m7g.large');
  const webServers = 2 + 0.4 * (10 - 2);
  const workers = (3_000_000 * 5 * 1.2) / 3600 / HOURS;
  const web = HOURS * type * (2 + (webServers - 2) * (0.5 + 0.5 * spot));
  const work = HOURS * type * workers * spot;
  const besides = (webServers + workers) * (16 * price('ebs:gp3') + (7 + agentMetrics(5)) * price('metric'));
  const capacity = HOURS * (8 * 0.5 + 12.5) * price('aurora:acu');
  const storage = 100 * price('aurora:storage') + 100 * 0.03 * 14 * price('aurora:backup');
  const requests = ((20_000_000 * 4 + 100_000_000 * 0.2) / 1e6) * price('aurora:io');
  const caches = 2 * (2 * HOURS * price('valkey:cache.t4g.medium') + 6 * price('valkey:backup'));
  const cdn = 5000 * price('cdn:out') + 1000 * price('cdn:origin') + 10_000 * price('cdn:https');
  const buckets =
    1 * price('s3:standard') + 10_000 * price('s3:standard') + 1000 * price('s3:put') + 20_000 * price('s3:get') + logBucket(150);
  const nat = 3 * HOURS * (price('nat:hour') + price('ipv4')) + 200 * price('nat:gb');
  // 6,000 GB pass through it, a fifth of them misses: 1.64 units by bytes, more than by connections.
  const balancer = HOURS * (price('alb:hour') + 3 * price('ipv4')) + 6000 * 0.2 * price('alb:lcu');
  const endpoint = 3 * HOURS * price('endpoint:hour') + 10 * price('endpoint:gb');
  const network = endpoint + 50 * price('logs:to-s3') + 2 * 500 * price('transfer:zone');
  const queue = ((3_000_000 * 3 + workers * HOURS * 180) / 1e6) * price('sqs:requests');
  const secrets = 11 * price('secret') + price('kms:key') + (2_000_000 / 10_000) * price('kms:requests');
  // Target tracking of the workers makes one for each direction.
  const alarms = 2 * price('alarm');
  const { expected } = estimate(stacksOf(5), usageOf(5));
  const sum =
    web + work + besides + capacity + storage + requests + caches + cdn + buckets + nat + balancer + network + queue + secrets + alarms;
  expect(expected).toBeCloseTo(sum + watching(5, 100), 6);
});

test('a firewall is paid by itself, by each of its rules, and by each request, also those that the CDN answers', () => {
  const lines = estimate(stacksOf(3, { waf: 'true' }), usageOf(3)).lines.filter(({ service }) => service === 'Firewall');
  // The limit of an address and four groups of AWS's.
  const firewall = price('waf:acl') + 5 * price('waf:rule') + (usageOf(3).requests / 1e6) * price('waf:requests');
  expect(lines.reduce((sum, { expected }) => sum + expected, 0)).toBeCloseTo(firewall, 6);
  expect(price('waf:acl') + 5 * price('waf:rule')).toBe(10);
});

test.each([
  [{ TargetTrackingConfiguration: { TargetValue: 50 } }, 'AWS::AutoScaling::ScalingPolicy', 2],
  [{ TargetTrackingConfiguration: { TargetValue: 50, DisableScaleIn: true } }, 'AWS::AutoScaling::ScalingPolicy', 1],
  [{ TargetTrackingScalingPolicyConfiguration: { TargetValue: 50 } }, 'AWS::ApplicationAutoScaling::ScalingPolicy', 2],
  [{ PolicyType: 'StepScaling', StepAdjustments: [] }, 'AWS::AutoScaling::ScalingPolicy', 0],
])('a policy %j of %s has %d alarms of its own', (Properties, Type, alarms) => {
  const stack = { name: 'shop', region: 'us-east-1', template: { Resources: { Policy: { Type, Properties } } } };
  const { fixed, notEstimated } = estimate([stack], usageOf(4));
  expect([fixed, notEstimated]).toEqual([expect.closeTo(alarms * price('alarm'), 6), []]);
});
