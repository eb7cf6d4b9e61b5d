import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataModel, type DataModelProps, KeyType } from '../../lib';
import { parseContext } from '../../stages/context';
import { chooseBlueprint, type Tuned } from '../../stages/tune';
import { ofType, synthesize } from '../support/synth';

const app = join(__dirname, '../../examples/express');
const MODEL: DataModelProps = {
  sharded: { name: 'tenants', key: 'id', keyType: KeyType.UUID, colocated: { members: 'tenant_id' } },
  whole: { shop: ['items'] },
  rest: 'platform',
  reference: ['countries'],
  left: ['audit'],
};

const directory = mkdtempSync(join(tmpdir(), 'model-'));
function fileOf(content: unknown): string {
  const file = join(directory, 'model.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}
const choose = (context: Readonly<Record<string, unknown>>): Tuned => chooseBlueprint(parseContext(context));

test('a file says the same as code: clusters, settings and the runbook of the bridge follow from it', () => {
  const model = fileOf(MODEL);
  expect(parseContext({ stage: 5, model }).model?.toText()).toBe(DataModel.of(MODEL).toText());
  const { resources } = synthesize({ stage: 5, from: 4, app, model, shards: 3 });
  const clusters = Object.values(ofType(resources, 'AWS::RDS::DBCluster')).map(({ Properties }) => Properties.DBClusterIdentifier);
  expect(clusters).toEqual(['shop', 'platform', 'tenants-0', 'tenants-1', 'tenants-2'].map((name) => `webapp-${name}-us-east-1`));
  expect(JSON.stringify(ofType(resources, 'AWS::SSM::Document'))).toContain(
    "export MODEL='sharded tenants uuid tenants tenants:id members:tenant_id",
  );
});

test('keys that have no ranges are spread by hash, others as the stage does; sharding says otherwise', () => {
  const map = (context: object): string => choose({ stage: 5, app, ...context }).blueprint.database.shardMap!.toText();
  const uuid = fileOf(MODEL);
  expect(JSON.parse(map({ model: uuid }))).toMatchObject({ strategy: 'hash', shards: 2 });
  expect(JSON.parse(map({ model: uuid, sharding: 'directory', shards: 4 }))).toMatchObject({ strategy: 'directory', shards: 4 });
  expect(() => map({ model: uuid, sharding: 'range' })).toThrow('ranges of uuid keys are not possible');
  const whole = fileOf({ ...MODEL, sharded: { name: 'tenants', key: 'id' } });
  expect(JSON.parse(map({ model: whole }))).toMatchObject({ strategy: 'range', shards: 2 });
});

test('where nothing is spread it is not used, and the reference application has tables of its own', () => {
  const model = fileOf(MODEL);
  expect(choose({ stage: 4, app, model }).unused).toEqual(['model']);
  expect(choose({ stage: 5, app, model, database: 'cluster' }).unused).toEqual(['model']);
  expect(() => choose({ stage: 5, model })).toThrow(
    'model is for an application of your own, the reference application has tables of its own: type -c app=DIRECTORY',
  );
});

test.each<[string, unknown, string]>([
  ['no JSON', '{ sharded', 'it is no JSON: '],
  ['no object', [], 'the file holds no object; write { "sharded": { "name": "tenants", "key": "id" }, "rest": "platform" }'],
  ['nothing', {}, 'sharded is missing; write { "sharded": { "name": "tenants", "key": "id" }, "rest": "platform" }'],
  ['a slip', { ...MODEL, refrence: [] }, 'refrence is no part of a model: did you mean reference'],
  ['a part of nobody', { ...MODEL, shards: 2 }, 'shards is no part of a model: '],
  ['a slip inside', { sharded: { name: 'tenants', key: 'id', keytype: 'uuid' } }, 'keytype is no part of sharded: did you mean keyType'],
  [
    'several sharded functions',
    { ...MODEL, sharded: [MODEL.sharded, MODEL.sharded] },
    'sharded is a list: allowed is one function, because one map says where keys are and two could not be switched at one moment; put the others into whole, or into a deployment of their own',
  ],
  ['a text for sharded', { ...MODEL, sharded: 'tenants' }, 'sharded holds no object; write { "name": "tenants", "key": "id" }'],
  ['no key', { ...MODEL, sharded: { name: 'tenants' } }, 'sharded.key is missing; write "key": "…"'],
  ['a number for a name', { ...MODEL, sharded: { name: 1, key: 'id' } }, 'sharded.name has to be a text'],
  [
    'a type',
    { ...MODEL, sharded: { name: 'tenants', key: 'id', keyType: 'date' } },
    'sharded.keyType is "date": allowed are bigint, uuid, text',
  ],
  ['no text for the rest', { ...MODEL, rest: ['others'] }, 'rest has to be a text'],
  ['no list', { ...MODEL, left: 'audit' }, 'left has to be a list of tables'],
  [
    'no lists of functions',
    { ...MODEL, whole: { shop: 'items' } },
    'whole has to be functions, each with a list of tables: { "billing": ["invoices"] }',
  ],
  [
    'no columns',
    { ...MODEL, sharded: { ...MODEL.sharded, colocated: ['members'] } },
    'sharded.colocated has to be tables, each with its column: { "members": "tenant_id" }',
  ],
  ['what no model may be', { ...MODEL, left: ['items'] }, 'table items is named twice, in shop and in left: name it once'],
])('%s is refused in one line with the file', (_, content, line) => {
  const model = fileOf(content);
  const refused = /^model=(\S+) is not possible: ([^\n]+)$/.exec(refusalOf(model));
  expect([refused?.[1], refused?.[2]]).toEqual([model, expect.stringContaining(line)]);
});

test('a file that is not there is refused', () => {
  expect(refusalOf(join(directory, 'none.json'))).toContain("the file can't be read (ENOENT); type -c model=data-model.json");
});

function refusalOf(model: string): string {
  try {
    parseContext({ stage: 5, model });
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('it was accepted');
}
