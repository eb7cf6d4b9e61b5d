import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import {
  Application,
  type Blueprint,
  Bridge,
  DataModel,
  type DataModelProps,
  DatabaseTier,
  KeyType,
  Failover,
  FederatedDatabases,
  Geography,
  RegionalStack,
  Runtime,
  SecondaryDatabases,
  ShardMap,
  type ShardedTierOptions,
  WebArchitecture,
} from '../../../../lib';
import { dataScaling } from '../../../../stages/5-data-scaling';
import { statelessTier } from '../../../../stages/4-stateless-tier';
import { ground, templateOf } from '../../../support/construct';
import { sizesOf } from '../../../support/aws-models/sizes';
import { DOMAIN, FLAGS, emptyApplication, ofType, type Resource, resourcesOf, synthesize } from '../../../support/synth';

const TENANTS: DataModelProps = {
  sharded: { name: 'tenants', key: 'id', keyType: KeyType.UUID, colocated: { members: 'tenant_id', tickets: 'tenant_id' } },
  whole: { billing: ['invoices'], catalogue: ['items', 'prices'] },
  rest: 'platform',
  reference: ['countries'],
  left: ['audit'],
};
const with_ = (change: Partial<DataModelProps>): DataModel => DataModel.of({ ...TENANTS, ...change });
const app = Application.at(emptyApplication());

function synth(
  blueprint: Blueprint,
  application = app,
): { architecture: WebArchitecture; resources: Record<string, Resource>; stack: RegionalStack } {
  const stack = new RegionalStack(new App({ context: FLAGS }), 'Alone', { region: 'us-east-1' });
  const architecture = new WebArchitecture(stack, 'Architecture', { name: 'abcdefghijklmnopqrst', blueprint, app: application });
  return { architecture, resources: resourcesOf(Template.fromStack(stack)), stack };
}

const sharded = (options: ShardedTierOptions): Blueprint => ({ ...dataScaling, database: DatabaseTier.sharded(options) });
const own = sharded({ model: DataModel.of(TENANTS) });
const { architecture, resources } = synth(own);
const names = (type: string, property: string, all = resources): string[] =>
  Object.values(ofType(all, type)).map(({ Properties }) => String(Properties[property]));

test('a model is what the runbook reads, a line each', () => {
  expect(DataModel.of(TENANTS).toText().split('\n')).toEqual([
    'sharded tenants uuid tenants tenants:id members:tenant_id tickets:tenant_id',
    'whole billing invoices',
    'whole catalogue items prices',
    'rest platform',
    'reference countries',
    'left audit',
  ]);
  expect(DataModel.REFERENCE.toText().split('\n')).toEqual([
    'sharded users bigint user users:id',
    'whole products products',
    'whole orders orders reports',
    'left worker_lease',
  ]);
});

test('clusters, their ids, settings and secrets are called after the functions', () => {
  const clusters = ['billing', 'catalogue', 'platform', 'tenants-0', 'tenants-1'].map((name) => `abcdefghijklmnopqrst-${name}-us-east-1`);
  expect(names('AWS::RDS::DBCluster', 'DBClusterIdentifier')).toEqual(clusters);
  expect(Object.keys(ofType(resources, 'AWS::RDS::DBCluster')).map((id) => /Databases(\w+?)Cluster/.exec(id)?.[1])).toEqual([
    ...['Billing', 'Catalogue', 'Platform', 'Tenants0', 'Tenants1'],
  ]);
  const settings = names('AWS::SSM::Parameter', 'Name');
  for (const name of ['config/billing/writer', 'config/platform/readers', 'config/catalogue/secret', 'shards/1', 'config/shards/map']) {
    expect(settings).toContain(`/abcdefghijklmnopqrst/${name}`);
  }
  expect(settings.filter((name) => /users|orders|products/.test(name))).toEqual([]);
  expect(names('AWS::SecretsManager::Secret', 'Name')).toEqual(
    expect.arrayContaining(['abcdefghijklmnopqrst/billing', 'abcdefghijklmnopqrst/tenants/1']),
  );
  const policies = JSON.stringify(ofType(resources, 'AWS::IAM::Policy'));
  expect(policies).toContain('secret:abcdefghijklmnopqrst/tenants/?*-??????');
  expect(architecture.drills?.drills.map(({ title }) => title)).toEqual(expect.arrayContaining(['fail-over-platform', 'fail-shard']));
});

test('keys that are no whole numbers are spread by hash unless it is said otherwise', () => {
  expect(own.database.shardMap?.toText()).toBe(ShardMap.hash(2).toText());
  expect(sharded({ model: with_({ sharded: { name: 'tenants', key: 'id' } }) }).database.shardMap?.toText()).toBe(
    ShardMap.range(2).toText(),
  );
});

