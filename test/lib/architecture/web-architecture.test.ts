import { App, Stack, Stage, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as route53 from 'aws-cdk-lib/aws-route53';
import {
  Application,
  type Blueprint,
  CacheTier,
  DatabaseTier,
  EdgeTier,
  NetworkTier,
  RegionalStack,
  SessionStore,
  WebArchitecture,
  type WebArchitectureProps,
  WebTier,
} from '../../../lib';
import { stages } from '../../../stages';
import { FLAGS, emptyApplication, ofType, resourcesOf } from '../../support/synth';

const app = Application.selfConfigured(emptyApplication());
const { privateDatabase, readPath, singleServer, statelessTier } = stages;
const ALL = { singleServer, privateDatabase, readPath, statelessTier };

/** Makes the one warning of a brought key quiet: its policy is its owner's business. */
function acknowledged(stack: Stack): Stack {
  Validations.of(stack).acknowledge({ id: 'Annotation::@aws-cdk/aws-cloudfront-origins:updateImportedKeyPolicyOac', reason: 'known here' });
  return stack;
}

function build(
  blueprint: Blueprint,
  context: Record<string, unknown> = FLAGS,
  props: (stack: Stack) => Partial<WebArchitectureProps> = () => ({}),
) {
  const stack = new RegionalStack(new App({ context }), 'Test', { region: 'us-east-1' });
  const architecture = new WebArchitecture(stack, 'Architecture', { name: 'webapp', blueprint, app, ...props(stack) });
  return { stack, architecture };
}

function stackWith(...parameters: Parameters<typeof build>) {
  const built = build(...parameters);
  return { ...built, resources: resourcesOf(Template.fromStack(built.stack)) };
}

test.each(Object.entries(ALL))('%s can be made twice in one stack, all of it under its own scope', (_, blueprint) => {
  const stack = new RegionalStack(new App({ context: FLAGS }), 'Test', { region: 'us-east-1' });
  for (const name of ['one', 'two']) new WebArchitecture(stack, name, { name, blueprint, app });
  // The CDK's own function that closes default security groups is one for the stack.
  const owned = (resources: Record<string, unknown>): string[] => Object.keys(resources).filter((key) => !key.startsWith('CustomVpc'));
  const once = owned(stackWith(blueprint).resources).length;
  expect(owned(resourcesOf(Template.fromStack(stack)))).toHaveLength(2 * once);
});

test.each(Object.entries(ALL))('%s keeps its logical ids and its protection in an app without feature flags', (_, blueprint) => {
  const without = stackWith(blueprint, {}).resources;
  const stateful = ['AWS::RDS::DBInstance', 'AWS::EC2::Volume', 'AWS::KMS::Key', 'AWS::S3::Bucket', 'AWS::ElastiCache::ReplicationGroup'];
  const withFlags = stackWith(blueprint).resources;
  for (const type of stateful) {
    expect(Object.entries(ofType(without, type)).map(([id, { DeletionPolicy }]) => [id, DeletionPolicy])).toEqual(
      Object.entries(ofType(withFlags, type)).map(([id, { DeletionPolicy }]) => [id, DeletionPolicy]),
    );
  }
  const functions = (resources: typeof without): string[] => Object.keys(ofType(resources, 'AWS::Lambda::Function'));
  expect(functions(without)).toEqual(functions(withFlags));
  expect(functions(without).at(-1)).toMatch(/^CustomVpcRestrictDefaultSG/);
});

test("a stack of the user's own, without account, region or zones of its own, is told what is missing", () => {
  const stack = new Stack(new App(), 'Mine');
  expect(() => new WebArchitecture(stack, 'Web', { name: 'shop', blueprint: singleServer, app })).toThrow(
    /use RegionalStack, or bring a vpc/,
  );
});

test('it works inside a cdk.Stage, as pipelines use it', () => {
  const stage = new Stage(new App({ context: FLAGS }), 'Production');
  const stack = new RegionalStack(stage, 'Shop', { region: 'eu-west-1' });
  new WebArchitecture(stack, 'Web', { name: 'shop', blueprint: statelessTier, app });
  expect(() => Template.fromStack(stack)).not.toThrow();
});

test('a vpc, a key and a hosted zone can be brought', () => {
  const brought = stackWith(readPath, FLAGS, (stack) => ({
    blueprint: {
      ...readPath,
      network: NetworkTier.existing(
        ec2.Vpc.fromVpcAttributes(stack, 'Mine', {
          vpcId: 'vpc-0a1b2c3d',
          vpcCidrBlock: '10.9.0.0/16',
          availabilityZones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
          publicSubnetIds: ['subnet-0a1b2c3a', 'subnet-0a1b2c3b', 'subnet-0a1b2c3c'],
          publicSubnetRouteTableIds: ['rtb-1', 'rtb-1', 'rtb-1'],
          isolatedSubnetIds: ['subnet-0a1b2c3d', 'subnet-0a1b2c3e', 'subnet-0a1b2c3f'],
          isolatedSubnetRouteTableIds: ['rtb-2', 'rtb-2', 'rtb-2'],
        }),
      ),
    },
    key: kms.Key.fromKeyArn(acknowledged(stack), 'MyKey', 'arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-0a1b-4c2d-8e3f-0a1b2c3d4e5f'),
  }));
  for (const type of ['AWS::EC2::VPC', 'AWS::EC2::Subnet', 'AWS::KMS::Key']) expect(ofType(brought.resources, type)).toEqual({});
  expect(Object.values(ofType(brought.resources, 'AWS::RDS::DBInstance'))[0].Properties.KmsKeyId).toBe(
    'arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-0a1b-4c2d-8e3f-0a1b2c3d4e5f',
  );
});

test("a blueprint of one's own: a cache before a CDN", () => {
  const { resources, architecture } = stackWith({ ...privateDatabase, cache: CacheTier.valkey() });
  expect(Object.keys(ofType(resources, 'AWS::ElastiCache::ReplicationGroup'))).toHaveLength(1);
  expect(architecture.edge.cdn).toBeUndefined();
});

test("a blueprint of one's own: a fleet without replicas", () => {
  const { architecture } = stackWith({ ...statelessTier, database: DatabaseTier.instance() });
  expect(architecture.database?.replicas).toEqual([]);
  expect(architecture.web.fleet).toBeDefined();
});

test.each<[string, Partial<Blueprint>, RegExp]>([
  ['a database on a server that is one of many', { database: DatabaseTier.onServer() }, /^a fleet has no data volume/],
  ['sessions in the memory of one of many', { sessions: SessionStore.onServer() }, /^a fleet of stateless servers needs shared sessions/],
  ['uploads on the disk of one of many', { edge: EdgeTier.direct() }, /^a fleet keeps no uploads on its servers/],
  [
    'a network without the groups that its tiers need',
    { network: singleServer.network },
    /^subnet group Data is not in this network \(Public\)/,
  ],
])('%s is refused', (_, contradiction, line) => {
  expect(() => stackWith({ ...statelessTier, ...contradiction })).toThrow(line);
});

test('a CDN with a domain but no certificate is refused with the remedy', () => {
  const withDomain = () =>
    stackWith(readPath, FLAGS, (stack) => ({
      domain: {
        domainName: 'example.com',
        hostedZone: route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', { zoneName: 'example.com', hostedZoneId: 'Z1' }),
      },
    }));
  expect(withDomain).toThrow('domain example.com has no certificate: CloudFront needs one in us-east-1, give it as domain.certificate');
});

test.each(['', 'a', 'Web', 'web--app', 'web-', '1web', 'a-name-that-is-too-long-for-buckets'])('the name %j is refused', (name) => {
  expect(() => stackWith(singleServer, FLAGS, () => ({ name }))).toThrow(/^name=.* is not possible: type 2 to 20 lower-case letters/);
});

test('an application without a start script is refused', () => {
  expect(() => stackWith(singleServer, FLAGS, () => ({ app: Application.at(__dirname) }))).toThrow(/has no file named start/);
});

test('every tier is reachable through typed fields, down to the L1', () => {
  const { architecture, stack } = build(statelessTier);
  architecture.database?.instance.node.addMetadata('mine', 'reached');
  new kms.Alias(stack, 'Alias', { aliasName: 'alias/mine', targetKey: architecture.key });
  architecture.network.vpc.addGatewayEndpoint('DynamoDb', { service: ec2.GatewayVpcEndpointAwsService.DYNAMODB });
  architecture.cache?.group.addPropertyOverride('CacheNodeType', 'cache.r7g.large');
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::KMS::Alias', { AliasName: 'alias/mine' });
  template.hasResourceProperties('AWS::ElastiCache::ReplicationGroup', { CacheNodeType: 'cache.r7g.large' });
});

test('a single server takes an instance type, a fleet takes it with its siblings of the same size', () => {
  const type = new ec2.InstanceType('c7g.xlarge');
  const { resources } = stackWith({ ...statelessTier, web: WebTier.fleet().withInstanceType(type) });
  const [group] = Object.values(ofType(resources, 'AWS::AutoScaling::AutoScalingGroup'));
  const overrides = group.Properties.MixedInstancesPolicy.LaunchTemplate.Overrides as { InstanceType: string }[];
  expect(overrides.map(({ InstanceType }) => InstanceType)).toEqual(['c7g.xlarge', 'm7g.xlarge', 'm6g.xlarge', 'r7g.xlarge', 'r6g.xlarge']);
});
