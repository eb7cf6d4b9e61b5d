import { eventually } from '../../tools/servers/processes';
import { describeWithServers } from '../support/servers';
import { Application, Browser } from './application';
import { type Single, startSingle } from './single';

describeWithServers(['postgres', 'moto'], 'the life of the application on a single server', (servers) => {
  let single: Single;

  beforeAll(async () => {
    single = await startSingle(servers);
  });

  const browser = (): Browser => new Browser(single.application.url);

  test('logs a line for each request, with the trace that the load balancer began', async () => {
    const headers = { 'x-amzn-trace-id': 'Root=1-5759e988-bd862e3fe1be46a994272793', authorization: 'Basic hunter2' };
    const path = await browser().addUser('Ada');
    const response = await browser().get(`${path}?token=hunter2`, headers);
    expect(response.headers.get('x-trace-id')).toBe('5759e988bd862e3fe1be46a994272793');
    const traceId = '5759e988bd862e3fe1be46a994272793';
    const line = await eventually(() => single.application.log.find((one) => one.traceId === traceId) ?? false);
    expect(line).toMatchObject({ level: 'info', msg: 'request', method: 'GET', route: '/users/:id', status: 200 });
    expect(Object.keys(line)).toEqual(expect.arrayContaining(['time', 'ms', 'server']));
    expect(JSON.stringify(single.application.log)).not.toContain('hunter2');
    expect(single.application.noise).toEqual([]);
  });

  test('notices visitors who leave before the answer', async () => {
    const blocker = await single.postgres.connect();
    await blocker.query('BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE');
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const signal = AbortSignal.timeout(200);
    await expect(browser().send('/users', { headers: { traceparent }, signal })).rejects.toThrow();
    await blocker.query('ROLLBACK');
    await blocker.end();
    const line = await eventually(() => single.application.log.find(({ traceId }) => traceId === 'a'.repeat(32)) ?? false);
    expect(line).toMatchObject({ msg: 'request', route: '/users', aborted: true });
  });

  test('shows what it is connected to', async () => {
    const page = await browser().read('/architecture');
    expect(page).toContain(single.postgres.endpoint);
    expect(page).toMatch(/Stage [12]: /);
    expect(page).toContain('None: one server answers everybody.');
    expect(page).toContain('None: the writer answers all reads.');
    expect(page).toContain('Everything this server needs is connected.');
  });

  test('is alive but not ready while the database is down, and recovers', async () => {
    expect((await browser().get('/readyz')).status).toBe(200);
    // Connections break while they are in use.
    let busy = true;
    const crowd = Promise.all(
      Array.from({ length: 8 }, async () => {
        while (busy) expect([200, 503]).toContain((await browser().get('/users')).status);
      }),
    );
    await single.postgres.stop();
    await new Promise((resolve) => setTimeout(resolve, 200));
    busy = false;
    await crowd;
    expect(single.application.noise).toEqual([]);
    const [alive, ready, page, home] = await Promise.all(['/healthz', '/readyz', '/users', '/'].map(async (path) => browser().get(path)));
    expect([alive.status, await alive.text()]).toEqual([200, 'ok\n']);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({
      ready: false,
      dependencies: expect.arrayContaining([expect.objectContaining({ kind: 'writer', ok: false })]),
    });
    expect([page.status, page.headers.get('retry-after'), home.status]).toEqual([503, '5', 200]);
    await single.postgres.start();
    expect((await browser().get('/readyz')).status).toBe(200);
    expect((await browser().get('/users')).status).toBe(200);
  });

  test('finishes what it has begun when it is told to stop, and forgets its sessions', async () => {
    const visitor = browser();
    await visitor.post('/login', { name: 'Ada' });
    const blocker = await single.postgres.connect();
    await blocker.query('BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE');
    const waiting = Promise.all(Array.from({ length: 4 }, async (_, n) => browser().get(`/users?before=${n + 1}`)));
    await eventually(async () => (await single.postgres.sql('SELECT 1 FROM pg_locks WHERE NOT granted')).length >= 4);
    const stopped = single.application.stop();
    await single.application.logged('stopping');
    await expect(fetch(`${single.application.url}/healthz`)).rejects.toThrow();
    await blocker.query('ROLLBACK');
    await blocker.end();
    const answers = await waiting;
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(answers.map(({ headers }) => headers.get('connection'))).toEqual(Array(4).fill('close'));
    expect(await stopped).toBe(0);

    single = { ...single, application: servers.stoppedAtEnd(await Application.start(single.environment)) };
    visitor.origin = single.application.url;
    expect(await visitor.read('/me')).toContain('Who are you?');
  });

  test('answers visitors until a load balancer has heard that it goes, and closes its port afterwards', async () => {
    const fromBalancer = { 'x-forwarded-for': '10.0.0.7' };
    const leaver = servers.stoppedAtEnd(await Application.start({ ...single.environment, DRAIN_SECONDS: '4' }));
    const visitor = new Browser(leaver.url);
    expect((await visitor.get('/healthz', fromBalancer)).status).toBe(200);
    const stopped = leaver.stop();
    await leaver.logged('stopping');
    const seen = new Set<number | string>();
    let told = 0;
    // The balancer sends visitors until it has heard "no" three times.
    while (told < 3) {
      seen.add(await visitor.get('/users').then(({ status }) => status, String));
      if ((await visitor.get('/healthz', fromBalancer)).status === 503) told += 1;
    }
    expect([...seen]).toEqual([200]);
    expect(await stopped).toBe(0);
  });

  test('waits for Parameter Store when it starts, and doesn’t need it afterwards', async () => {
    await single.moto.stop();
    const early = servers.stoppedAtEnd(await Application.launch(single.environment));
    await early.logged('not connected yet');
    expect((await browser().get('/users')).status).toBe(200);
    await single.moto.start();
    await single.moto.configure('single', { 'database/writer': single.postgres.endpoint, 'database/name': 'app' });
    await early.logged('listening');
    expect((await new Browser(early.url).get('/users')).status).toBe(200);
  });
});
