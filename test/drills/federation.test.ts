import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ShardMap } from '../../lib';
import { motoProgram } from '../../tools/servers/moto';
import { eventually, findProgram } from '../../tools/servers/processes';
import { type Application, Browser } from '../workload/application';
import { Federation } from '../workload/federation';
import { describeDrill, report } from './drill';
import { Load, wait } from '../../tools/servers/load';

const NAME = 'drilled';
const SIZE = 1_000;
const TRIES = 3;
const CONCURRENCY = 3;
const WORKER = { TRIES: String(TRIES), RETRY_SECONDS: '0', CLAIM_SECONDS: '2', WAIT_SECONDS: '1', CONCURRENCY: String(CONCURRENCY) };
const SCRIPTS = join(__dirname, '../../lib/operate/drills');

describeDrill(['postgres', 'moto'], 'drills on shards and workers', (servers) => {
  let federation: Federation;
  let web: Application;
  let queue: string;
  let queues = 0;
  const workers: Application[] = [];

  beforeAll(async () => {
    federation = await Federation.create(servers, 2);
    await federation.deploy(NAME, ShardMap.range(2, SIZE).toText());
    web = await federation.application(NAME);
  });

  beforeEach(async () => {
    queue = await federation.moto.createQueue(`drill-${(queues += 1)}`, TRIES);
    await federation.moto.configure(NAME, { 'jobs/queue': queue });
    await eventually(async () => (await browser().read('/architecture')).includes(queue));
  });

  afterEach(async () => {
    await Promise.all(workers.splice(0).map(async (worker) => worker.stop('SIGKILL')));
    expect(web.noise).toEqual([]);
  });

  const browser = (): Browser => new Browser(web.url);

  const hire = async (): Promise<Application> => {
    const worker = await federation.worker(NAME, WORKER);
    workers.push(worker);
    return worker;
  };

  /** Wishes for reports; each is accepted, and so promised. */
  const promise = async (count: number, seconds: number): Promise<string[]> =>
    Promise.all(
      Array.from({ length: count }, async () => {
        const { status, body } = await browser().json<{ id: string }>('/reports', { days: 7, seconds });
        expect(status).toBe(202);
        return body.id;
      }),
    );

  /** How far the promised reports are: every one is done, and was done once. */
  const kept = async (ids: readonly string[]): Promise<{ done: number; doubled: number; claims: number }> => {
    const rows = await federation.orders.sql<{ state: string; claim: string }>(
      `SELECT state, claim FROM reports WHERE id = ANY('{${ids.join(',')}}'::bigint[])`,
      NAME,
    );
    const finished = workers.flatMap(({ log }) => log.filter(({ msg }) => msg === 'did a job').map(({ jobId }) => String(jobId)));
    return {
      done: rows.filter(({ state }) => state === 'done').length,
      doubled: finished.length - new Set(finished).size,
      claims: rows.reduce((sum, { claim }) => sum + Number(claim), 0),
    };
  };

  test('fail-shard: a shard is gone under load: only its own users notice, and it is used again when it is back', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 12; n += 1) ids.push((await browser().json<{ id: string }>('/users', { name: `Number ${n}` })).body.id);
    const map = ShardMap.range(2, SIZE);
    const on = [0, 1].map((shard) => ids.filter((id) => map.shardOf(id) === shard));
    expect(on.every(({ length }) => length > 2)).toBe(true);
    const load = new Load(8, async (visitor, click) => {
      const of = (shard: number): string => on[shard][visitor % on[shard].length];
      await click('on 0', async () => browser().get(`/users/${of(0)}`));
      await click('on 1', async () => browser().get(`/users/${of(1)}`));
      await click('orders', async () => browser().get('/orders'));
      await click('products', async () => browser().get('/products'));
      if (visitor === 0) await click('new user', async () => browser().post('/users', { name: 'New' }));
    });
    await load.goOn(8);
    expect(load.failures()).toEqual([]);
    const gone = load.now;
    await federation.shards[0].stop();
    // For a while: a quick machine has clicked so often before the first connection is given up.
    await Promise.all([load.goOn(40), wait(3_000)]);
    const back = load.now;
    await federation.shards[0].start();
    await eventually(async () => {
      expect((await browser().get(`/users/${on[0][0]}`)).status).toBe(200);
    }, 20_000);
    const again = load.now;
    await load.goOn(8);
    await load.end();
    const down = load.samples.filter(({ began }) => began > gone + 500 && began < back);
    const mine = down.filter(({ what }) => what === 'on 0');
    const others = load.failures(({ what }) => what !== 'on 0');
    report('fail-shard', {
      requests: load.samples.length,
      'failed of its users': load.failures(({ what }) => what === 'on 0').length,
      'failed of all others': others.length,
      'new users meanwhile': down.filter(({ what, status }) => what === 'new user' && status === 303).length,
      'used again after ms': Math.round(again - back),
    });
    expect(mine.length).toBeGreaterThan(0);
    expect(Load.statuses(mine)).toEqual({ 503: mine.length });
    expect(down.some(({ what, status }) => what === 'new user' && status === 303)).toBe(true);
    // New users are tried on the shard that is gone first, so whoever was in the middle of that as it went may have to try again.
    expect(others.filter(({ what }) => what !== 'new user')).toEqual([]);
    expect(others.filter(({ began }) => began > gone + 500)).toEqual([]);
    expect(load.failures(({ began }) => began > again)).toEqual([]);
  });

  test('poison-jobs: what AWS would run sends jobs that nobody can do: they end as dead letters, and every promise is kept', async () => {
    await hire();
    await hire();
    // Somebody else's dead letter is none of the drill's business.
    await federation.moto.send(`${queue}-dead`, 'an old letter');
    const event = { Queue: queue, DeadLetters: `${queue}-dead`, Count: '5', Run: 'a-run' };
    const before = await promise(10, 0);
    const start = Date.now();
    await script('send', event);
    const after = await promise(10, 0);
    const { DeadLetters } = await script('collect', event);
    const dead = Date.now() - start;
    const ids = [...before, ...after];
    await eventually(async () => (await kept(ids)).done === ids.length, 20_000);
    const { done, doubled } = await kept(ids);
    report('poison-jobs', {
      accepted: ids.length,
      done,
      lost: ids.length - done,
      doubled,
      'dead letters': String(DeadLetters),
      'dead after ms': dead,
    });
    expect([DeadLetters, done, doubled]).toEqual([5, 20, 0]);
    // The drill cleans up after itself, and leaves the letter that was there.
    await eventually(async () => (await federation.moto.countMessages(`${queue}-dead`)).waiting === 1);
    expect(await federation.moto.countMessages(queue)).toEqual({ waiting: 0, hidden: 0 });
    for (const { noise } of workers) expect(noise).toEqual([]);
  });

  test('poison-jobs: fails where the dead letters never come', async () => {
    const event = { Queue: queue, DeadLetters: `${queue}-dead`, Count: '2', Run: 'another-run' };
    await script('send', event);
    await expect(script('collect', event, ', patience=1, pause=1')).rejects.toThrow('0 of 2 poison jobs are dead letters after 1 s');
  });

  test('interrupt-spot: a worker is killed in the middle of its jobs, and all are delivered twice: each is done, once', async () => {
    const victim = await hire();
    await hire();
    const ids = await promise(12, 1);
    await victim.logged('took a job');
    const start = Date.now();
    const taken = victim.log.filter(({ msg }) => msg === 'took a job').length;
    const finished = victim.log.filter(({ msg }) => msg === 'did a job').length;
    expect(await victim.stop('SIGKILL')).toBe('SIGKILL');
    // SQS delivers at least once: now and then it is twice.
    for (const jobId of ids) await federation.moto.send(queue, JSON.stringify({ jobId, traceId: 'ef'.repeat(16) }));
    await eventually(async () => (await kept(ids)).done === ids.length, 40_000);
    const after = Date.now() - start;
    await eventually(async () => Object.values(await federation.moto.countMessages(queue)).every((count) => count === 0), 20_000);
    const { done, doubled, claims } = await kept(ids);
    report('interrupt-spot', {
      accepted: ids.length,
      'killed with': taken - finished,
      done,
      lost: ids.length - done,
      doubled,
      'begun again': claims - ids.length,
      'all done after ms': after,
    });
    expect([done, doubled]).toEqual([ids.length, 0]);
    expect(taken - finished).toBeGreaterThan(0);
    // Only what the victim had was begun twice.
    expect(claims - ids.length).toBeLessThanOrEqual(CONCURRENCY);
  });

  /** Runs a step of the document in lib/operate/drills, as Systems Manager would, against the imitation of AWS. */
  async function script(handler: string, event: Record<string, string>, more = ''): Promise<Record<string, unknown>> {
    const python = findProgram('python3', [join(motoProgram() ?? '', '..')]) ?? '';
    const code = `import json, sys; sys.path.insert(0, ${JSON.stringify(SCRIPTS)}); import poison; print(json.dumps(poison.${handler}(json.loads(sys.argv[1]), None${more})))`;
    const environment = { ...process.env, ...federation.moto.environment, AWS_DEFAULT_REGION: 'us-east-1' };
    const child = spawn(python, ['-B', '-c', code, JSON.stringify(event)], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = { out: '', error: '' };
    child.stdout.on('data', (part: Buffer) => (output.out += part.toString()));
    child.stderr.on('data', (part: Buffer) => (output.error += part.toString()));
    const [status] = (await once(child, 'close')) as [number];
    if (status !== 0) throw new Error(output.error.trim().split('\n').at(-1));
    return JSON.parse(output.out) as Record<string, unknown>;
  }
});
