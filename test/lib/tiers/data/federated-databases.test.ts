import { type RemovalPolicy, Stage } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import { type AuroraClusterOptions, FederatedDatabases, ShardMap } from '../../../../lib';
import { ground } from '../../../support/construct';
import { type Resource, ofType, resourcesOf } from '../../../support/synth';

function federated(shards: number, options: { cluster?: AuroraClusterOptions; removalPolicy?: RemovalPolicy } = {}) {
  const { stack, vpc, dataSubnets, key, identity } = ground();
  const databases = new FederatedDatabases(stack, 'Databases', {
    ...{ name: 'webapp', vpc, subnets: dataSubnets, key, shardMap: ShardMap.range(shards) },
    ...options,
  });
  databases.admit(identity);
  Stage.of(stack)?.synth();
  return {
    databases,
    template: Template.fromStack(stack),
    shardTemplates: databases.shardStacks.map((shardStack) => Template.fromStack(shardStack)),
  };
}

const two = federated(2);
const { template } = two;
const resources = resourcesOf(template);

/** Instances of each cluster by its logical id. */
function instances(all: Readonly<Record<string, Resource>>): Record<string, Resource[]> {
  const byCluster: Partial<Record<string, Resource[]>> = {};
  for (const instance of Object.values(ofType(all, 'AWS::RDS::DBInstance')))
    (byCluster[instance.Properties.DBClusterIdentifier.Ref] ??= []).push(instance);
  return byCluster as Record<string, Resource[]>;
}

test('databases by function: products, orders, and users over shards, each a cluster named after region and function', () => {
  const names = Object.values(ofType(resources, 'AWS::RDS::DBCluster')).map(({ Properties }) => Properties.DBClusterIdentifier);
  expect(names).toEqual(['webapp-products-us-east-1', 'webapp-orders-us-east-1', 'webapp-users-0-us-east-1', 'webapp-users-1-us-east-1']);
});

test('every cluster has its own reader in another zone than its writer', () => {
  const clusters = instances(resources);
  expect(Object.keys(clusters)).toHaveLength(4);
  for (const members of Object.values(clusters)) expect(new Set(members.map(({ Properties }) => Properties.AvailabilityZone)).size).toBe(2);
});

test('writers are spread over the zones', () => {
  const writers = Object.entries(ofType(resources, 'AWS::RDS::DBInstance')).filter(([id]) => id.includes('Writer'));
  expect(new Set(writers.map(([, { Properties }]) => Properties.AvailabilityZone)).size).toBeGreaterThan(1);
});

test('everything that a global database or a replacement would trip over is final: key, port, literal user, names, engine', () => {
  for (const { Properties } of Object.values(ofType(resources, 'AWS::RDS::DBCluster'))) {
    expect(Properties).toMatchObject({
      ...{ StorageEncrypted: true, Port: 5432, MasterUsername: 'stagecraft', Engine: 'aurora-postgresql', DatabaseName: 'app' },
      ...{ KmsKeyId: expect.anything(), DeletionProtection: true, BackupRetentionPeriod: 14 },
    });
    expect(Properties).not.toHaveProperty('GlobalClusterIdentifier');
    expect(Properties).not.toHaveProperty('ManageMasterUserPassword');
  }
});

test('clusters and what serves them are retained', () => {
  for (const type of ['AWS::RDS::DBCluster', 'AWS::RDS::DBInstance', 'AWS::RDS::DBSubnetGroup', 'AWS::SecretsManager::Secret']) {
    for (const { DeletionPolicy, UpdateReplacePolicy } of Object.values(ofType(resources, type))) {
      expect([DeletionPolicy, UpdateReplacePolicy]).toEqual(['RetainExceptOnCreate', 'Retain']);
    }
  }
});

test('Serverless v2 with a visible least and most; provisioned is a choice', () => {
  template.hasResourceProperties('AWS::RDS::DBCluster', { ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 16 } });
  const provisioned = federated(1, { cluster: { instanceType: new ec2.InstanceType('r6g.large') } }).template;
  provisioned.allResourcesProperties('AWS::RDS::DBInstance', { DBInstanceClass: 'db.r6g.large' });
});

