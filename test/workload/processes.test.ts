import { mkdirSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { mostProcesses } from '../../workload/processes';
import { eventually } from '../../tools/servers/processes';
import { describeWithServers } from '../support/servers';
import { Application, Browser } from './application';
import { startSingle, type Single } from './single';

const GIB = 2 ** 30;

test.each([
  [2, 8 * GIB, 2],
  [16, 64 * GIB, 16],
  [1, 4 * GIB, 1],
  [2, 0.93 * GIB, 1],
  [2, 0.4 * GIB, 1],
  [2, 1.9 * GIB, 2],
])('%d vCPUs and %d bytes of memory are work for %d processes', (cpus, memory, expected) => {
  expect(mostProcesses(cpus, memory)).toBe(expected);
});

describeWithServers(['postgres', 'moto', 'valkey'], 'several processes on one server', (servers) => {
  let single: Single;
  let application: Application;

  beforeAll(async () => {
    single = await startSingle(servers);
    await single.application.stop();
    const runtime = join(servers.directory, 'run');
    mkdirSync(runtime);
    const tls = { NODE_EXTRA_CA_CERTS: servers.certificates.authority };
    const environment = { ...single.environment, ...tls, WEB_CONCURRENCY: '2', RUNTIME_DIRECTORY: runtime, POLL_SECONDS: '3' };
    application = servers.stoppedAtEnd(await Application.start(environment));
    await listening(2);
  });

  const listening = async (count: number): Promise<unknown> =>
    eventually(() => application.log.filter(({ msg }) => msg === 'listening').length === count);

  /** Statuses of so many requests, each on a connection of its own, so that any process may answer. */
  const ask = async (path: string, cookies = new Map<string, string>(), count = 40): Promise<Map<number | string, number>> => {
    const counts = new Map<number | string, number>();
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    for (let done = 0; done < count; done += 1) {
      const said = await new Promise<string>((resolve) => {
        request(application.url + path, { agent: new Agent(), headers: { cookie, accept: 'text/html' } }, (response) => {
          let text = '';
          response
            .on('data', (chunk) => (text += String(chunk)))
            .on('end', () => {
              resolve(text.includes('Who are you?') ? 'stranger' : String(response.statusCode));
            });
        })
          .once('error', (error) => {
            resolve(error.message);
          })
          .end();
      });
      counts.set(said, (counts.get(said) ?? 0) + 1);
    }
    return counts;
  };

  /** Processor time that a process has used, in ticks. */
  const ticks = (pid: number): number => Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')[11]);

  test('all of them work, and a visitor is signed in with each', async () => {
    const before = application.processes().map(ticks);
    expect(before).toHaveLength(2);
    const visitor = new Browser(application.url);
    await visitor.post('/login', { name: 'Ada' });
    expect([...(await ask('/me', visitor.cookies, 300))]).toEqual([['200', 300]]);
    const used = application.processes().map((pid, index) => ticks(pid) - before[index]);
    expect(Math.min(...used)).toBeGreaterThan(0);
    await visitor.post('/logout', {});
    expect([...(await ask('/me', visitor.cookies))]).toEqual([['stranger', 40]]);
  });

  test('together they have no more connections to the database than one has', async () => {
    await Promise.all(Array.from({ length: 60 }, async () => fetch(`${application.url}/users`)));
    const [{ count }] = await single.postgres.sql<{ count: number }>(
      "SELECT count(*)::int AS count FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()",
    );
    expect(count).toBeLessThanOrEqual(10 + 2);
  });

  test('one that is killed is started again, while the other answers', async () => {
    const [first] = application.processes();
    process.kill(first, 'SIGKILL');
    await application.logged('a process ended and is started again');
    expect([...(await ask('/users'))]).toEqual([['200', 40]]);
    await listening(3);
    expect(application.processes()).not.toContain(first);
  });

  test('when there is a store for sessions, all of them use it, and nobody is signed out', async () => {
    const visitor = new Browser(application.url);
    await visitor.post('/login', { name: 'Ada' });
    const store = await servers.valkey('sessions', 'sessions-hunter2');
    const secret = await single.moto.createSecret('sessions', 'sessions-hunter2');
    await single.moto.configure('single', { 'sessions/endpoint': store.endpoint, 'sessions/secret': secret });
    // From before the change to after it.
    const seen: (string | number)[] = [];
    const inEffect = (): number => application.log.filter(({ changes }) => String(changes).includes('sessions/endpoint')).length;
    await eventually(async () => {
      seen.push(...(await ask('/me', visitor.cookies, 20)).keys());
      return inEffect() === 2;
    });
    expect(new Set(seen)).toEqual(new Set(['200']));
    expect([...(await ask('/me', visitor.cookies))]).toEqual([['200', 40]]);
    await visitor.post('/logout', {});
    expect([...(await ask('/me', visitor.cookies))]).toEqual([['stranger', 40]]);
  });

  test('told to stop, they finish what they have begun and end', async () => {
    const blocker = await single.postgres.connect();
    await blocker.query('BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE');
    const waiting = Promise.all(Array.from({ length: 6 }, async (_, n) => fetch(`${application.url}/users?before=${n + 1}`)));
    // A table has a share of each process's connections; who waits for one of those has begun, too.
    await eventually(async () => (await single.postgres.sql('SELECT 1 FROM pg_locks WHERE NOT granted')).length >= 3);
    const processes = application.processes();
    const stopped = application.stop();
    await eventually(() => application.log.filter(({ msg }) => msg === 'stopping').length === 2);
    await blocker.query('ROLLBACK');
    await blocker.end();
    expect((await waiting).map(({ status }) => status)).toEqual(Array(6).fill(200));
    expect(await stopped).toBe(0);
    for (const pid of processes) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});