test('the bridge tells its runbook the model, in documents that AWS takes', () => {
  const model = with_({ whole: Object.fromEntries(EIGHT.slice(1).map((name) => [name, tablesOf(name, 27)])) });
  expect(model.toText().length).toBeGreaterThan(2_400);
  expect(() => with_({ left: tablesOf('left', 300) })).toThrow(
    /^a model of \d+ characters does not fit into its runbook: allowed are 2500/,
  );
  const bridge = synth(Bridge.between(statelessTier, sharded({ model })));
  const text = JSON.stringify(ofType(bridge.resources, 'AWS::SSM::Document'));
  expect(text).toContain("export MODEL='sharded tenants uuid tenants tenants:id members:tenant_id");
  const sizes = sizesOf({ name: 'a', template: { Resources: ofType(bridge.resources, 'AWS::SSM::Document') } });
  expect(sizes.length).toBeGreaterThan(1);
  expect(sizes.filter(({ size, limit }) => size > limit)).toEqual([]);
});

const tablesOf = (name: string, count: number): string[] => Array.from({ length: count }, (_, number) => `${name}_t_${number + 100}`);
const EIGHT = ['aaaaa', 'bbbbb', 'ccccc', 'ddddd', 'eeeee', 'fffff', 'ggggg', 'hhhhh'];

/** The databases of a model in two regions, with what moves their writers. */
function global(model: DataModel, shards: number): Record<string, Resource> {
  const base = ground();
  const geography = new Geography(['us-east-1', 'eu-west-1'], 'us-east-1', true);
  const { vpc, dataSubnets: subnets, key } = base;
  new FederatedDatabases(base.stack, 'Databases', { name: 'webapp', vpc, subnets, key, geography, model, shardMap: ShardMap.hash(shards) });
  new Failover(base.stack, 'Failover', { name: 'webapp', geography, model });
  return resourcesOf(templateOf(base));
}

test('the most functions and eight shards fit into the stack of the region', () => {
  const most = with_({ whole: Object.fromEntries(EIGHT.map((name) => [name, [name]])), rest: undefined });
  const more = Object.keys(global(most, 8)).length - Object.keys(global(DataModel.REFERENCE, 8)).length;
  const usual = synthesize({ stage: 6, shards: 8, ...DOMAIN, regions: 'us-east-1,eu-west-1' }).resources;
  expect(Object.keys(usual).length + more).toBeLessThan(500);
});

test('the failover document moves the databases of the model, and may', () => {
  const all = global(DataModel.of(TENANTS), 2);
  const [document] = Object.values(ofType(all, 'AWS::SSM::Document'));
  expect(JSON.stringify(document)).toContain('(core|billing|catalogue|platform|tenants-\\\\d+)$');
  const policies = JSON.stringify(ofType(all, 'AWS::IAM::Policy'));
  for (const name of ['billing', 'platform', 'tenants-????']) expect(policies).toContain(`global-cluster:webapp-${name}`);
  expect(names('AWS::RDS::GlobalCluster', 'GlobalClusterIdentifier', all)).toEqual(
    ['billing', 'catalogue', 'platform', 'tenants-0', 'tenants-1'].map((name) => `webapp-${name}`),
  );
});

test('a further region has copies of the same functions and shards', () => {
  const { stack, vpc, dataSubnets: subnets, key } = ground();
  const options = { name: 'webapp', vpc, subnets, key, writeForwarding: true, model: DataModel.of(TENANTS), shardMap: ShardMap.hash(2) };
  const { functions, shards, clusters } = new SecondaryDatabases(stack, 'Databases', options);
  expect([Object.keys(functions), shards.length]).toEqual([['billing', 'catalogue', 'platform'], 2]);
  expect(clusters).toEqual(['billing', 'catalogue', 'platform', 'tenants-0', 'tenants-1'].map((name) => `webapp-${name}-us-east-1`));
});

