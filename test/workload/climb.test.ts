import type { Postgres } from '../../tools/servers/postgres';
import { eventually } from '../../tools/servers/processes';
import { describeWithServers } from '../support/servers';
import { type Application, Browser } from './application';
import { Crowd } from './crowd';
import { Fleet } from './fleet';

const NAME = 'climbing';
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

describeWithServers(['postgres', 'valkey', 'moto'], 'a running application', (servers) => {
  let fleet: Fleet;
  let own: Postgres;
  let application: Application;

  beforeAll(async () => {
    [fleet, own] = await Promise.all([Fleet.create(servers), servers.postgres('own')]);
    // As on a bridge: the new side's secret is there already, uploads still go to a directory, and all users are in the one database.
    await fleet.moto.configure(NAME, {
      ...{ 'database/writer': own.endpoint, 'database/name': 'app', 'database/secret': fleet.databaseSecret },
      ...{ 'storage/uploads': '/data/uploads', 'shards/map': '{"strategy":"core","version":0,"shards":0}' },
    });
    await fleet.moto.configure('destination', fleet.settings);
    const [prepared, started] = await Promise.all([fleet.application('destination'), fleet.application(NAME)]);
    await new Browser(prepared.url).addUser('Already there');
    await prepared.stop();
    application = started;
  });

  test('moves to other parts under load without a failed request, and lets go of the old ones', async () => {
    const visitor = new Browser(application.url);
    await visitor.addUser('On the server');
    await visitor.post('/login', { name: 'Grace' });
    expect(await visitor.read('/me')).toContain('Grace');
    const upload = await visitor.send('/uploads', { method: 'POST', body: PNG, headers: { 'content-type': 'image/png' } });
    const { url } = (await upload.json()) as { url: string };
    const crowd = new Crowd(application.url, 6);
    await eventually(() => crowd.visits > 100);
    await fleet.moto.configure(NAME, fleet.settings);
    await eventually(async () => (await visitor.read('/architecture')).includes(fleet.sessions.endpoint));
    const moved = crowd.visits;
    await eventually(() => crowd.visits > moved + 100);
    await crowd.leave();
    expect(crowd.failures).toEqual([]);
    expect(await visitor.read('/users/1')).toContain('Already there');
    // The session moved from the server's memory to the store.
    expect(await visitor.read('/me')).toContain('Grace');
    // Nobody has copied it into the bucket yet.
    expect((await visitor.get(url)).status).toBe(200);
    await eventually(
      async () => (await own.sql("SELECT 1 FROM pg_stat_activity WHERE datname = 'app' AND pid <> pg_backend_pid()")).length === 0,
    );
  });

  test('keeps its parts while new settings can’t be connected, and takes them once they can', async () => {
    const visitor = new Browser(application.url);
    await fleet.moto.configure(NAME, { 'database/writer': 'localhost:1', 'edge/host': 'elsewhere.example' });
    await application.logged('new settings are not in effect, the old ones stay');
    expect((await visitor.get('/users')).status).toBe(200);
    expect(await visitor.read('/architecture')).toContain('cdn.example');
    await fleet.moto.configure(NAME, { 'database/writer': fleet.postgres.endpoint });
    await eventually(async () => (await visitor.read('/architecture')).includes('elsewhere.example'));
  });

  test('answers reads and refuses writes for a while when its database is frozen', async () => {
    const visitor = new Browser(application.url);
    const frozen = async (): Promise<number> => (await visitor.post('/users', { name: 'Late', bio: '' })).status;
    await fleet.postgres.sql('ALTER DATABASE app SET default_transaction_read_only = on', 'postgres');
    await fleet.postgres.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'app'", 'postgres');
    await eventually(async () => (await frozen()) === 503);
    expect(await visitor.read('/users/1')).toContain('Already there');
    await fleet.postgres.sql('ALTER DATABASE app RESET default_transaction_read_only', 'postgres');
    await fleet.postgres.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'app'", 'postgres');
    await eventually(async () => (await frozen()) === 303);
  });

  test('forgets a part whose setting is gone', async () => {
    const visitor = new Browser(application.url);
    await fleet.moto.configure(NAME, { 'database/readers': undefined, 'cache/endpoint': undefined });
    await eventually(async () => (await visitor.read('/architecture')).includes('None: each page asks the database.'));
    expect((await visitor.get('/users/1')).status).toBe(200);
  });

  test('rides out a Parameter Store that is gone', async () => {
    await fleet.moto.stop();
    await eventually(() => application.log.filter(({ msg }) => msg === 'new settings are not in effect, the old ones stay').length > 2);
    expect((await new Browser(application.url).get('/users')).status).toBe(200);
    expect(application.noise).toEqual([]);
  });
});
