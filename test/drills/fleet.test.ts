import { eventually } from '../../tools/servers/processes';
import { type Application, Browser } from '../workload/application';
import { Fleet } from '../workload/fleet';
import { describeDrill, report } from './drill';
import { Load, wait } from '../../tools/servers/load';

const NAME = 'drilled';
const VISITORS = 8;

describeDrill(['postgres', 'valkey', 'moto'], 'drills on a fleet', (servers) => {
  let fleet: Fleet;
  let application: Application;
  let paths: string[];

  beforeAll(async () => {
    fleet = await Fleet.create(servers);
    await fleet.moto.configure(NAME, fleet.settings);
    application = await fleet.application(NAME);
    const writer = browser();
    paths = await Promise.all(Array.from({ length: 20 }, async (_, n) => writer.addUser(`Number ${n}`)));
    await fleet.caughtUp();
  });

  afterEach(() => {
    expect(application.noise).toEqual([]);
  });

  const browser = (): Browser => new Browser(application.url);

  test('fail-cache: the cache hangs, then is gone, under load: not one page fails, and it is used again', async () => {
    const hits = async (): Promise<number> => {
      const [, share, reads] = /(\d+) % of (\d+) reads were hits/.exec(await browser().read('/architecture')) ?? [0, 0, 0];
      return Math.round((Number(share) * Number(reads)) / 100);
    };
    const load = new Load(VISITORS, async (visitor, click) => {
      const path = paths[Math.floor(Math.random() * paths.length)];
      const page = await click('user', async () => browser().get(path));
      if (page?.includes('Number') === false) throw new Error(`${path} is another page`);
      if (visitor === 0) await click('write', async () => browser().post('/users', { name: 'Without a cache' }));
    });
    await load.goOn(10);
    const before = load.samples.length;
    fleet.cache.hang(true);
    await load.goOn(20);
    fleet.cache.hang(false);
    await fleet.cache.stop();
    await load.goOn(20);
    const without = load.samples.slice(before);
    await fleet.cache.start();
    await fleet.cache.settled();
    const start = Date.now();
    const hitsBefore = await hits();
    // What fails now would be caught at the end.
    await eventually(async () => (await hits()) > hitsBefore + 3, 20_000);
    const back = Date.now() - start;
    await load.end();
    report('fail-cache', {
      requests: load.samples.length,
      failed: load.failures().length,
      'p99 ms with it': Load.percentile(load.samples.slice(0, before), 0.99),
      'p99 ms without': Load.percentile(without, 0.99),
      'used again after ms': back,
    });
    expect([load.failures(), load.surprises]).toEqual([[], []]);
    // One wait for the hanging cache is 150 ms; nobody waits for it twice.
    expect(Load.percentile(without, 0.99)).toBeLessThan(2_500);
  });

  test('fail-sessions: the session store is gone under load: those who read go on, accounts say "try again" and soon, and then all is well', async () => {
    const browsers = Array.from({ length: VISITORS }, browser);
    for (const [visitor, one] of browsers.entries()) await one.post('/login', { name: `Visitor ${visitor}` });
    const load = new Load(VISITORS, async (visitor, click) => {
      const one = browsers[visitor];
      await click('read', async () => one.get(paths[visitor]));
      await click('list', async () => one.get('/users'));
      await click('account', async () => one.get('/me'));
    });
    await load.goOn(10);
    expect(load.failures()).toEqual([]);
    const gone = load.now;
    await fleet.sessions.stop();
    // For a while: what ends within half a second of the fault or the repair is not looked at.
    await Promise.all([load.goOn(20), wait(3_000)]);
    const during = load.samples.filter(({ began }) => began > gone + 500 && began < load.now - 500);
    // A primary that is started again here has lost its sessions, as no replica stands by: visitors sign in again.
    await fleet.sessions.start();
    await fleet.sessions.settled();
    const start = Date.now();
    await eventually(async () => {
      for (const [visitor, one] of browsers.entries()) {
        expect((await one.post('/login', { name: `Visitor ${visitor}` })).status).toBe(303);
        expect(await one.read('/me')).toContain(`Hello, Visitor ${visitor}`);
      }
    }, 20_000);
    const back = Date.now() - start;
    await load.end();
    const accounts = during.filter(({ what }) => what === 'account');
    report('fail-sessions', {
      requests: load.samples.length,
      'pages failed': load.failures(({ what }) => what !== 'account').length,
      'accounts failed': load.failures(({ what }) => what === 'account').length,
      'of them with 503': Load.statuses(load.failures())[503] ?? 0,
      'slowest refusal ms': Load.percentile(accounts, 1),
      'signed in again after ms': back,
    });
    expect(load.failures(({ what }) => what !== 'account')).toEqual([]);
    expect(Load.statuses(accounts)).toEqual({ 503: accounts.length });
    expect(accounts.length).toBeGreaterThan(VISITORS);
    expect(Load.statuses(load.failures())).toEqual({ 503: load.failures().length });
    // A command may take two seconds.
    expect(Load.percentile(accounts, 1)).toBeLessThan(3_000);
  });

  test('pause-replica: the replica stands still under load: reads go on, and everybody reads what they wrote', async () => {
    const old = browser();
    await old.post(paths[0], { name: 'Old name' });
    await fleet.caughtUp();
    let stale = 0;
    const load = new Load(VISITORS, async (visitor, click) => {
      const writer = browser();
      const name = `Visitor ${visitor} at ${performance.now()}`;
      await click('write', async () => writer.post('/users', { name }));
      const list = await click('own write', async () => writer.get('/users'));
      if (list?.includes(name) === false) throw new Error(`"${name}" was written and is not in the list`);
      const others = await click('read', async () => browser().get('/users'));
      if (others?.includes(name) === false) stale += 1;
    });
    await load.goOn(6);
    const before = { stale, reads: load.samples.length };
    await fleet.replica.sql('SELECT pg_wal_replay_pause()');
    const paused = Date.now();
    await wait(1_500);
    await load.goOn(15);
    const lag = Date.now() - paused;
    await fleet.replica.sql('SELECT pg_wal_replay_resume()');
    await load.end();
    const start = Date.now();
    await fleet.caughtUp();
    report('pause-replica', {
      requests: load.samples.length,
      failed: load.failures().length,
      'paused ms': lag,
      'own writes not seen': load.surprises.length,
      "others' writes seen later": stale - before.stale,
      'caught up after ms': Date.now() - start,
    });
    expect([load.failures(), load.surprises]).toEqual([[], []]);
    // It did lag: others did not see what was written.
    expect(stale - before.stale).toBeGreaterThan(0);
  });
});