const named = (name: string): Partial<DataModelProps> => ({ whole: { [name]: ['invoices'] } });
test.each<[string, Partial<DataModelProps>, string]>([
  ['a name twice', named('tenants'), 'function tenants is there twice: a function has a name of its own'],
  ['the rest twice', { rest: 'billing' }, 'function billing is there twice: a function has a name of its own'],
  ...['a', 'Shop', '1shop', 'my_shop', 'my-shop', 'abcdefghijklmnopqrstuvw'].map((name): [string, Partial<DataModelProps>, string] => [
    `the name ${name}`,
    named(name),
    `function ${name} has no name that is possible: allowed are 2 to 22 lower-case letters and digits, starting with a letter, such as tenants`,
  ]),
  [
    'a name like that of a shard',
    named('tenants1'),
    'function tenants1 is called like something else of a deployment: choose another name',
  ],
  ['a name like the logins', named('users'), 'function users is called like something else of a deployment: choose another name'],
  ['a reserved name', named('sessions'), 'function sessions is called like something else of a deployment: choose another name'],
  ['a name like a shard', named('sharding'), 'function sharding is called like something else of a deployment: choose another name'],
  ['no table', { whole: { billing: [] } }, 'function billing has no table: name one, or leave the function out'],
  ['a table twice', { left: ['invoices'] }, 'table invoices is named twice, in billing and in left: name it once'],
  [
    'a table of its own beside itself',
    { sharded: { name: 'tenants', key: 'id', colocated: { tenants: 'id' } } },
    'table tenants is named twice, in tenants and beside it: name it once',
  ],
  [
    'a name that is no identifier',
    { left: ['Page Views'] },
    'table or column Page Views is not possible: allowed are lower-case letters, digits and underscores, in the schema public',
  ],
  [
    'no key',
    { sharded: { name: 'tenants', key: '' } },
    'table or column  is not possible: allowed are lower-case letters, digits and underscores, in the schema public',
  ],
  [
    'nothing but shards',
    { whole: undefined, rest: undefined },
    'a model has nothing beside its shards: give it a whole function or the rest, for workers and for a directory',
  ],
  [
    'too many',
    { whole: Object.fromEntries([...EIGHT, 'iiiii'].map((name) => [name, [name]])), rest: undefined },
    '9 functions beside the sharded one are too many for one stack: allowed are 8',
  ],
])('a model is refused with %s', (_, change, line) => {
  expect(() => with_(change)).toThrow(line);
});

test('short names, digits and the longest ones fit into what AWS takes; with a hyphen in the name of the deployment short ones are refused', () => {
  const longest = 'abcdefghijklmnopqrst12';
  const model = with_({ sharded: { name: longest, key: 'id' }, whole: { shop: ['invoices'], v2: ['items'] } });
  const { stack, vpc, dataSubnets: subnets, key } = ground();
  const make = (name: string): FederatedDatabases =>
    new FederatedDatabases(stack, name, { name, vpc, subnets, key, model, shardMap: ShardMap.hash(1) });
  expect(() => make('shop-tenants')).toThrow(
    'function shop is too short in the deployment shop-tenants, whose hyphen lets it be taken for a shard of another one: choose 5 letters or more, or a name without a hyphen',
  );
  const [shop, second, , shard] = make('abcdefghijklmnopqrst').clusters;
  expect([shop, second]).toEqual(['abcdefghijklmnopqrst-shop-us-east-1', 'abcdefghijklmnopqrst-v2-us-east-1']);
  expect(shard.replace('us-east-1', 'ap-southeast-2').replace('-0-', '-1023-')).toHaveLength(63);
});

test('ranges are for whole numbers', () => {
  expect(() => DatabaseTier.sharded({ model: DataModel.of(TENANTS), shardMap: ShardMap.range(2) })).toThrow(
    'ranges of uuid keys are not possible: choose ShardMap.hash or ShardMap.directory',
  );
});

test('an application with a Procfile and a model of its own has URLs of functions and shards; without a model it is refused', () => {
  const directory = mkdtempSync(join(tmpdir(), 'ordinary-'));
  writeFileSync(join(directory, 'Procfile'), 'web: serve\nwork: work\n');
  const ordinary = Application.directory(directory, { runtime: Runtime.BINARY });
  const { resources: served } = synth(own, ordinary);
  const settings = Object.fromEntries(
    Object.values(ofType(served, 'AWS::SSM::Parameter')).map(({ Properties }) => [Properties.Name, Properties.Value]),
  );
  const at = (name: string): unknown => settings[`/abcdefghijklmnopqrst/config/${name}`];
  expect([at('database/writer'), at('database/secret')]).toEqual([at('platform/writer'), at('platform/secret')]);
  const workers = Object.entries(ofType(served, 'AWS::IAM::Policy')).filter(([id]) => id.includes('WorkerIdentity'));
  expect(JSON.stringify(workers)).toContain('tenants/?*');
  const bridge = synth(Bridge.between({ ...statelessTier, database: DatabaseTier.instance() }, own), ordinary).resources;
  const before = Object.values(ofType(bridge, 'AWS::SSM::Parameter')).filter(({ Properties }) =>
    String(Properties.Name).includes('config/database/'),
  );
  expect(JSON.stringify(before)).not.toContain('Databases');
  expect(() => synth(sharded({}), ordinary)).toThrow('an application of a Procfile has tables of its own');
});
