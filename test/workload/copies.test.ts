import { eventually } from '../../tools/servers/processes';
import { describeWithServers } from '../support/servers';
import { type Application, Browser } from './application';
import { Fleet } from './fleet';

describeWithServers(['postgres', 'valkey', 'moto'], 'the application in a region that has copies of the data', (servers) => {
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await Fleet.create(servers);
    await fleet.moto.configure('home', { ...fleet.settings, 'region/writer': 'us-east-1' });
    // The writer endpoint of a copy leads nowhere before it is promoted.
    const copy = { 'database/writer': '127.0.0.1:1', 'database/readers': fleet.replica.endpoint };
    await fleet.moto.configure('copy', { ...fleet.settings, ...copy, 'region/writer': 'eu-west-1' });
  });

  test('starts although it can make no tables, and reads what the region with the writer wrote', async () => {
    const home = await fleet.application('home');
    const copy = await fleet.application('copy');
    const path = await new Browser(home.url).addUser('Grace');
    await eventually(async () => {
      expect(await new Browser(copy.url).read(path)).toContain('Grace');
    });
  });

  test('stays ready while the writer is away, with other regions; alone it does not', async () => {
    await fleet.moto.configure('alone', fleet.settings);
    await fleet.moto.configure('global', { ...fleet.settings, 'region/founding': 'us-east-1' });
    const [alone, global] = await Promise.all([fleet.application('alone'), fleet.application('global')]);
    const ready = async ({ url }: Application): Promise<number> => (await new Browser(url).get('/readyz')).status;
    await eventually(async () => (await ready(global)) === 200 && (await ready(alone)) === 200);
    await fleet.postgres.stop();
    try {
      expect([await ready(alone), await ready(global)]).toEqual([503, 200]);
    } finally {
      await fleet.postgres.start();
    }
  });

  test('adds users where it may call no sequence, and the region with the writer goes on behind them', async () => {
    // A database that takes writes stands for a copy that passes them on.
    await fleet.moto.configure('passing', {
      ...fleet.settings,
      'database/readers': fleet.postgres.endpoint,
      'region/founding': 'eu-west-1',
    });
    await fleet.moto.configure('writing', { ...fleet.settings, 'region/founding': 'us-east-1' });
    const [passing, writing] = await Promise.all([fleet.application('passing'), fleet.application('writing')]);
    const add = async ({ url }: Application): Promise<string> => new Browser(url).addUser('Ida');
    const last = async (): Promise<unknown> => fleet.postgres.sql('SELECT last_value FROM users_id_seq');
    await add(writing);
    const before = await last();
    const further = [await add(passing), await add(passing), await add(passing)];
    expect(await last()).toEqual(before);
    const all = [...further, ...(await Promise.all([add(writing), add(passing), add(writing), add(passing), add(writing)]))];
    expect(new Set(all).size).toBe(8);
  });

  test('writes itself once the pointer names its region', async () => {
    const copy = await fleet.application('copy');
    // Plain PostgreSQL passes nothing on.
    expect((await new Browser(copy.url).post('/users', { name: 'Ada', bio: '' })).status).toBe(503);
    await fleet.moto.configure('copy', { 'database/writer': fleet.settings['database/writer'], 'region/writer': 'us-east-1' });
    await eventually(async () => {
      expect((await new Browser(copy.url).post('/users', { name: 'Ada', bio: '' })).status).toBe(303);
    });
  });
});
