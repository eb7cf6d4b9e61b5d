import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Name, namesOf } from '../../../tools/check/names';
import { needsOf } from '../../../tools/check/needs';
import { QUOTAS, type Report, reportOf } from '../../../tools/check/report';
import { vcpusOf } from '../../../tools/pricing/machines';
import { synthesizeStage } from '../../../tools/shared/synthesize';
import { resource, stackOf } from '../diff/fixture';
import { called } from '../diff/run';

const home = mkdtempSync(join(tmpdir(), 'check-'));
const check = async (...args: string[]) => called(home, ['check', ...args]);
const json = async (...args: string[]): Promise<Report> => JSON.parse((await check(...args, '-f', 'json')).stdout) as Report;
const amount = ({ quotas }: Report, need: string) => {
  const { name } = QUOTAS.find((quota) => quota.need === need)!;
  const row = quotas.find((one) => one.name === name)!;
  return [row.start, row.most, row.limit, row.fit];
};

test('a stage that fits ends with 0, and says what it takes of the scarce quotas', async () => {
  const report = await json('4');
  expect(report.works).toBe(true);
  expect(amount(report, 'addresses')).toEqual([3, 3, 5, 'tight']);
  expect(amount(report, 'vcpus')).toEqual([4, 12, 5, 'stops growing']);
  expect(amount(report, 'databases')).toEqual([3, 3, 40, 'fits']);
  expect(report.once.map(({ what }) => what)).toEqual(
    expect.arrayContaining(['CDK bootstrap, version 6 or newer', 'AWSServiceRoleForRDS']),
  );
  const { status, stdout } = await check('4');
  expect(status).toBe(0);
  expect(stdout).toContain('vCPUs in us-east-1: 4 at rest, up to 12 when the fleet scales out');
  expect(stdout).toMatch(/it bears about [\d,]+ users a month: [\d,]+ at a time, [\d,]+ requests and \d+ writes a second at the peak/);
  expect(stdout).toContain('What comes to its limit first: writes of the databases.');
  expect(stdout).toContain('--service-code ec2 --quota-code L-1216C47A --desired-value 12');
});

test('the bridge to the fleet takes one address more than the fleet', async () => {
  expect(amount(await json('3-to-4'), 'addresses')).toEqual([4, 4, 5, 'tight']);
});

test('more databases than a region has by default end with 2, and the command that asks for more is there', async () => {
  const { status, stdout } = await check('5', '-c', 'shards=32');
  expect(status).toBe(2);
  expect(stdout).toMatch(/^Stage 5 in us-east-1 can not be deployed/);
  expect(stdout).toMatch(/exceeded +DB instances +68 +68 +40/);
  expect(stdout).toContain('--service-code rds --quota-code L-7B6409FD --desired-value 68');
});

test('a region with a lower default counts by it', async () => {
  expect(amount(await json('5', '-c', 'shards=6', '-c', 'regions=ap-south-1'), 'databases')).toEqual([16, 16, 20, 'tight']);
});

test('what a region lacks is said', async () => {
  const { stdout } = await check('4', '-c', 'regions=ca-west-1', '-f', 'markdown');
  expect(stdout).toContain('no drills are made: region ca-west-1 has no AWS Fault Injection Service');
});

test.each([
  [[], 'a stage is missing: type npx stagecraft check 4, or --template cdk.out\n'],
  [['9'], 'stage 9 does not exist: allowed are 1 to 6, and 3-to-4 for a bridge; type npx stagecraft diff 3 4\n'],
  [['4', '--app', 'true'], 'a stage, --template and --app do not go together: give one of them\n'],
])('%j is refused in one line', async (args, line) => {
  expect(await check(...args)).toEqual({ status: 1, stdout: '', stderr: line });
});

