import { App } from 'aws-cdk-lib';
import { DatabaseTier, Nat, NetworkTier, Profile, RegionalStack, Sizing, SubnetGroup, WebArchitecture } from '../../lib';
import * as stages from '../../stages/stages';
import { DOMAIN } from '../support/context';
import { deployed } from '../support/deployed';
import { emptyApplication } from '../support/synth';
import { Application } from '../../lib';
import { STAGES } from './climb-contexts';

const context = (stage: number, profile: string): Record<string, unknown> => ({
  ...{ stage, profile },
  ...(stage === 6 && { ...DOMAIN, regions: 'us-east-1,eu-west-1' }),
});
const resources = (of: Record<string, unknown>): string => JSON.stringify(deployed(of).map(({ template }) => template.Resources));

test.each(STAGES)('stage %i: production is what a deployment without a profile gets', (stage) => {
  const plain = Object.fromEntries(Object.entries(context(stage, '')).filter(([key]) => key !== 'profile'));
  expect(resources(context(stage, 'production')) === resources(plain)).toBe(true);
});

test('a key beside a profile wins, in whatever order', () => {
  const lesson = resources({ stage: 2, profile: 'lesson', databaseClass: 'r7g.large', standby: 'true', disposable: 'false' });
  expect(lesson.includes('"DBInstanceClass":"db.r7g.large"')).toBe(true);
  expect(lesson.includes('"MultiAZ":true')).toBe(true);
  expect(lesson.includes('"DeletionProtection":true')).toBe(true);
  expect(resources({ stage: 2, profile: 'lesson' }).includes('"DeletionProtection":false')).toBe(true);
});

test('a blueprint of one’s own takes a profile and sizes, and says what it has no use for', () => {
  const shop = { ...stages.statelessTier, database: DatabaseTier.instance({ allocatedStorage: 300 }) };
  const { blueprint, unused } = Sizing.of(Profile.LESSON.apply(shop), { nat: Nat.gateways(2), capacity: { maxCapacity: 4 }, disk: 9 });
  expect(unused).toEqual(['disk', 'capacity']);
  const stack = new RegionalStack(new App(), 'Shop', { region: 'us-east-1' });
  const web = new WebArchitecture(stack, 'Web', {
    ...{ name: 'shop', blueprint, app: Application.at(emptyApplication()), removalPolicy: Profile.LESSON.removalPolicy },
  });
  expect(web.alarms).toBeUndefined();
  expect(web.dashboard).toBeUndefined();
  expect(web.database?.hasStandby).toBe(false);
  expect(web.drills?.drills.map(({ title }) => title)).not.toContain('fail-over-database');
});

test('a NAT instance is reached by the VPC alone, and no deploy replaces it for a newer image', () => {
  const [{ template }] = deployed({ stage: 4, nat: 'instance' });
  const [instance] = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::EC2::Instance');
  expect(instance.Properties).toMatchObject({ SourceDestCheck: false, NetworkInterfaces: [{ AssociatePublicIpAddress: true }] });
  expect(instance.Properties).not.toHaveProperty('ImageId');
  const routes = Object.values(template.Resources).filter(({ Type, Properties }) => Type === 'AWS::EC2::Route' && Properties?.InstanceId);
  expect(routes).toHaveLength(3);
  expect(JSON.stringify(template).includes('AWS::EC2::NatGateway')).toBe(false);
  const open = JSON.stringify(
    Object.values(template.Resources)
      .filter(({ Type }) => Type === 'AWS::EC2::SecurityGroup')
      .map(({ Properties }) => Properties?.SecurityGroupIngress),
  );
  expect(open.includes('"CidrIp":"10.0.0.0/16","Description":"Servers that go out"')).toBe(true);
});

test('Aurora that may pause follows no rows, and in several regions it never pauses', () => {
  const one = resources(context(5, 'lesson'));
  expect(/"MinCapacity":0[,}]/.test(one)).toBe(true);
  expect(one.includes('"rds.logical_replication":"0"')).toBe(true);
  expect(one.includes('ArchitectureDatabasesOrdersClusterReader')).toBe(false);
  const two = resources(context(6, 'lesson'));
  expect(/"MinCapacity":0[,}]/.test(two)).toBe(false);
  expect(two.includes('"rds.logical_replication":"1"')).toBe(true);
});

test('two ways of saying the same, and impossible zones, are refused in one line', () => {
  const stack = (): RegionalStack => new RegionalStack(new App(), 'Other', { region: 'us-east-1' });
  const groups = [SubnetGroup.PUBLIC, SubnetGroup.APP, SubnetGroup.DATA];
  expect(() => NetworkTier.vpc({ groups, natGateways: 1, nat: Nat.instance() }).bind(stack())).toThrow('nat and natGateways say the same');
  expect(() => NetworkTier.vpc({ groups, endpointZones: 4 }).bind(stack())).toThrow("endpointZones 4 can't be: allowed 1 to 3");
  expect(() => Nat.gateways(4)).toThrow("natGateways 4 can't be: allowed 1 to 3");
});

test.each([
  [{ stage: 2, databaseClass: 't4g.16xlarge' }, /^instance type t4g.16xlarge is not a size that t4g has: the nearest is/],
  [{ stage: 3, cacheNode: 't4g.2xlarge' }, /^instance type t4g.2xlarge is not a size that t4g has: the nearest is/],
  [{ stage: 5, capacity: 't4g.large' }, /^instance type t4g.large is not memory-optimized/],
])('%j is refused in one line, with what the region has', (raw, line) => {
  expect(() => deployed(raw)).toThrow(line);
});
