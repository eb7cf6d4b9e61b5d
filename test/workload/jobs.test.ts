import { ShardMap } from '../../lib';
import { eventually } from '../../tools/servers/processes';
import { describeWithServers } from '../support/servers';
import { type Application, Browser } from './application';
import { Federation } from './federation';

const NAME = 'jobs';
const TRIES = 3;
/** A worker in a hurry: what takes a minute on a server takes seconds here. */
const WORKER = { TRIES: String(TRIES), RETRY_SECONDS: '0', CLAIM_SECONDS: '1', WAIT_SECONDS: '1' };

interface Report {
  readonly id: string;
  readonly state: string;
  readonly result: unknown;
}

describeWithServers(['postgres', 'moto'], 'reports by a queue', (servers) => {
  let federation: Federation;
  let queue: string;
  let web: Application;

  beforeAll(async () => {
    federation = await Federation.create(servers, 1);
    await federation.deploy(NAME, ShardMap.range(1).toText());
    web = await federation.application(NAME);
  });

  const started: Application[] = [];
  let tests = 0;

  /** Each test has a queue of its own, so that none meets a message of the one before. */
  beforeEach(async () => {
    queue = await federation.moto.createQueue(`jobs-${(tests += 1)}`, TRIES);
    await federation.moto.configure(NAME, { 'jobs/queue': queue });
    await eventually(async () => (await visitor().read('/architecture')).includes(queue));
  });

  afterEach(async () => {
    await Promise.all(started.splice(0).map(async (worker) => worker.stop('SIGKILL')));
  });

  const visitor = (): Browser => new Browser(web.url);
  const start = async (environment: Record<string, string> = {}): Promise<Application> => {
    const worker = await federation.worker(NAME, { ...WORKER, ...environment });
    started.push(worker);
    return worker;
  };
  const lines = (worker: Application, msg: string, jobId: string): unknown[] =>
    worker.log.filter((line) => line.msg === msg && line.jobId === jobId);

  /** Wishes for a report and returns its id. */
  const wish = async (seconds: number): Promise<string> => {
    const began = Date.now();
    const { status, location, body } = await visitor().json<Report>('/reports', { days: 7, seconds });
    expect([status, location, body.state]).toEqual([202, `/reports/${body.id}`, 'accepted']);
    expect(Date.now() - began).toBeLessThan(1_000);
    return body.id;
  };

  const stateOf = async (id: string): Promise<string> => (await visitor().json<Report>(`/reports/${id}`)).body.state;
  const becomes = async (id: string, state: string): Promise<unknown> => eventually(async () => (await stateOf(id)) === state, 20_000);

  test('are promised at once and made by a worker, in the same trace', async () => {
    const { body: user } = await visitor().json<{ id: string }>('/users', { name: 'Ada' });
    const { body: product } = await visitor().json<{ id: string }>('/products', { name: 'Chair', cents: 100 });
    for (const quantity of [2, 3]) await visitor().json('/orders', { userId: user.id, productId: product.id, quantity });
    const traceparent = `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`;
    const body = new URLSearchParams({ days: '7', seconds: '1' });
    const answer = await visitor().send('/reports', { method: 'POST', body, headers: { traceparent } });
    const path = answer.headers.get('location') ?? '';
    expect([answer.status, answer.headers.get('refresh')]).toEqual([202, `1; url=${path}`]);
    expect(await visitor().read(path)).toContain('It waits for a worker.');
    const worker = await start();
    await eventually(async () => (await visitor().read(path)).includes('A worker is at it.'));
    await eventually(async () => (await visitor().read(path)).includes('It is done.'));
    expect((await visitor().json(path)).body).toMatchObject({
      result: [{ productId: product.id, product: 'Chair', orders: 2, quantity: 5 }],
    });
    const jobId = path.replace('/reports/', '');
    for (const [{ log }, msg] of [
      [web, 'accepted a job'],
      [worker, 'took a job'],
      [worker, 'did a job'],
    ] as const)
      expect(log.find((line) => line.msg === msg && line.jobId === jobId)).toMatchObject({ traceId: 'ab'.repeat(16) });
    expect(await visitor().read('/architecture')).toContain(queue);
    expect(await worker.stop()).toBe(0);
  });

  test('say what they leave out: a hundred products have lines, all others one', async () => {
    await federation.orders.sql(
      `INSERT INTO orders (id, user_id, product_id, quantity) SELECT 9000 + n, 1, 7000 + n, 3000 - n FROM generate_series(1, 150) AS n`,
      NAME,
    );
    const worker = await start();
    const id = await wish(0);
    await becomes(id, 'done');
    const { body } = await visitor().json<{ result: { productId: string | null; product: string | null; orders: number }[] }>(
      `/reports/${id}`,
    );
    const all = body.result.reduce((sum, { orders }) => sum + orders, 0);
    const [{ orders }] = await federation.orders.sql<{ orders: number }>('SELECT count(*)::integer AS orders FROM orders', NAME);
    expect([body.result.length, all]).toEqual([101, orders]);
    expect(body.result[100]).toMatchObject({ productId: null, product: expect.stringMatching(/^\d+ other products$/) });
    expect(await visitor().read(`/reports/${id}`)).toContain('other products');
    expect(await worker.stop()).toBe(0);
  });

  test('are made once, however often and to how many workers they are delivered', async () => {
    // The work takes longer than a claim lasts, and than a duplicate stays away: only a claim that is kept up holds.
    const workers = await Promise.all([start({ CONCURRENCY: '2', CLAIM_SECONDS: '2' }), start({ CLAIM_SECONDS: '2' })]);
    const id = await wish(4);
    for (let n = 0; n < 3; n += 1) await federation.moto.send(queue, JSON.stringify({ jobId: id, traceId: 'ef'.repeat(16) }));
    await becomes(id, 'done');
    const counts = async (): Promise<number[]> => Object.values(await federation.moto.countMessages(queue));
    await eventually(async () => (await counts()).every((count) => count === 0), 15_000);
    expect(workers.flatMap((worker) => lines(worker, 'took a job', id)).length).toBeGreaterThan(3);
    expect(workers.flatMap((worker) => lines(worker, 'did a job', id))).toHaveLength(1);
    const [row] = await federation.orders.sql(`SELECT claim FROM reports WHERE id = ${id}`, NAME);
    expect(row).toEqual({ claim: '1' });
    expect(await Promise.all(workers.map(async (worker) => worker.stop()))).toEqual([0, 0]);
  });

  test('that can’t be made are tried a few times, and then are dead letters', async () => {
    await federation.orders.sql("INSERT INTO reports (id, state, days, seconds) VALUES (7, 'accepted', 1, 99)", NAME);
    await federation.moto.send(queue, JSON.stringify({ jobId: '7', traceId: 'ef'.repeat(16) }));
    await federation.moto.send(queue, 'nonsense');
    const worker = await start();
    await becomes('7', 'failed');
    await eventually(async () => (await federation.moto.countMessages(`${queue}-dead`)).waiting === 2);
    expect(lines(worker, 'took a job', '7')).toHaveLength(TRIES);
    expect(await visitor().read('/reports/7')).toContain('It could not be made.');
    // It goes on with others.
    await becomes(await wish(0), 'done');
    expect(await worker.stop()).toBe(0);
    expect(worker.noise).toEqual([]);
  });

  test('are made by another worker when one is killed', async () => {
    const victim = await start({ CONCURRENCY: '4' });
    const ids = await Promise.all([2, 2, 0, 0, 0, 0].map(wish));
    await victim.logged('took a job');
    expect(await victim.stop('SIGKILL')).toBe('SIGKILL');
    const rescuer = await start({ CONCURRENCY: '4' });
    await Promise.all(ids.map(async (id) => becomes(id, 'done')));
    await eventually(() => lines(rescuer, 'did a job', ids[0]).length + lines(rescuer, 'did a job', ids[1]).length === 2);
    expect(await rescuer.stop()).toBe(0);
  });

  test('are finished by a worker that is told to stop, which takes no more', async () => {
    const worker = await start();
    const [first, second] = [await wish(1), await wish(0)];
    await eventually(() => lines(worker, 'took a job', first).length > 0 || lines(worker, 'did a job', second).length > 0);
    await becomes(first, 'running');
    const third = await wish(0);
    expect(await worker.stop()).toBe(0);
    expect([lines(worker, 'did a job', first).length, lines(worker, 'took a job', third).length]).toEqual([1, 0]);
    expect([await stateOf(first), await stateOf(third)]).toEqual(['done', 'accepted']);
    const next = await start();
    await becomes(third, 'done');
    expect(await next.stop()).toBe(0);
  });

  test('are given back at once by a worker that can’t finish in time', async () => {
    const hasty = await start({ STOP_SECONDS: '0.2', CLAIM_SECONDS: '60' });
    const id = await wish(2);
    await becomes(id, 'running');
    const told = Date.now();
    expect(await hasty.stop()).toBe(0);
    expect(Date.now() - told).toBeLessThan(2_000);
    expect(await stateOf(id)).toBe('accepted');
    const next = await start();
    await becomes(id, 'done');
    await eventually(() => lines(next, 'did a job', id).length === 1);
    expect(await next.stop()).toBe(0);
  });

  test('are not promised while the queue can’t be reached', async () => {
    await federation.moto.configure(NAME, { 'jobs/queue': `${federation.environment.AWS_ENDPOINT_URL}/123456789012/nowhere` });
    await eventually(async () => (await visitor().read('/architecture')).includes('nowhere'));
    expect((await visitor().json('/reports', {})).status).toBe(503);
    const [{ state }] = await federation.orders.sql<{ state: string }>('SELECT state FROM reports ORDER BY id DESC LIMIT 1', NAME);
    expect(state).toBe('failed');
    expect(web.noise).toEqual([]);
  });
});