test.each<[AuroraClusterOptions, string]>([
  [
    { minCapacity: 8, maxCapacity: 4 },
    'capacity of 8 to 4 is not possible: allowed are 0 to 256 capacity units in steps of a half, up to one or more',
  ],
  [{ maxReaders: 16 }, 'maxReaders 16 is not possible: Aurora allows 1 to 15'],
  [
    { instanceType: new ec2.InstanceType('t4g.medium') },
    'instance type t4g.medium is not memory-optimized: a global database takes r and x classes alone',
  ],
])('%j is refused', (cluster, line) => {
  expect(() => federated(1, { cluster })).toThrow(line);
});

test('readers scale on their CPU when more than one is allowed', () => {
  template.resourceCountIs('AWS::ApplicationAutoScaling::ScalableTarget', 0);
  const scaling = federated(1, { cluster: { maxReaders: 5 } }).template;
  scaling.resourceCountIs('AWS::ApplicationAutoScaling::ScalableTarget', 3);
  scaling.hasResourceProperties('AWS::ApplicationAutoScaling::ScalableTarget', {
    ResourceId: 'cluster:webapp-users-0-us-east-1',
    ScalableDimension: 'rds:cluster:ReadReplicaCount',
    MaxCapacity: 5,
  });
});

test('where a shard is stands in a parameter of its own, read when its first user comes', () => {
  template.hasResourceProperties('AWS::SSM::Parameter', {
    Name: '/webapp/shards/1',
    Value: { 'Fn::Join': ['', Match.arrayWith(['{"writer":"'])] },
  });
});

test('one shard more changes nothing in what exists', () => {
  const three = resourcesOf(federated(3).template);
  expect(three).toEqual(expect.objectContaining(resources));
});

test('shards beyond the eighth live in numbered stacks, each where its number says', () => {
  const many = federated(100);
  expect(many.databases.shardStacks.map(({ stackName }) => stackName)).toEqual(['Test-shards-1', 'Test-shards-2', 'Test-shards-3']);
  const clusters = many.shardTemplates.map(
    (shardTemplate) => Object.keys(ofType(resourcesOf(shardTemplate), 'AWS::RDS::DBCluster')).length,
  );
  expect(clusters).toEqual([32, 32, 28]);
  const more = federated(101);
  expect(resourcesOf(more.shardTemplates[2])).toEqual(expect.objectContaining(resourcesOf(many.shardTemplates[2])));
  expect(resourcesOf(more.shardTemplates[0])).toEqual(resourcesOf(many.shardTemplates[0]));
});

test('shard stacks read the stack of the region, never the other way, and without exports', () => {
  const { databases, shardTemplates, template: home } = federated(17);
  expect(databases.shardStacks[0].dependencies.map(({ stackName }) => stackName)).toEqual(['Test']);
  expect(JSON.stringify(home.toJSON())).not.toMatch(/GetStackOutput|Fn::ImportValue|"Export"/);
  expect(JSON.stringify(shardTemplates[0].toJSON())).toMatch(/Fn::GetStackOutput/);
});

/** All stacks but the first are alike, so a few stand for all; CI makes all. */
const most = process.env.CI === 'true' ? 1024 : 136;

test(`${most} shards: every stack under 480 resources and under 1 MB`, () => {
  const { template: home, shardTemplates } = federated(most);
  expect(shardTemplates).toHaveLength(Math.ceil((most - 8) / 32));
  for (const one of [home, ...shardTemplates]) {
    expect(Object.keys(resourcesOf(one)).length).toBeLessThan(480);
    expect(JSON.stringify(one.toJSON(), undefined, 1).length).toBeLessThan(1_000_000);
  }
});

test('servers read the secrets of these databases by name, and no others', () => {
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: Match.objectLike({
      Statement: Match.arrayWith([
        Match.objectLike({
          Action: 'secretsmanager:GetSecretValue',
          Resource: ['orders', 'products', 'users/?*'].map((role) => ({
            'Fn::Join': ['', Match.arrayWith([`:secret:webapp/${role}-??????`])],
          })),
        }),
      ]),
    }),
  });
});

test('the secrets of many shards add no more to the policy of their key than those of one', () => {
  const added = jest.spyOn(kms.Key.prototype, 'addToResourcePolicy');
  const statements = [1, 20].map((shards) => {
    added.mockClear();
    federated(shards);
    return added.mock.calls.length;
  });
  added.mockRestore();
  expect(statements[1]).toBe(statements[0]);
  expect(statements[0]).toBeGreaterThan(0);
});
