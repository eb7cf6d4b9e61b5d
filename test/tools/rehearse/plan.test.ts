import { keepSecondsOf } from '../../../tools/rehearse/cache-policies';
import { ON_SERVER, type Plan, planOf, plansOf } from '../../../tools/rehearse/plan';
import { valueOf } from '../../../tools/rehearse/values';
import { deployed } from '../../support/deployed';

const plan = (context: Readonly<Record<string, unknown>>): Plan => planOf(deployed(context)[0]);

const names = ({ databases, stores, queues, servers }: Plan) => ({
  databases: databases.map(({ name }) => name),
  stores: stores.map(({ name }) => name),
  queues: queues.map(({ name }) => name),
  servers: servers.map(({ name, role, least, balanced }) => `${name} ${role} ${least}${balanced ? ' balanced' : ''}`),
});

test('a rehearsal starts what the template of its stage says, and no more', () => {
  expect(names(plan({ stage: 1 }))).toEqual({
    ...{ databases: ['Database on the server'], stores: [], queues: [], servers: ['Server web 1'] },
  });
  expect(names(plan({ stage: 4, replicas: 1 }))).toEqual({
    databases: ['Database', 'Database/Replica1'],
    stores: ['Cache', 'Sessions'],
    queues: [],
    servers: ['Fleet web 2 balanced'],
  });
  const five = names(plan({ stage: 5, shards: 3 }));
  expect(five.databases.filter((name) => !name.endsWith('/Reader'))).toEqual([
    ...['Databases/Products', 'Databases/Orders', 'Databases/Users0', 'Databases/Users1', 'Databases/Users2'],
  ]);
  expect([five.queues, five.servers]).toEqual([['Jobs/Queue'], ['Fleet web 2 balanced', 'Workers worker 0']]);
});

test('sessions in a table have that table, and no store', () => {
  const { tables, stores } = plan({ stage: 4, sessions: 'dynamodb' });
  expect(stores.map(({ name }) => name)).toEqual(['Cache']);
  expect(tables).toEqual([expect.objectContaining({ table: 'webapp-sessions', expiry: { AttributeName: 'ends', Enabled: true } })]);
});

test('each region of stage 6 has a plan: the founding one has the writers, the other copies of them, and buckets for others', () => {
  const context = { stage: 6, domain: 'example.com', hostedZoneId: 'Z0123456789ABCDEFGHIJ', regions: 'us-east-1,eu-west-1' };
  const [founding, further] = plansOf(deployed(context));
  const globals = ({ databases }: Plan) =>
    databases.flatMap(({ global, secret }) => (global ? [[global.database, secret !== undefined]] : []));
  expect(globals(founding)).toEqual(['products', 'orders', 'users-0', 'users-1'].map((name) => [`webapp-${name}`, true]));
  expect(globals(further)).toEqual(['products', 'orders', 'users-0', 'users-1'].map((name) => [`webapp-${name}`, false]));
  expect(founding.secrets.find(({ name }) => name === 'webapp/orders')?.regions).toEqual(['eu-west-1']);
  const copies = ({ buckets, stack }: Plan) => buckets.flatMap((one) => one.copies.map(({ to }) => valueOf(to, stack, new Map())));
  expect(copies(founding)).toEqual(['arn:aws:s3:::webapp-copy-123456789012-eu-west-1']);
  expect(further.buckets.map(({ called }) => called !== undefined && valueOf(called, further.stack, new Map()))).toContain(
    'webapp-copy-123456789012-eu-west-1',
  );
});

test('a bridge has both ends', () => {
  const { databases } = plan({ stage: 2, from: 1 });
  expect(databases.map(({ id, secret }) => [id === ON_SERVER, secret === undefined])).toEqual([
    [true, true],
    [false, false],
  ]);
});

test('a copy follows its source, a secret has its template, and PostgreSQL hears nothing of what is RDS’s own', () => {
  const { databases, secrets } = plan({ stage: 4 });
  const [primary, ...copies] = databases;
  expect(copies.map(({ source }) => source)).toEqual([primary.id, primary.id]);
  expect(secrets.find(({ id }) => id === primary.secret)?.template).toBe('{"username":"stagecraft"}');
  expect(Object.keys(primary.parameters).filter((name) => name.startsWith('rds.'))).toEqual([]);
  expect(primary.parameters.max_replication_slots).toBe('256');
});

test('the CDN keeps what the distribution keeps: hashed files a year, uploads a day, pages never', () => {
  const { cdn, stack } = plan({ stage: 4 });
  expect(cdn?.behaviours.map(({ path, policy, origins }) => [path, keepSecondsOf(policy, stack), origins.length])).toEqual([
    ['/static/', 31_536_000, 2],
    ['/uploads/', 86_400, 1],
    ['/', 0, 1],
  ]);
});

test('a value names what runs here, with its own port in place of the one in the template', () => {
  const { stack, parameters, databases, stores } = plan({ stage: 4 });
  const attributes = new Map(
    [...databases, ...stores].map(({ id }, index) => [
      id,
      {
        'Endpoint.Address': `localhost:${7_000 + index}`,
        'Endpoint.Port': '5432',
        'PrimaryEndPoint.Address': `localhost:${7_000 + index}`,
      },
    ]),
  );
  const value = (setting: string) => valueOf(parameters[`/webapp/config/${setting}`], stack, attributes);
  expect([value('database/writer'), value('database/readers'), value('cache/endpoint')]).toEqual([
    ...['localhost:7000', 'localhost:7001,localhost:7002', 'localhost:7003'],
  ]);
  // Nothing stands for what doesn't run.
  expect(value('database/secret')).toBeUndefined();
});
