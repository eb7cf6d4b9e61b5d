import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Application, Bridge, DatabaseTier, RegionalStack, WebArchitecture } from '../../lib';
import { parseContext } from '../../stages/context';
import { chooseBlueprint } from '../../stages/tune';
import { compareStacks } from '../../tools/changes/compare';
import { deployed } from '../support/deployed';
import { DOMAIN, FLAGS, ofType, type Resource, resourcesOf, synthesize } from '../support/synth';

const app = join(__dirname, '../../examples/express');
const REGIONS = { ...DOMAIN, regions: 'us-east-1,eu-west-1' };
const one = synthesize({ stage: 5, app });
const two = synthesize({ stage: 6, app, ...REGIONS });
const there = resourcesOf(Template.fromStack(two.further[0].stack));

const settings = (resources: Readonly<Record<string, Resource>>): Record<string, unknown> =>
  Object.fromEntries(Object.values(ofType(resources, 'AWS::SSM::Parameter')).map(({ Properties }) => [Properties.Name, Properties.Value]));
const text = (value: unknown): string => JSON.stringify(value);

test('an ordinary application has one Aurora cluster with a reader in another zone, and finds it where it found its database', () => {
  const clusters = Object.values(ofType(one.resources, 'AWS::RDS::DBCluster'));
  expect(clusters.map(({ Properties }) => Properties.DBClusterIdentifier)).toEqual(['webapp-core-us-east-1']);
  const zones = Object.values(ofType(one.resources, 'AWS::RDS::DBInstance')).map(({ Properties }) => Properties.AvailabilityZone);
  expect([zones.length, new Set(zones).size]).toEqual([2, 2]);
  const found = settings(one.resources);
  expect(text(found['/webapp/config/database/writer'])).toContain('Endpoint.Address');
  expect(text(found['/webapp/config/database/readers'])).toContain('ReadEndpoint.Address');
  expect(found).toMatchObject({ '/webapp/config/database/name': 'app', '/webapp/config/database/secret': expect.anything() });
  expect(Object.keys(found).filter((name) => /shards|products|orders|region/.test(name))).toEqual([]);
});

test('-c replicas says how many readers there are, spread over three zones; the third stays the third', () => {
  const many = synthesize({ stage: 5, app, replicas: 3 }).resources;
  const members = Object.entries(ofType(many, 'AWS::RDS::DBInstance'));
  expect(members).toHaveLength(4);
  expect(new Set(members.map(([, { Properties }]) => Properties.AvailabilityZone)).size).toBe(3);
  for (const [id, member] of Object.entries(ofType(one.resources, 'AWS::RDS::DBInstance'))) expect(many[id]).toEqual(member);
  const alone = ofType(synthesize({ stage: 5, app, database: 'cluster', standby: 'false' }).resources, 'AWS::RDS::DBInstance');
  expect(Object.keys(alone)).toHaveLength(1);
});

test('web servers and workers read the secret of the cluster by name, and no others', () => {
  const secrets = Object.entries(ofType(one.resources, 'AWS::IAM::Policy'))
    .filter(([id]) => /(Servers|WorkerIdentity)Role/.test(id))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement as { Action: unknown; Resource: unknown }[])
    .filter(({ Action, Resource }) => Action === 'secretsmanager:GetSecretValue' && text(Resource).includes('webapp/'))
    .map(({ Resource }) => text(Resource));
  expect(secrets).toHaveLength(2);
  for (const secret of secrets) expect(secret).toContain(':secret:webapp/core-??????');
});

test('it can fail over as a drill, is in a vault, and is watched by its own bottleneck', () => {
  expect(one.architecture.drills?.drills.map(({ title }) => title)).toEqual(
    expect.arrayContaining(['fail-over-database', 'lose-zone', 'kill-server']),
  );
  expect(one.architecture.graduation!.bottleneck.anchor).toBe('one-writer');
  expect(text(Object.values(ofType(one.resources, 'AWS::FIS::ExperimentTemplate')))).toContain('aws:rds:failover-db-cluster');
});

