import { ShardMap } from '../../lib';
import { partsOf } from '../../workload/ids/k-sortable';
import { eventually } from '../../tools/servers/processes';
import { describeWithServers } from '../support/servers';
import { type Application, Browser } from './application';
import { Federation } from './federation';

const SIZE = 3;
const SHARDS = 3;

describeWithServers(['postgres', 'moto'], 'users over shards', (servers) => {
  let federation: Federation;
  let ranged: Application;
  let hashed: Application;
  let directed: Application;

  beforeAll(async () => {
    federation = await Federation.create(servers, SHARDS);
    await federation.deploy('ranged', ShardMap.range(2, SIZE).toText());
    await federation.deploy('hashed', ShardMap.hash(SHARDS).toText());
    await federation.deploy('directed', ShardMap.directory(SHARDS).toText());
    [ranged, hashed, directed] = await Promise.all(['ranged', 'hashed', 'directed'].map(async (name) => federation.application(name)));
  });

  /** Adds users one after the other and returns their ids. */
  const add = async ({ url }: Application, count: number): Promise<string[]> => {
    const ids: string[] = [];
    for (let n = 0; n < count; n += 1) {
      const { status, body } = await new Browser(url).json<{ id: string }>('/users', { name: `Number ${n}` });
      expect(status).toBe(201);
      ids.push(body.id);
    }
    return ids;
  };

  /** Shows that each user is on the one shard that the map says, and is read from there. */
  const expectInPlace = async ({ url }: Application, name: string, ids: readonly string[], map: ShardMap): Promise<void> => {
    const placed = await federation.idsByShard(name);
    expect(placed).toEqual(
      placed.map((_, shard) => ids.filter((id) => map.shardOf(id) === shard).sort((a, b) => Number(BigInt(a) - BigInt(b)))),
    );
    for (const id of ids) expect((await new Browser(url).json(`/users/${id}`)).body).toMatchObject({ id });
  };

  test('by ranges: fill shard by shard in turn, with ids of the shard’s own range, until all are full', async () => {
    const ids = await add(ranged, 2 * SIZE - 1);
    expect(new Set(ids.slice(0, 2).map((id) => ShardMap.range(2, SIZE).shardOf(id))).size).toBe(2);
    expect([...ids].sort()).toEqual(['1', '2', '3', '4', '5']);
    await expectInPlace(ranged, 'ranged', ids, ShardMap.range(2, SIZE));
    expect(await new Browser(ranged.url).json('/users', { name: 'Too late' })).toMatchObject({
      status: 507,
      body: expect.stringMatching('all shards are full'),
    });
    for (const id of ['6', '9223372036854775807']) expect((await new Browser(ranged.url).json(`/users/${id}`)).status).toBe(404);
  });

  test('by ranges: grow while it runs, and nobody moves', async () => {
    const before = await federation.idsByShard('ranged');
    await federation.moto.configure('ranged', { 'shards/map': ShardMap.range(2, SIZE).grownTo(3).toText() });
    const visitor = new Browser(ranged.url);
    await eventually(async () => (await visitor.read('/architecture')).includes('3 shards by range, version 3'));
    const young = await add(ranged, 2);
    expect(young).toEqual(['6', '7']);
    expect(await federation.idsByShard('ranged')).toEqual([before[0], before[1], young]);
    await expectInPlace(ranged, 'ranged', [...before.flat(), ...young], ShardMap.range(3, SIZE));
  });

  test('by ranges: who came last is listed first, whatever shard they are on, page by page', async () => {
    await federation.deploy('listed', ShardMap.range(3, 1_000).toText());
    const listed = await federation.application('listed');
    const ids = await add(listed, 6);
    // Numbers of different shards say nothing about who came first; seconds do.
    const order = [ids[3], ids[0], ids[5], ids[1], ids[4], ids[2]];
    const crowd = Array.from({ length: 30 }, (_, n) => String(100 + n));
    for (const [index, shard] of federation.shards.entries()) {
      for (const [n, id] of order.entries())
        await shard.sql(`UPDATE users SET created_at = '2026-01-01T00:00:0${n}Z' WHERE id = ${id}`, 'listed');
      if (index === 0) {
        for (const id of crowd) {
          const at = `'2026-01-02T00:00:00Z'::timestamptz + ${id} * interval '1 minute'`;
          await shard.sql(`INSERT INTO users (id, name, bio, created_at) VALUES (${id}, 'Crowd', '', ${at})`, 'listed');
        }
      }
    }
    const visitor = new Browser(listed.url);
    const seen: string[] = [];
    for (let path = '/users'; path !== '';) {
      const { users } = (await visitor.json<{ users: { id: string; createdAt: string }[] }>(path)).body;
      seen.push(...users.map(({ id }) => id));
      const last = users.length === 20 ? users[19] : undefined;
      path = last ? `/users?before=${last.id}&at=${last.createdAt}` : '';
    }
    expect(seen).toEqual([...crowd.reverse(), ...order.reverse()]);
    for (const at of ['yesterday', '2026-02-31T00:00:00Z', '2026-01-01'])
      expect((await visitor.get(`/users?before=1&at=${at}`)).status).toBe(400);
  });

  test('by hash: are where the library says, under ids that no JavaScript number holds', async () => {
    const ids = await add(hashed, 24);
    expect(ids.every((id) => BigInt(id) > BigInt(Number.MAX_SAFE_INTEGER))).toBe(true);
    expect([...ids].sort()).toEqual(ids);
    expect((await federation.idsByShard('hashed')).every(({ length }) => length > 0)).toBe(true);
    await expectInPlace(hashed, 'hashed', ids, ShardMap.hash(SHARDS));
    const page = await new Browser(hashed.url).read(`/users/${ids[0]}`);
    expect(page).toContain(`action="/users/${ids[0]}"`);
  });

  test('by hash: are listed together, page by page, and changed where they are', async () => {
    const visitor = new Browser(hashed.url);
    const all = (await federation.idsByShard('hashed')).flat().sort().reverse();
    const first = await visitor.json<{ users: { id: string }[] }>('/users');
    const second = await visitor.json<{ users: { id: string }[] }>(`/users?before=${first.body.users.at(-1)?.id}`);
    expect([...first.body.users, ...second.body.users].map(({ id }) => id)).toEqual(all);
    expect((await visitor.json(`/users/${all[5]}`, { name: 'Changed' })).status).toBe(200);
    expect((await visitor.json(`/users/${all[5]}`)).body).toMatchObject({ id: all[5], name: 'Changed' });
  });

  test('by directory: are in the directory, spread evenly, and found after they were moved', async () => {
    const ids = await add(directed, 9);
    const placed = await federation.idsByShard('directed');
    expect(placed.map(({ length }) => length)).toEqual([3, 3, 3]);
    const entries = await federation.orders.sql<{ id: string; shard: number }>(
      'SELECT id, shard FROM user_directory ORDER BY id',
      'directed',
    );
    expect(entries).toEqual(ids.map((id) => ({ id, shard: placed.findIndex((on) => on.includes(id)) })));
    const [{ id, shard }] = entries;
    const elsewhere = (shard + 1) % SHARDS;
    await federation.shards[elsewhere].sql(`INSERT INTO users (id, name, bio) VALUES (${id}, 'Moved', '')`, 'directed');
    await federation.orders.sql(`UPDATE user_directory SET shard = ${elsewhere} WHERE id = ${id}`, 'directed');
    await federation.shards[shard].sql(`DELETE FROM users WHERE id = ${id}`, 'directed');
    expect((await new Browser(directed.url).json(`/users/${id}`)).body).toMatchObject({ id, name: 'Moved' });
    for (const other of ids.slice(1)) expect((await new Browser(directed.url).json(`/users/${other}`)).status).toBe(200);
    expect((await new Browser(directed.url).json(`/users/${BigInt(id) + 1n}`)).status).toBe(404);
  });

  test('in several regions: have their tables on every shard before anybody asks, because a further region can make none', async () => {
    await federation.deploy('global', ShardMap.hash(SHARDS).toText());
    await federation.moto.configure('global', { 'region/founding': 'us-east-1' });
    await federation.application('global');
    for (const shard of federation.shards) {
      await eventually(async () => {
        const [{ there }] = await shard.sql<{ there: boolean }>("SELECT to_regclass('users') IS NOT NULL AS there", 'global');
        return there;
      });
    }
  });

  test('by ranges: come from two regions at once under ids of their own, and the further one calls no sequence', async () => {
    const map = ShardMap.range(2, 100).toText();
    await federation.deploy('near', map);
    await federation.moto.configure('near', { 'region/founding': 'us-east-1' });
    const near = await federation.application('near');
    // The same databases; these servers are told that another region has the writers.
    await federation.placeShards('far');
    await federation.moto.configure('far', { ...federation.settings(map, 'near'), 'region/founding': 'eu-west-1' });
    const far = await federation.application('far');
    const before = await add(near, 2);
    const further = await add(far, 6);
    const sequences = await Promise.all(
      federation.shards.slice(0, 2).map(async (shard, index) => {
        const [{ last }] = await shard.sql<{ last: string }>(`SELECT last_value AS last FROM user_ids_${index * 100}`, 'near');
        return last;
      }),
    );
    expect(sequences).toEqual(['1', '100']);
    const together = await Promise.all([add(near, 12), add(far, 12), add(near, 12), add(far, 12)]);
    const ids = [before, further, ...together].flat();
    expect(new Set(ids).size).toBe(2 + 6 + 48);
    await expectInPlace(near, 'near', ids, ShardMap.range(2, 100));
  });

  test('leave products and orders to databases of their own, which check by looking up', async () => {
    const visitor = new Browser(hashed.url);
    const [[userId]] = await federation.idsByShard('hashed');
    const { body: product } = await visitor.json<{ id: string }>('/products', { name: 'Chair', cents: 4_999 });
    const { status, body: order } = await visitor.json<{ id: string }>('/orders', { userId, productId: product.id, quantity: 2 });
    expect(status).toBe(201);
    expect(await federation.products.sql('SELECT id, cents FROM products', 'hashed')).toEqual([{ id: product.id, cents: 4_999 }]);
    expect(await federation.orders.sql('SELECT id, user_id, product_id FROM orders', 'hashed')).toEqual([
      { id: order.id, user_id: userId, product_id: product.id },
    ]);
    const tables = async (server: typeof federation.orders): Promise<string[]> =>
      (await server.sql<{ name: string }>("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1", 'hashed')).map(
        ({ name }) => name,
      );
    expect(await Promise.all([federation.products, federation.orders, federation.shards[0]].map(tables))).toEqual([
      ['products'],
      ['orders', 'reports', 'user_directory', 'worker_lease'],
      ['users'],
    ]);
    expect((await visitor.json('/orders')).body).toMatchObject({ orders: [{ id: order.id, userId, productId: product.id, quantity: 2 }] });
    const orders = await visitor.read('/orders');
    expect(orders).toContain(`2 × product <code>${product.id}</code>`);
    expect(orders).toContain(`order <code>${order.id}</code>`);
    expect(await visitor.read('/products')).toContain('49.99');
    const refused = async (body: unknown): Promise<number> => (await visitor.json('/orders', body)).status;
    expect(await refused({ userId: '1', productId: product.id })).toBe(422);
    expect(await refused({ userId, productId: '1' })).toBe(422);
    expect(await refused({ userId: Number(userId), productId: product.id })).toBe(400);
  });

  test('are shown and examined, without a connection to all of them, and each server makes ids of its own', async () => {
    const fresh = await federation.application('hashed');
    const kinds = async (): Promise<string[]> => {
      const { status, body } = await new Browser(fresh.url).json<{ dependencies: { kind: string; ok: boolean }[] }>('/readyz');
      expect([status, body.dependencies.filter(({ ok }) => !ok)]).toEqual([200, []]);
      return body.dependencies.map(({ kind }) => kind);
    };
    expect(await kinds()).toEqual(['products', 'reader', 'orders', 'reader', 'sessions', 'uploads']);
    const [[userId]] = await federation.idsByShard('hashed');
    await new Browser(fresh.url).read(`/users/${userId}`);
    expect(await kinds()).toEqual(['products', 'reader', 'orders', 'reader', 'shard', 'sessions', 'uploads']);
    const page = await new Browser(fresh.url).read('/architecture');
    for (const text of ['3 shards by hash, version 3', federation.products.endpoint, federation.orders.endpoint, 'None: visitors wait']) {
      expect(page).toContain(text);
    }
    const workers = await Promise.all(
      [fresh, hashed].map(async ({ url }) => {
        const { body } = await new Browser(url).json<{ id: string }>('/products', { name: 'Table', cents: 1 });
        return partsOf(BigInt(body.id)).worker;
      }),
    );
    expect([new Set(workers).size, workers.every((worker) => worker >= 256)]).toEqual([2, true]);
    expect(await fresh.stop()).toBe(0);
  });

  test('go on while a shard is down, except for those on it', async () => {
    await federation.shards[1].stop();
    const visitor = new Browser(directed.url);
    const statuses = await Promise.all(Array.from({ length: 6 }, async (_, n) => visitor.json('/users', { name: `Later ${n}` })));
    expect(statuses.map(({ status }) => status)).toEqual(Array(6).fill(201));
    expect((await visitor.json('/users')).body).toMatchObject({ incomplete: true });
    expect(await visitor.read('/users')).toContain('Some people can’t be shown right now.');
    const [away] = await federation.orders.sql<{ id: string }>('SELECT id FROM user_directory WHERE shard = 1', 'directed');
    expect((await visitor.json(`/users/${away.id}`)).status).toBe(503);
    expect((await visitor.json('/readyz')).status).toBe(200);
    expect([ranged, hashed, directed].flatMap(({ noise }) => noise)).toEqual([]);
  });
});
