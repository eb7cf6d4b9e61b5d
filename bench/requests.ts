import { type ChildProcess, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { join } from 'node:path';
import { motoProgram } from '../tools/servers/moto';
import { postgresPrograms } from '../tools/servers/postgres';
import { eventually, freePort, startProcess, stopProcess } from '../tools/servers/processes';
import { Servers } from '../tools/servers/servers';
import { valkeyProgram } from '../tools/servers/valkey';
import { median } from './measure';

const ROOT = join(__dirname, '..');
const PACKAGES = join(ROOT, 'node_modules/.cache/bench/fastify');
const USERS = 10_000;
const VISITORS = 20;
const ROUNDS = 7;
const REQUESTS = 4_000;
const PASSWORD = 'hunter2';
/** Of a second; what `/proc` counts processor time in. */
const TICKS = 100;

/** What the peer needs of fastify, which is no dependency. */
export type RouteShorthandMethod = (
  path: string,
  handler: (
    request: { readonly id: string; readonly params: { readonly id: string } },
    reply: { headers: (headers: object) => unknown; code: (status: number) => { send: (body?: string) => unknown } },
  ) => Promise<unknown>,
) => void;

/** A web server that is measured. */
interface Measured {
  readonly process: ChildProcess;
  readonly port: number;
}

/** Microseconds of processor time for a request. */
export interface Cost {
  readonly what: string;
  readonly application: number;
  readonly peer: number;
}

/** What is missing to measure requests; nothing where all is there. */
export function missingForRequests(): string | undefined {
  if (!postgresPrograms() || !valkeyProgram() || !motoProgram()) return 'PostgreSQL, Valkey and moto have to be installed';
  if (existsSync(join(PACKAGES, 'node_modules/fastify'))) return undefined;
  mkdirSync(PACKAGES, { recursive: true });
  writeFileSync(join(PACKAGES, 'package.json'), '{"private":true}');
  try {
    execFileSync('npm', ['install', '--no-audit', '--no-fund', 'fastify@5'], { cwd: PACKAGES, stdio: 'ignore' });
    return undefined;
  } catch {
    return "fastify can't be installed here";
  }
}

/** A user by id, as JSON: from the database, and from the cache, by the application and by fastify with the same clients, in turns. */
export async function requestCosts(): Promise<Cost[]> {
  const servers = new Servers();
  try {
    const { certificates } = servers;
    const moto = await servers.moto();
    const postgres = await servers.postgres('postgres', { certificates, password: PASSWORD });
    const cache = await servers.valkey('cache', PASSWORD);
    const settings = {
      ...{ 'database/writer': postgres.endpoint, 'database/name': 'app' },
      'database/secret': await moto.createSecret('database', JSON.stringify({ username: 'stagecraft', password: PASSWORD })),
    };
    await moto.configure('plain', settings);
    const secret = await moto.createSecret('cache', PASSWORD);
    await moto.configure('cached', { ...settings, 'cache/endpoint': cache.endpoint, 'cache/secret': secret });
    const started: ChildProcess[] = [];
    servers.stoppedAtEnd({ stop: async () => Promise.all(started.map(async (one) => stopProcess(one, 'SIGKILL'))) });
    const start = async (command: (port: number) => readonly string[], environment: NodeJS.ProcessEnv): Promise<Measured> => {
      const port = await freePort();
      const env = {
        PATH: process.env.PATH,
        NODE_ENV: 'production',
        NODE_EXTRA_CA_CERTS: certificates.authority,
        PORT: String(port),
        ...environment,
      };
      const child = startProcess([...command(port)], { cwd: ROOT, env, stdio: ['ignore', 'ignore', 'inherit'] });
      started.push(child);
      await eventually(async () => (await fetch(`http://127.0.0.1:${port}/users/1`)).status < 500, 60_000);
      return { process: child, port };
    };
    const application = async (name: string): Promise<Measured> =>
      start(() => ['node', 'workload/bundle/server.js', 'web'], {
        ...{ ...moto.environment, NAME: name, WEB_CONCURRENCY: '1', UPLOADS: servers.directory, NODE_NO_WARNINGS: '1' },
      });
    const [PGHOST, PGPORT] = postgres.endpoint.split(':');
    const peer = async (more: NodeJS.ProcessEnv): Promise<Measured> =>
      start(
        (port) => ['node', '--require', 'ts-node/register/transpile-only', 'bench/peer.ts', join(PACKAGES, 'package.json'), String(port)],
        {
          ...{ PGHOST, PGPORT, PGPASSWORD: PASSWORD, ...more },
        },
      );
    const first = await application('plain');
    await postgres.sql(`INSERT INTO users (name, bio) SELECT 'User ' || n, repeat(md5(n::text), 3) FROM generate_series(1, ${USERS}) AS n`);
    const pairs = [
      { what: 'from the database', pair: [first, await peer({})] },
      { what: 'from the cache', pair: [await application('cached'), await peer({ CACHE: cache.endpoint, CACHE_PASSWORD: PASSWORD })] },
    ];
    const costs: Cost[] = [];
    for (const { what, pair } of pairs) {
      const [mine, theirs] = await compared(pair);
      costs.push({ what, application: mine, peer: theirs });
    }
    return costs;
  } finally {
    await servers.stop();
  }
}

/** In turns, so that whatever else the machine does meets all of them alike; all users are asked for once before. */
async function compared(pair: readonly Measured[]): Promise<number[]> {
  const costs = pair.map((): number[] => []);
  for (const { port } of pair) await visit(port, USERS, (number) => number);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [index, { process: measured, port }] of pair.entries()) {
      const before = busy(measured);
      await visit(port, REQUESTS, (number) => (number * 7_919 * (round + 1)) % USERS);
      costs[index].push(((busy(measured) - before) * 1e6) / REQUESTS);
    }
  }
  return costs.map(median);
}

/** Seconds of processor time that a process has had. */
function busy({ pid = 0 }: ChildProcess): number {
  const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13);
  return (Number(user) + Number(system)) / TICKS;
}

/** Asks for users, a few at a time on connections that stay. */
async function visit(port: number, count: number, user: (number: number) => number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: VISITORS });
  let next = 0;
  const visitor = async (): Promise<void> => {
    while (next < count) {
      const path = `/users/${1 + user(next)}`;
      next += 1;
      const status = await new Promise<number | undefined>((resolve, reject) => {
        get({ agent, port, path, headers: { accept: 'application/json' } }, (answer) => {
          answer.resume().once('end', () => {
            resolve(answer.statusCode);
          });
        }).once('error', reject);
      });
      if (status !== 200) throw new Error(`${path} was answered with ${status ?? 'nothing'}`);
    }
  };
  await Promise.all(Array.from({ length: VISITORS }, visitor));
  agent.destroy();
}
