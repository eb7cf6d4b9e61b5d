import { join } from 'node:path';
import { eventually } from '../../tools/servers/processes';
import { Application, Browser } from '../workload/application';
import { balance } from './balance';
import { describeDrill, report } from './drill';
import { Load, wait } from '../../tools/servers/load';

const NAME = 'killed';
const VISITORS = 8;
/** A health check of the target group is 10 s; here everything is fifty times as fast. */
const CHECK_MS = 200;

describeDrill(['postgres', 'valkey', 'moto', 'nginx'], 'drill kill-server', (servers) => {
  let urls: string[];
  let victim: Application;

  beforeAll(async () => {
    const { certificates } = servers;
    const [moto, postgres, sessions] = await Promise.all([
      servers.moto(),
      servers.postgres('postgres', { certificates, password: 'hunter2' }),
      servers.valkey('sessions', 'hunter2'),
    ]);
    await moto.configure(NAME, {
      'database/writer': postgres.endpoint,
      'database/name': 'app',
      'database/secret': await moto.createSecret('database', JSON.stringify({ username: 'stagecraft', password: 'hunter2' })),
      'sessions/endpoint': sessions.endpoint,
      'sessions/secret': await moto.createSecret('sessions', 'hunter2'),
    });
    const environment = {
      ...moto.environment,
      NAME,
      UPLOADS: join(servers.directory, 'uploads'),
      NODE_EXTRA_CA_CERTS: certificates.authority,
    };
    const applications = await Promise.all([0, 1, 2].map(async () => servers.stoppedAtEnd(await Application.start(environment))));
    [victim] = applications;
    urls = applications.map(({ url }) => url);
  });

  test('one of three servers is killed under load: nobody is signed out, no write that was confirmed is lost, and errors end with the check', async () => {
    const balancer = await balance(servers, urls, CHECK_MS);
    const browsers = Array.from({ length: VISITORS }, () => new Browser(balancer.url));
    for (const [visitor, browser] of browsers.entries()) await browser.post('/login', { name: `Visitor ${visitor}` });
    const written: string[] = [];
    const load = new Load(VISITORS, async (visitor, click) => {
      const browser = browsers[visitor];
      const account = await click('account', async () => browser.get('/me'));
      if (account?.includes(`Hello, Visitor ${visitor}`) === false) throw new Error(`visitor ${visitor} was signed out`);
      await click('list', async () => browser.get('/users'));
      await click('write', async () => {
        const response = await browser.post('/users', { name: `Written by ${visitor}` });
        if (response.status === 303) written.push(response.headers.get('location') ?? '');
        return response;
      });
    });
    await load.goOn(10);
    expect(load.failures()).toEqual([]);
    const killed = load.now;
    expect(await victim.stop('SIGKILL')).toBe('SIGKILL');
    await eventually(() => balancer.isOut(victim.url));
    // nginx takes its new configuration while it serves by the old one.
    await wait(500);
    const known = load.now;
    await load.goOn(15);
    await load.end();

    const failed = load.failures();
    const blind = load.samples.filter(({ began }) => began > killed && began < known);
    const there = new Browser(urls[1]);
    const lost: string[] = [];
    for (const path of written) if ((await there.get(path)).status !== 200) lost.push(path);
    const accounts = await Promise.all(browsers.map(async (browser) => (await browser.get('/me')).text()));
    const signedIn = accounts.filter((page, visitor) => page.includes(`Hello, Visitor ${visitor}`));
    report('kill-server', {
      requests: load.samples.length,
      failed: failed.length,
      'out after ms': Math.round(known - killed),
      'failed later': load.failures(({ began }) => began > known).length,
      'sessions kept': `${signedIn.length}/${VISITORS}`,
      'writes confirmed': written.length,
      lost: lost.length,
      'p99 ms': Load.percentile(load.samples, 0.99),
    });
    expect(load.surprises).toEqual([]);
    // The drill did something, and it ended when the health check knew: not one request fails that began later.
    expect(failed.length).toBeGreaterThan(0);
    expect(load.failures(({ began }) => began > known)).toEqual([]);
    // Until then a third of the requests went to the server that is gone, give or take; and those that it had under way.
    expect(failed.length).toBeLessThanOrEqual(Math.ceil(blind.length / 2) + VISITORS);
    expect(lost).toEqual([]);
    expect(signedIn).toHaveLength(VISITORS);
  });
});
