import { eventually } from '../../tools/servers/processes';
import { MOST_STALE_MS } from '../../workload/data/freshness';
import { describeWithServers } from '../support/servers';
import { type Application, Browser } from './application';
import { Fleet } from './fleet';

/** Two looks after the bound, on a busy machine. */
const AT_LAST_MS = 60_000;
/** By then a server that hangs is known, on a busy machine too. */
const LATER_MS = 8_000;

describeWithServers(['postgres', 'valkey', 'moto'], 'a fleet whose reader falls behind', (servers) => {
  let fleet: Fleet;
  let applications: Application[];

  beforeAll(async () => {
    fleet = await Fleet.create(servers);
    const uncached = Object.fromEntries(Object.entries(fleet.settings).filter(([key]) => !key.startsWith('cache/')));
    await fleet.moto.configure('cached', fleet.settings);
    await fleet.moto.configure('uncached', uncached);
    applications = [await fleet.application('cached'), await fleet.application('uncached')];
  });

  const bio = async (visitor: Browser, path: string): Promise<string> => (await visitor.json<{ bio: string }>(path)).body.bio;

  test.each([
    [0, 'with a cache'],
    [1, 'without a cache'],
  ])('%d, %s: the author never sees the old value again, others at the most for the bound', async (index) => {
    const { url } = applications[index];
    const [author, stranger] = [new Browser(url), new Browser(url)];
    const path = await author.addUser('Ada', 'old');
    await fleet.caughtUp();
    await eventually(async () => (await bio(stranger, path)) === 'old', AT_LAST_MS);
    await fleet.replica.sql('SELECT pg_wal_replay_pause()');
    await author.json(path, { name: 'Ada', bio: 'new' });
    const written = performance.now();
    const seen: string[] = [];
    await eventually(async () => {
      expect(await bio(author, path)).toBe('new');
      return (await bio(stranger, path)) === 'new';
    }, AT_LAST_MS);
    // Longer than the mark in the author's browser and the one in the cache last.
    while (performance.now() - written < 2 * MOST_STALE_MS + 4_000) {
      expect(await bio(author, path)).toBe('new');
      seen.push(await bio(stranger, path));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(new Set(seen)).toEqual(new Set(['new']));
    await fleet.replica.sql('SELECT pg_wal_replay_resume()');
  });

  test('while the writer is away readers answer, also to a server that has just started', async () => {
    const path = await new Browser(applications[1].url).addUser('Grace');
    await fleet.caughtUp();
    await fleet.postgres.stop();
    const young = await fleet.application('uncached');
    for (const { url } of [...applications, young]) {
      const visitor = new Browser(url);
      for (let count = 0; count < 5; count += 1) {
        const pages = await Promise.all([path, '/users', '/products', '/orders', '/'].map(async (page) => visitor.get(page)));
        expect(pages.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
      }
      expect((await visitor.post('/users', { name: 'Nobody', bio: '' })).status).toBe(503);
    }
    await fleet.postgres.start();
    await eventually(async () => (await new Browser(young.url).post('/users', { name: 'Later', bio: '' })).status === 303, AT_LAST_MS);
  });

  test('a replica that hangs makes only those wait who had asked it already, and nobody sees an error', async () => {
    const path = await new Browser(applications[1].url).addUser('Edsger');
    await fleet.caughtUp();
    const visitor = new Browser(applications[1].url);
    const asked: Promise<{ readonly begun: number; readonly took: number; readonly status: number }>[] = [];
    const start = performance.now();
    const since = (): number => performance.now() - start;
    fleet.replica.hang(true);
    while (since() < LATER_MS + 4_000) {
      const begun = since();
      asked.push(visitor.get(path).then(({ status }) => ({ begun, took: since() - begun, status })));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const all = await Promise.all(asked);
    fleet.replica.hang(false);
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]));
    // A statement that hangs is given up after twelve seconds.
    expect(all.filter(({ begun, took }) => begun > LATER_MS && took > 8_000)).toEqual([]);
  });
});