test('at stage 6 it founds a global database, and the further region has a copy that knows where writes go', () => {
  expect(
    Object.values(ofType(two.resources, 'AWS::RDS::GlobalCluster')).map(({ Properties }) => Properties.GlobalClusterIdentifier),
  ).toEqual(['webapp-core']);
  const [copy] = Object.values(ofType(there, 'AWS::RDS::DBCluster'));
  expect(copy.Properties).toMatchObject({ GlobalClusterIdentifier: 'webapp-core', EnableGlobalWriteForwarding: true });
  expect(settings(there)).toMatchObject({
    '/webapp/config/region/founding': 'us-east-1',
    '/webapp/config/database/secret': 'webapp/core',
  });
  expect(
    Object.values(ofType(there, 'AWS::CloudWatch::Alarm')).filter((alarm) => text(alarm).includes('AuroraGlobalDBReplicationLag')),
  ).toHaveLength(1);
  expect(two.further[0].architecture.drills?.drills.map(({ title }) => title)).not.toContain('fail-over-database');
});

test('the failover document moves it, and may', () => {
  const [document] = Object.values(ofType(there, 'AWS::SSM::Document')).filter(({ Properties }) => Properties.Name === 'webapp-failover');
  const pattern = /"\(([^)"]+)\)\$"/.exec(text(document))![1];
  expect(pattern.split('|')).toContain('core');
  expect(text(ofType(there, 'AWS::IAM::Policy'))).toContain('global-cluster:webapp-core');
});

test('from stage 5 to 6 nothing that holds data is replaced or deleted', () => {
  const before = { stage: 5, app, ...DOMAIN };
  const { risks } = compareStacks(deployed(before), deployed({ stage: 6, app, ...REGIONS }));
  expect(risks.filter(({ allowed }) => allowed === undefined)).toEqual([]);
});

test('no other stage has use for the key, several regions need databases that span them, and what is there is not left behind', () => {
  expect(() => synthesize({ stage: 6, app, database: 'instance', ...REGIONS })).toThrow(
    'several regions need databases that span them: choose DatabaseTier.cluster() or DatabaseTier.sharded()',
  );
  const { risks } = compareStacks(deployed({ stage: 4, app, ...DOMAIN }), deployed({ stage: 5, app, ...DOMAIN }));
  expect(risks.map(({ rule }) => rule)).toContain('not-in-one-step');
});

/** What a bridge has in its parameters, and the one document that it is for. */
const bridgeOf = (context: Record<string, unknown>) => {
  const { resources } = synthesize(context);
  const names = Object.values(ofType(resources, 'AWS::SSM::Document')).map(({ Properties }) => Properties.Name as string);
  return { resources, found: settings(resources), documents: names.filter((name) => /^webapp-(move|place)-/.test(name)).sort() };
};
const addresses = ['writer', 'readers', 'secret'].map((name) => `/webapp/config/database/${name}`);

test.each([
  { stage: 5, from: 4, app },
  { stage: 5, from: 4, app, replicas: 1 },
  { stage: 5, app, database: 'cluster', fromDatabase: 'instance' },
])('on the bridge from RDS the old side serves by all its addresses, and three settings are the switch: %j', (context) => {
  const { resources, found, documents } = bridgeOf(context);
  expect(documents).toEqual(['webapp-move-to-cluster', 'webapp-move-to-cluster-step']);
  for (const name of addresses) expect(text(found[name])).toMatch(/ArchitectureDatabase/);
  for (const name of addresses) expect(text(settings(one.resources)[name])).toMatch(/ArchitectureCluster/);
  const writes = Object.values(ofType(resources, 'AWS::IAM::Policy'))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as { Action: unknown; Resource: unknown[] }[])
    .filter(({ Action }) => Action === 'ssm:PutParameter');
  expect(writes.flatMap(({ Resource }) => Resource).map((arn) => /config\/database\/\w+/.exec(text(arn))?.[0])).toEqual(
    ['readers', 'secret', 'writer'].map((name) => `config/database/${name}`),
  );
  const rules = Object.values(ofType(resources, 'AWS::EC2::SecurityGroupIngress'));
  expect(rules.filter(({ Properties }) => Properties.Description === 'Logical replication out of the one database')).toHaveLength(1);
});

