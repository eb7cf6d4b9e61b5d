import { HeadObjectCommand } from '@aws-sdk/client-s3';
import { eventually } from '../../tools/servers/processes';
import { describeWithServers } from '../support/servers';
import { Application, Browser } from './application';
import { databaseSecretText, Fleet, PASSWORDS } from './fleet';

const NAME = 'fleet';
const WEBP = Buffer.from('RIFF\x0c\x00\x00\x00WEBPVP8 ', 'latin1');

describeWithServers(['postgres', 'valkey', 'moto'], 'the application on a fleet', (servers) => {
  let fleet: Fleet;
  let application: Application;

  beforeAll(async () => {
    fleet = await Fleet.create(servers);
    await fleet.moto.configure(NAME, fleet.settings);
    application = await fleet.application(NAME);
  });

  const browser = (): Browser => new Browser(application.url);

  test('is connected to everything that the settings name', async () => {
    await eventually(async () => {
      const ready = await browser().get('/readyz');
      expect(ready.status).toBe(200);
      const { dependencies } = (await ready.json()) as { dependencies: { kind: string; ok: boolean }[] };
      // The cache may still be connecting: nothing waits for it.
      expect(dependencies.map(({ kind, ok }) => [kind, ok])).toEqual([
        ['writer', true],
        ['reader', true],
        ['cache', true],
        ['sessions', true],
        ['uploads', true],
      ]);
    });
    const page = await browser().read('/architecture');
    for (const place of [
      fleet.postgres.endpoint,
      fleet.replica.endpoint,
      fleet.cache.endpoint,
      fleet.sessions.endpoint,
      's3://uploads',
      'cdn.example',
    ]) {
      expect(page).toContain(place);
    }
    expect(page).toContain('less than a second behind');
  });

  test('says which stage it is, and shows the CDN and the load balancer to requests that came through them', async () => {
    const headers = {
      via: '2.0 d111111abcdef8.cloudfront.net (CloudFront)',
      'x-amzn-trace-id': 'Root=1-67891233-abcdef012345678912345678',
    };
    const [around, through] = await Promise.all(
      [{}, headers].map(async (sent) => (await browser().send('/architecture', { headers: sent })).text()),
    );
    expect(around).toContain('Stage 4: Stateless tier');
    expect(around.match(/This request came around it/g)).toHaveLength(2);
    expect(through).not.toContain('This request came around it');
    expect(await browser().read('/')).toMatch(/aria-current="step">\s*<h3>Stateless tier/);
  });

  test('accepts forms from the CDN’s host name', async () => {
    const form = { name: 'Through the CDN' };
    expect((await browser().post('/users', form, { origin: 'https://cdn.example' })).status).toBe(303);
    expect((await browser().post('/users', form, { origin: 'https://other.example' })).status).toBe(403);
  });

  test('keeps pictures in the bucket, where a CDN finds them', async () => {
    const response = await browser().send('/uploads', { method: 'POST', body: WEBP, headers: { 'content-type': 'image/webp' } });
    const { url } = (await response.json()) as { url: string };
    expect(await fleet.moto.s3.send(new HeadObjectCommand({ Bucket: 'uploads', Key: url.slice(1) }))).toMatchObject({
      ContentType: 'image/webp',
      CacheControl: 'public, max-age=31536000, immutable',
    });
    const picture = await browser().get(url);
    expect(picture.headers.get('content-type')).toBe('image/webp');
    expect(Buffer.from(await picture.arrayBuffer()).equals(WEBP)).toBe(true);
    expect((await browser().get(`/uploads/${'0'.repeat(32)}.webp`)).status).toBe(404);
  });

  test('remembers visitors although their server dies', async () => {
    const victim = await fleet.application(NAME);
    const visitor = new Browser(victim.url);
    await visitor.post('/login', { name: 'Ada' });
    expect(await victim.stop('SIGKILL')).toBe('SIGKILL');
    visitor.origin = application.url;
    expect(await visitor.read('/me')).toContain('Hello, Ada');
    const id = visitor.cookies.get('session') ?? '';
    expect(Number(await fleet.sessions.command(['TTL', `session:${id}`]))).toBeGreaterThan(604_000);
  });

  test('reads a user once, then takes the copy, and shows a change at once', async () => {
    const path = await browser().addUser('Before');
    await fleet.caughtUp();
    const reader = browser();
    const misses = async (): Promise<number> => {
      const [, percent = 0, reads = 0] = /(\d+) % of (\d+) reads were hits/.exec(await reader.read('/architecture')) ?? [];
      return Math.round((Number(reads) * (100 - Number(percent))) / 100);
    };
    const before = await misses();
    await Promise.all(Array.from({ length: 30 }, async () => reader.read(path)));
    expect((await misses()) - before).toBeLessThan(5);
    const key = path.replace('/users/', 'user:1:');
    const ttl = Number(await eventually(async () => fleet.cache.command(['TTL', key])));
    expect(ttl).toBeGreaterThan(200);
    expect(ttl).toBeLessThanOrEqual(360);
    // What the copy says is shown: the database isn't asked. A process believes what it has seen for a second.
    await fleet.cache.command(['SET', key, JSON.stringify({ id: '1', name: 'The copy', bio: '', photo: null, createdAt: '' })]);
    await eventually(async () => (await reader.read(path)).includes('The copy'));
    await browser().post(path, { name: 'After' });
    expect(await reader.read(path)).toContain('<h1>After</h1>');
  });

  test('lets visitors read what they wrote while the reader lags, and doesn’t keep what lags', async () => {
    const writer = browser();
    const path = await writer.addUser('Old name');
    await fleet.caughtUp();
    await fleet.replica.sql('SELECT pg_wal_replay_pause()');
    try {
      await writer.post(path, { name: 'New name' });
      expect(await writer.read('/users')).toContain('New name');
      expect(await browser().read('/users')).toContain('Old name');
      // The mark of the write sends others to the writer too.
      expect(await writer.read(path)).toContain('<h1>New name</h1>');
      expect(await browser().read(path)).toContain('<h1>New name</h1>');
      expect(await fleet.cache.command(['GET', path.replace('/users/', 'user:1:')])).toBe('!');
      await eventually(async () => /\d s behind/.test(await writer.read('/architecture')));
    } finally {
      await fleet.replica.sql('SELECT pg_wal_replay_resume()');
    }
  });

  test('asks the writer while the reader is down', async () => {
    await fleet.replica.stop();
    const visitor = browser();
    for (let n = 0; n < 3; n += 1) expect((await visitor.get('/users')).status).toBe(200);
    const ready = await visitor.get('/readyz');
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({
      dependencies: expect.arrayContaining([expect.objectContaining({ kind: 'reader', ok: false })]),
    });
    expect(await visitor.read('/architecture')).toContain('One part can’t be reached right now.');
    await fleet.replica.start();
  });

  test('shows every page while the cache hangs or is gone, and uses it again afterwards', async () => {
    const path = await browser().addUser('Without a cache');
    await fleet.caughtUp();
    fleet.cache.hang(true);
    const start = Date.now();
    for (let n = 0; n < 5; n += 1) await browser().read(path);
    expect(Date.now() - start).toBeLessThan(1_000);
    fleet.cache.hang(false);
    await fleet.cache.stop();
    await browser().post(path, { name: 'Changed without a cache' });
    // Another visitor may be answered by the replica.
    await fleet.caughtUp();
    expect(await browser().read(path)).toContain('Changed without a cache');
    const ready = await browser().get('/readyz');
    expect(ready.status).toBe(200);
    await fleet.cache.start();
    await fleet.cache.settled();
    await eventually(async () => {
      await browser().read(path);
      return (await fleet.cache.command(['EXISTS', path.replace('/users/', 'user:1:')])) === '1';
    }, 15_000);
  });

  const disconnect = async (): Promise<void> => {
    await fleet.postgres.sql(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'stagecraft' AND backend_type = 'client backend'",
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
  };

  test('logs in anew when the database’s password was changed, also before the secret says so', async () => {
    await fleet.postgres.sql("ALTER ROLE stagecraft PASSWORD 'second-hunter2'");
    await fleet.moto.changeSecret(fleet.databaseSecret, databaseSecretText('second-hunter2'));
    await disconnect();
    expect((await browser().post('/users', { name: 'After the rotation' })).status).toBe(303);

    await fleet.postgres.sql("ALTER ROLE stagecraft PASSWORD 'third-hunter2'");
    await disconnect();
    const requests = Array.from({ length: 8 }, async () => browser().post('/users', { name: 'During the rotation' }));
    await fleet.moto.changeSecret(fleet.databaseSecret, databaseSecretText('third-hunter2'));
    expect((await Promise.all(requests)).map(({ status }) => status)).toEqual(Array(8).fill(303));
  });

  test('logs in as the other user when it is that one’s turn, and requests under way end as the first', async () => {
    await fleet.postgres.sql(
      "CREATE ROLE stagecraft_clone LOGIN PASSWORD 'other' IN ROLE stagecraft; ALTER ROLE stagecraft_clone SET role = 'stagecraft'",
    );
    const blocker = await fleet.postgres.connect();
    await blocker.query('BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE');
    const waiting = Array.from({ length: 12 }, async () => browser().post('/users', { name: 'As the first' }));
    await eventually(async () => {
      const [{ count }] = await fleet.postgres.sql<{ count: string }>(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'",
      );
      expect(Number(count)).toBeGreaterThan(1);
    });
    await fleet.moto.changeSecret(fleet.databaseSecret, JSON.stringify({ username: 'stagecraft_clone', password: 'other' }));
    await fleet.postgres.sql("ALTER ROLE stagecraft PASSWORD 'nobody knows'");
    await blocker.query('ROLLBACK');
    await blocker.end();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual(Array(12).fill(303));
    await disconnect();
    const after = await Promise.all(Array.from({ length: 8 }, async () => browser().post('/users', { name: 'As the other' })));
    expect(after.map(({ status }) => status)).toEqual(Array(8).fill(303));
    const users = await fleet.postgres.sql<{ usename: string }>(
      "SELECT DISTINCT usename FROM pg_stat_activity WHERE backend_type = 'client backend' AND usename LIKE 'stagecraft%'",
    );
    expect(users.map(({ usename }) => usename)).toContain('stagecraft_clone');
  });

  test('passes the trace on to the database', async () => {
    const blocker = await fleet.postgres.connect();
    await blocker.query('BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE');
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const answer = browser().send('/users', { method: 'POST', body: new URLSearchParams({ name: 'Traced' }), headers: { traceparent } });
    const [{ query }] = await eventually(async () => {
      const rows = await fleet.postgres.sql<{ query: string }>(
        "SELECT query FROM pg_stat_activity WHERE query LIKE 'INSERT INTO users%' AND wait_event_type = 'Lock'",
      );
      if (rows.length === 0) throw new Error('the statement does not wait');
      return rows;
    });
    expect(query).toMatch(/traceparent='00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-01'/);
    await blocker.query('ROLLBACK');
    await blocker.end();
    expect((await answer).headers.get('x-trace-id')).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
  });

  test('trusts no server whose certificate nobody vouches for', async () => {
    const { NODE_EXTRA_CA_CERTS, ...trustful } = fleet.environment;
    expect(NODE_EXTRA_CA_CERTS).toBeDefined();
    const suspicious = servers.stoppedAtEnd(await Application.launch({ ...trustful, NAME }));
    expect((await suspicious.logged('not connected yet')).reason).toMatch(/certificate/);
  });

  test('keeps secrets out of pages and logs', async () => {
    const shown =
      JSON.stringify(application.log) + (await browser().read('/architecture')) + (await (await browser().get('/readyz')).text());
    for (const password of [...Object.values(PASSWORDS), 'second-hunter2', 'third-hunter2']) expect(shown).not.toContain(password);
    expect(application.noise).toEqual([]);
  });
});
