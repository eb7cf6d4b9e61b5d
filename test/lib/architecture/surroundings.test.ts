import { App, Duration, Stack, Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { Application, type Blueprint, CacheTier, DatabaseTier, NetworkTier, RegionalStack, WebArchitecture, WebTier } from '../../../lib';
import { dataScaling } from '../../../stages/5-data-scaling';
import { privateDatabase } from '../../../stages/2-private-database';
import { singleServer } from '../../../stages/1-single-server';
import { statelessTier } from '../../../stages/4-stateless-tier';
import { FLAGS, emptyApplication } from '../../support/synth';

const app = Application.selfConfigured(emptyApplication());
const newApp = (): App => new App({ context: FLAGS });
const web = (scope: Construct, blueprint: Blueprint, name = 'shop', key?: kms.IKey): WebArchitecture =>
  new WebArchitecture(scope, `Web${scope.node.children.length}`, { name, blueprint, app, key });
const regional = (scope: Construct = newApp(), id = 'Test'): RegionalStack => new RegionalStack(scope, id, { region: 'eu-west-1' });

describe('a stack of a region', () => {
  test('keeps the account of env', () => {
    const stack = new RegionalStack(newApp(), 'Test', { region: 'eu-west-1', env: { account: '111111111111', region: 'eu-west-1' } });
    expect([stack.account, stack.region]).toEqual(['111111111111', 'eu-west-1']);
  });

  test('refuses another region in env', () => {
    expect(() => new RegionalStack(newApp(), 'Test', { region: 'eu-west-1', env: { region: 'us-west-2' } })).toThrow(
      'env.region us-west-2 is not region eu-west-1 of stack Test: leave env.region out',
    );
  });
});

describe('two deployments of one name', () => {
  test('are refused in one region', () => {
    const application = newApp();
    web(regional(application, 'One'), singleServer);
    expect(() => web(regional(application, 'Two'), singleServer)).toThrow('name shop is taken by One/Web0 in the same region');
  });

  test('may be in two stages of a pipeline, and have two names in one stack', () => {
    const application = newApp();
    for (const stage of ['Dev', 'Prod']) web(regional(new Stage(application, stage)), singleServer);
    const stack = regional(application);
    web(stack, singleServer);
    expect(() => web(stack, singleServer, 'office')).not.toThrow();
  });
});

test('a key of another stack is refused in one line', () => {
  const application = newApp();
  const key = new kms.Key(new Stack(application, 'Keys'), 'Key');
  expect(() => web(regional(application), singleServer, 'shop', key)).toThrow('key Keys/Key is of another stack: give kms.Key.fromKeyArn');
});

test('a key whose policy nobody sees is said, with what it must admit', () => {
  const stack = regional();
  const infos = (key: kms.IKey): string[] =>
    web(stack, singleServer, `shop${stack.node.children.length}`, key).node.metadata.map(({ data }) => String(data));
  const imported = kms.Key.fromKeyArn(stack, 'Imported', 'arn:aws:kms:eu-west-1:111111111111:key/1');
  expect(infos(imported).join()).toContain(
    "the policy of key Test/Imported can't be seen from here: it must admit logs.eu-west-1.amazonaws.com (kms:Encrypt*, ",
  );
  expect(infos(new kms.Key(stack, 'Plain')).join()).not.toContain('policy of key');
});

describe('a VPC of the user', () => {
  const isolated = { name: 'Data', subnetType: ec2.SubnetType.PRIVATE_ISOLATED };
  const open = { name: 'Public', subnetType: ec2.SubnetType.PUBLIC };
  const vpc = (stack: Stack, groups: ec2.SubnetConfiguration[]): ec2.Vpc =>
    new ec2.Vpc(stack, 'Mine', { natGateways: 0, subnetConfiguration: groups, restrictDefaultSecurityGroup: false });
  const endpoints = (stack: Stack): number => Object.keys(Template.fromStack(stack).findResources('AWS::EC2::VPCEndpoint')).length;

  test('gets the endpoint that rotation needs, unless it has one', () => {
    const [with_, without] = [regional(), regional()];
    web(with_, { ...privateDatabase, network: NetworkTier.existing(vpc(with_, [open, isolated])) });
    const network = NetworkTier.existing(vpc(without, [open, isolated]), { reachesSecretsManager: true });
    web(without, { ...privateDatabase, network });
    expect([endpoints(with_), endpoints(without)]).toEqual([1, 0]);
  });

  test('without the subnets that a tier needs, or without its range, is refused in one line', () => {
    const stack = regional();
    expect(() => web(stack, { ...privateDatabase, network: NetworkTier.existing(vpc(stack, [open])) })).toThrow(
      'the VPC has no subnets of type Isolated for group Data: give it some, one per zone',
    );
    const other = regional();
    const imported = ec2.Vpc.fromVpcAttributes(other, 'Vpc', {
      vpcId: 'vpc-1',
      availabilityZones: ['eu-west-1a'],
      publicSubnetIds: ['s-1'],
    });
    expect(() => web(other, { ...singleServer, network: NetworkTier.existing(imported) })).toThrow('the VPC has no vpcCidrBlock');
  });
});

describe('what AWS would refuse is refused in one line', () => {
  const type = (text: string): ec2.InstanceType => new ec2.InstanceType(text);
  test.each<[string, Blueprint, string]>([
    ['an x86 server', { ...singleServer, web: WebTier.singleServer({ instanceType: type('t3.large') }) }, 'size=t3.large is not an arm64'],
    ['an x86 fleet', { ...statelessTier, web: WebTier.fleet({ instanceTypes: [type('m7g.large'), type('m7i.large')] }) }, 'size=m7i.large'],
    ['a fleet of nothing', { ...statelessTier, web: WebTier.fleet({ instanceTypes: [] }) }, 'instanceTypes is empty'],
    [
      'a small disk',
      { ...privateDatabase, database: DatabaseTier.instance({ allocatedStorage: 5 }) },
      'allocatedStorage 5 is not possible',
    ],
    [
      'long backups',
      { ...privateDatabase, database: DatabaseTier.instance({ backupRetention: Duration.days(50) }) },
      'backupRetention of 50 days',
    ],
    [
      'no backups',
      { ...privateDatabase, database: DatabaseTier.instance({ backupRetention: Duration.days(0) }) },
      'backupRetention of 0 days',
    ],
    [
      'half a day',
      { ...privateDatabase, database: DatabaseTier.instance({ backupRetention: Duration.hours(36) }) },
      'backupRetention of 1.5 days',
    ],
    [
      'no such class',
      { ...privateDatabase, database: DatabaseTier.instance({ instanceType: type('r6g.huge') }) },
      'r6g.huge is not a size that r6g has',
    ],
    [
      'no such node',
      { ...privateDatabase, cache: CacheTier.valkey({ nodeType: 'cache.t4g.huge' }) },
      't4g.huge is not a size that t4g has',
    ],
    ['an old engine', { ...privateDatabase, database: DatabaseTier.instance({ engineVersion: '15' }) }, 'engineVersion 15 is not possible'],
    ['half a version', { ...dataScaling, database: DatabaseTier.sharded({ engineVersion: '17' }) }, 'engineVersion 17 is not possible'],
    [
      'long backups of a cluster',
      { ...dataScaling, database: DatabaseTier.sharded({ cluster: { backupRetention: Duration.days(36) } }) },
      'backupRetention of 36 days',
    ],
  ])('%s', (_, blueprint, line) => {
    expect(() => web(regional(), blueprint)).toThrow(line);
  });
});

test('types may carry the prefix of their service or not', () => {
  const stack = regional();
  web(stack, {
    ...privateDatabase,
    database: DatabaseTier.instance({ instanceType: new ec2.InstanceType('db.t4g.medium'), engineVersion: '17.6' }),
    cache: CacheTier.valkey({ nodeType: 't4g.small' }),
  });
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::RDS::DBInstance', { DBInstanceClass: 'db.t4g.medium', EngineVersion: '17.6' });
  template.hasResourceProperties('AWS::ElastiCache::ReplicationGroup', { CacheNodeType: 'cache.t4g.small' });
});