test('on the bridge from a database without replicas reads go to the database itself', () => {
  const { blueprint } = chooseBlueprint(parseContext({ stage: 5, from: 4, app, ...DOMAIN }));
  expect(blueprint.moves).toHaveLength(1);
  const bridge = Bridge.between(
    { ...blueprint, database: DatabaseTier.instance(), moves: [] },
    { ...blueprint, database: DatabaseTier.cluster(), moves: [] },
  );
  const stack = new RegionalStack(new App({ context: FLAGS }), 'Alone', { region: 'us-east-1' });
  new WebArchitecture(stack, 'Architecture', { name: 'webapp', blueprint: bridge, app: Application.at(app) });
  const found = settings(resourcesOf(Template.fromStack(stack)));
  expect(found['/webapp/config/database/readers']).toEqual(found['/webapp/config/database/writer']);
});

test('one cluster becomes databases by function over a bridge of its own', () => {
  const { found, documents } = bridgeOf({ stage: 5, database: 'sharded', fromDatabase: 'cluster', shards: 3 });
  expect(documents).toEqual(['webapp-place-users', 'webapp-place-users-step']);
  expect(found['/webapp/config/shards/map']).toBe('{"strategy":"core","version":0,"shards":0}');
  expect(text(found['/webapp/config/database/writer'])).toContain('ArchitectureCluster');
});

test.each([
  [
    { stage: 4, app },
    { stage: 5, from: 4, app },
  ],
  [
    { stage: 5, from: 4, app },
    { stage: 5, app },
  ],
  [
    { stage: 5, app, database: 'instance' },
    { stage: 5, app, database: 'cluster', fromDatabase: 'instance' },
  ],
  [
    { stage: 5, database: 'cluster' },
    { stage: 5, database: 'sharded', fromDatabase: 'cluster' },
  ],
  [{ stage: 5, database: 'sharded', fromDatabase: 'cluster' }, { stage: 5 }],
])('%j to %j is safe', (before, after) => {
  const { risks } = compareStacks(deployed(before), deployed(after));
  expect(risks.filter(({ allowed }) => allowed === undefined)).toEqual([]);
});

test('without its bridge a cluster is not left for others that are new and empty', () => {
  const { risks } = compareStacks(deployed({ stage: 5, database: 'cluster' }), deployed({ stage: 5 }));
  expect(risks.filter(({ allowed }) => allowed === undefined)).not.toEqual([]);
});

test.each([
  [{ fromDatabase: 'sharded' }, 'fromDatabase=sharded is not possible: nothing leads back from shards; allowed are instance and cluster'],
  [{ fromDatabase: 'cluster', database: 'cluster' }, 'fromDatabase=cluster is not possible with database=cluster: a bridge leads from'],
  [{ fromDatabase: 'instance' }, 'fromDatabase=instance is not possible with database=: a bridge leads from instance'],
  [{ fromDatabase: 'instance', database: 'cluster', from: 4 }, 'fromDatabase=instance is not possible with from or serving'],
  [{ fromDatabase: 'cluster', database: 'sharded', stage: 6, ...REGIONS }, 'fromDatabase=cluster is not possible with several regions'],
  [{ database: 'aurora' }, 'database=aurora is not possible: allowed are instance, cluster and sharded; type -c database=cluster'],
])('%j is refused', (context, line) => {
  expect(() => parseContext({ stage: 5, ...context })).toThrow(line);
});
