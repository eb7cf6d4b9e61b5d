import type { Catalog, Column, Table } from '../../../tools/plan/catalog';
import { asCode } from '../../../tools/plan/code';
import { nameOf } from '../../../tools/plan/names';
import { propose } from '../../../tools/plan/propose';
import { DataModel } from '../../../lib';
import { Setting } from '../../../lib';

const column = (name: string, type = 'bigint', nullable = false): Column => ({ name, type, nullable });
function table(name: string, columns: readonly Column[], more: Partial<Table> = {}): Table {
  return { name, odd: null, rows: 1_000, writes: 100, columns: [column('id'), ...columns], primaryKey: ['id'], unique: [], ...more };
}
const key = (from: string, to: string, by: string) => ({ name: `${from}_${by}_fkey`, from, columns: [by], to, toColumns: ['id'] });

const CATALOG: Catalog = {
  place: 'db.example.com:5432/app',
  tables: [
    table('accounts', [column('plan_id'), column('email', 'text')], { writes: 1_000, primaryKey: ['id'], unique: [['email']] }),
    table('projects', [column('account_id', 'bigint', true)], { writes: 5_000, primaryKey: ['account_id', 'id'] }),
    table('tasks', [column('account_id')], { writes: 90_000, rows: 80_000 }),
    table('plans', [], { rows: 4, writes: 4 }),
    table('invoices', [column('payer_id')], { writes: 3_000 }),
    table('payers', [], { writes: 10 }),
    table('log', [], { writes: 2 }),
    table('old days', [], { odd: 'is partitioned' }),
  ],
  keys: [key('projects', 'accounts', 'account_id'), key('accounts', 'plans', 'plan_id'), key('invoices', 'payers', 'payer_id')],
  statements: [
    { text: 'SELECT * FROM tasks t JOIN invoices i ON i.payer_id = t.id', calls: 1_200 },
    { text: 'SELECT * FROM tasks JOIN projects ON true', calls: 9 },
    { text: 'SELECT * FROM tasks, plans', calls: 9 },
  ],
};

test('the shard key is what most rows and writes carry, also where no foreign key says so', () => {
  const { sharded, whole, rest, reference } = propose(CATALOG);
  expect([sharded?.anchor.name, sharded?.key.name]).toEqual(['accounts', 'id']);
  expect(sharded?.colocated.map((placed) => [placed.table.name, placed.key])).toEqual([
    ['projects', 'account_id'],
    ['tasks', 'account_id'],
  ]);
  expect(whole.map(({ name, tables }) => [name, tables.map((one) => one.name).sort()])).toEqual([['payers', ['invoices', 'payers']]]);
  expect([rest, reference].map((tables) => tables.map(({ name }) => name))).toEqual([['log'], ['plans']]);
});

test('what the check would refuse is said, and what joins across functions', () => {
  expect(propose(CATALOG).open).toEqual([
    'accounts is unique by (email), and two shards could hold the same: add id',
    'projects.account_id may be null: ALTER TABLE projects ALTER account_id SET NOT NULL',
    'tasks is unique by (id), and two shards could hold the same: add account_id',
    "1,200 calls joined tasks (accounts) with invoices (payers): databases can't, the application asks each",
  ]);
  expect(asCode(propose(CATALOG))).toContain("// - old days is partitioned: it can't move by a model; change it, or name it in left");
});

test('where nothing carries a key, one cluster is proposed', () => {
  const code = asCode(propose({ ...CATALOG, tables: [table('notes', [])], keys: [], statements: undefined }));
  expect(code).toContain('export const database = DatabaseTier.cluster();');
  expect(code).toContain('pg_stat_statements is not there');
});

test('a key that no shard can have is none', () => {
  const tables = [table('days', [], { columns: [column('id', 'date')] }), table('visits', [column('day_id', 'date')])];
  expect(propose({ ...CATALOG, tables, keys: [] }).sharded).toBeUndefined();
});

test('names of functions are those that a model takes', () => {
  const areas = Object.values(Setting).map((setting) => setting.split('/')[0]);
  const taken = new Set<string>();
  const names = [
    ...areas,
    'core',
    'cluster',
    'climb',
    'ground',
    'shards_of',
    'a',
    'a',
    'user_2_groups',
    '2fa_tokens',
    'users',
    'log2',
    'jdbc',
  ].map((name) => nameOf(name, taken));
  for (const name of names) {
    expect(() => DataModel.of({ sharded: { name: 'people', key: 'id' }, whole: { [name]: ['one'] } })).not.toThrow();
  }
  expect(new Set(names).size).toBe(names.length);
});