test('servers on Spot, NAT gateways in one zone and rules of a group count by themselves', () => {
  const subnet = (zone: string) => resource('AWS::EC2::Subnet', { AvailabilityZone: zone });
  const nat = (id: string) => resource('AWS::EC2::NatGateway', { SubnetId: { Ref: id } });
  const rule = resource('AWS::EC2::SecurityGroupIngress', { GroupId: { 'Fn::GetAtt': ['Group', 'GroupId'] } });
  const needs = needsOf([
    stackOf({
      ...{ A: subnet('a'), B: subnet('a'), C: subnet('c'), NatA: nat('A'), NatB: nat('B'), NatC: nat('C') },
      ...{ Group: resource('AWS::EC2::SecurityGroup', { SecurityGroupEgress: [{}] }), One: rule, Two: rule },
      Template: resource('AWS::EC2::LaunchTemplate', { LaunchTemplateData: { InstanceType: 'm7g.2xlarge' } }),
      Fleet: resource('AWS::AutoScaling::AutoScalingGroup', {
        ...{ MinSize: '2', MaxSize: '10' },
        MixedInstancesPolicy: {
          InstancesDistribution: { OnDemandBaseCapacity: 2, OnDemandPercentageAboveBaseCapacity: 25 },
          LaunchTemplate: { LaunchTemplateSpecification: { LaunchTemplateId: { Ref: 'Template' } } },
        },
      }),
    }),
  ]);
  expect(needs.get('vcpus')).toEqual({ start: 16, most: 32 });
  expect(needs.get('spotVcpus')).toEqual({ start: 0, most: 48 });
  expect(needs.get('natGateways')).toEqual({ start: 2, most: 2 });
  expect(needs.get('rules')).toEqual({ start: 2, most: 2 });
});

test('what others have already leaves less room', () => {
  const stacks = [stackOf({ Address: resource('AWS::EC2::EIP', {}) })];
  const asked = (used: number) => reportOf('x', stacks, [], (_, need) => (need === 'addresses' ? { limit: 5, used } : {}));
  expect([4, 5].map((used) => asked(used).works)).toEqual([true, false]);
});

test.each([
  ['t4g.nano', 2],
  ['t4g.xlarge', 4],
  ['m7g.medium', 1],
  ['m7g.large', 2],
  ['c7g.xlarge', 4],
  ['r7g.16xlarge', 64],
])('%s has %i vCPUs', (type, count) => {
  expect(vcpusOf(type)).toBe(count);
});

test('every name that a template gives is in the list of names', () => {
  const global = { domain: 'example.com', hostedZoneId: 'Z0123456789ABCDEFGHIJ', regions: 'us-east-1,eu-west-1' };
  const stacks = [1, 2, 3, 4, 5]
    .map((stage) => synthesizeStage({ stage: String(stage) }))
    .concat([synthesizeStage({ stage: '6', ...global })]);
  for (const all of stacks) {
    const known = new Set(namesOf(all).map(({ name }: Name) => name));
    const given = all.flatMap(({ template }) =>
      Object.values(template.Resources).flatMap(({ Type, Properties = {} }) =>
        Object.entries(Properties)
          .filter(([key, value]) => typeof value === 'string' && NAME.test(key) && !NO_NAME.has(`${Type} ${key}`))
          .map(([key, value]) => [`${Type} ${key}`, value as string]),
      ),
    );
    expect(given.filter(([, name]) => !known.has(name))).toEqual([]);
    expect(given.length).toBeGreaterThan(5);
  }
});

/** Properties that CloudFormation calls a name. */
const NAME = /^(?:Name|\w+Name|\w+Identifier|ReplicationGroupId)$/;
/** Properties that look like the resource's own name and are not, or that need not be free. */
const NO_NAME = new Set([
  ...['AWS::SNS::Topic DisplayName', 'AWS::EC2::VPCEndpoint ServiceName', 'AWS::IAM::Policy PolicyName'],
  ...['AWS::RDS::DBInstance CACertificateIdentifier', 'AWS::RDS::DBInstance DBName', 'AWS::RDS::DBCluster DatabaseName'],
  ...['AWS::CloudWatch::Alarm MetricName', 'AWS::Logs::QueryDefinition Name', 'AWS::Route53::RecordSet SetIdentifier'],
  ...[
    'AWS::RDS::DBInstance SourceDBInstanceIdentifier',
    'AWS::RDS::DBInstance MonitoringRoleArn',
    'AWS::CertificateManager::Certificate DomainName',
  ],
  ...['AWS::RDS::DBCluster GlobalClusterIdentifier', 'AWS::RDS::DBInstance DBClusterIdentifier', 'AWS::SSM::Association Name'],
  'AWS::SSM::Association AssociationName',
]);
