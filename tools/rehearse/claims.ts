import { isFailed, type Sample, wait } from '../servers/load';
import { eventually } from '../servers/processes';
import type { Plan } from './plan';
import { share } from './meters';
import { transactionsOf } from './part-meters';
import type { Rehearsal } from './rehearsal';

/** What a claim said of itself: whether its bound held, and in which numbers. */
export interface Verdict {
  readonly held: boolean;
  readonly seen: string;
}

/** Something that is said of an architecture, and how it is seen. */
export interface Claim {
  readonly claim: string;
  readonly bound: string;
  /** Whether a deployment has what it is about. */
  readonly applies: (plan: Plan) => boolean;
  readonly look: (rehearsal: Rehearsal) => Promise<Verdict>;
}

/** How much reading costs the databases and the servers. */
export interface Cost {
  /** Statements on databases that are written to, for a hundred pages. */
  readonly writers: number;
  /** Statements on all databases, for a hundred pages. */
  readonly all: number;
  /** Share of requests that the CDN answered by itself. */
  readonly fromCdn: number;
}

const MEASURED_MS = 8_000;
const IDLE_MS = 3_000;
const COUNTED_MS = 11_000;
/** A mark of a browser that has just written lasts ten seconds; until then it asks the writer. */
export const JUST_WRITTEN_MS = 10_500;

/** Whether somebody wanted to change something. */
export const isWrite = ({ what }: Sample): boolean => what === 'write' || what === 'sign in';
const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

/** Measures reading alone, with caches as warm as they get in a quarter of a minute. */
export async function costOfReading({ traffic, deployment }: Rehearsal, users: number): Promise<Cost> {
  const counts = async (): Promise<{ readonly all: number; readonly writers: number }> => {
    const each = await Promise.all([...deployment.data.databases].map(async ([id, server]) => [id, await transactionsOf(server)] as const));
    return {
      all: sum(each.map(([, count]) => count)),
      writers: sum(each.filter(([id]) => !deployment.data.copies.has(id)).map(([, count]) => count)),
    };
  };
  const writes = traffic.writes;
  traffic.writes = 0;
  await traffic.setUsers(0);
  // PostgreSQL counts what a connection did up to ten seconds after the connection has fallen silent.
  await wait(COUNTED_MS);
  const zero = await counts();
  await wait(IDLE_MS);
  const idle = await counts();
  await traffic.setUsers(users);
  await wait(JUST_WRITTEN_MS);
  deployment.door.passed();
  const [before, moment] = [await counts(), traffic.now];
  await wait(MEASURED_MS);
  const [after, samples] = [await counts(), traffic.since(moment)];
  const took = (traffic.now - moment) / IDLE_MS;
  traffic.writes = writes;
  const pages = samples.filter(({ what }) => what !== 'file').length;
  const each = (kind: 'all' | 'writers'): number =>
    (100 * Math.max(0, after[kind] - before[kind] - (idle[kind] - zero[kind]) * took)) / Math.max(1, pages);
  return { all: each('all'), writers: each('writers'), fromCdn: share(deployment.door.passed()) ?? 0 };
}

/** Which of some confirmed writes are not there, or not with the name that they had. A copy may be behind, so who misses something looks again. */
export async function lostOf(rehearsal: Rehearsal, written: Rehearsal['traffic']['written']): Promise<string[]> {
  const browser = rehearsal.browser();
  const lost: string[] = [];
  for (const { name, path } of written) {
    const found = await eventually(async () => {
      const response = await browser.get(path);
      return (await response.text()).includes(name);
    }, 15_000).catch(() => false);
    if (!found) lost.push(`${name} at ${path}`);
  }
  return lost;
}

/** Does something while people use the deployment, and says what became of their requests and promises. */
async function during(
  rehearsal: Rehearsal,
  fault: () => Promise<void>,
): Promise<{ samples: Sample[]; failed: Sample[]; broken: string[]; lost: string[] }> {
  const { traffic } = rehearsal;
  const [moment, broken, written] = [traffic.now, traffic.broken.length, traffic.written.length];
  await fault();
  const samples = traffic.since(moment);
  const lost = await lostOf(rehearsal, traffic.written.slice(written));
  return { samples, failed: samples.filter(isFailed), broken: traffic.broken.slice(broken), lost };
}

const balanced = ({ servers }: Plan): boolean => servers.some(({ balanced: is, least }) => is && least > 1);
const copied = ({ databases }: Plan): boolean => databases.some(({ source }) => source !== undefined);

const anyServerMayDie: Claim = {
  claim: 'any server may die: kill -9 of one under load',
  bound: '0 failed reads, 0 sessions and 0 confirmed writes lost',
  applies: balanced,
  look: async (rehearsal) => {
    const { fleet, door } = rehearsal.deployment;
    const victim = fleet.members.find(({ part }) => part.balanced);
    if (!victim) throw new Error('there is no server');
    door.passed();
    const { samples, failed, broken, lost } = await during(rehearsal, async () => {
      await wait(1_000);
      victim.host.kill();
      await eventually(() => !victim.isIn, 20_000);
      await wait(2_000);
      await victim.host.systemctl('start', 'app');
      await fleet.joined(victim);
    });
    const again = door.passed().filter(({ at, asked }) => at === 'balancer' && asked.length > 1).length;
    const reads = failed.filter((sample) => !isWrite(sample));
    const seen = `${samples.length} requests, ${reads.length} reads failed, ${failed.length - reads.length} writes under way had no answer, ${broken.length} sessions, ${lost.length} writes lost; ${again} were passed on, where AWS answers 502`;
    return { held: reads.length + broken.length + lost.length === 0, seen };
  },
};

const releaseRolls: Claim = {
  claim: 'a release rolls: every server is replaced under load',
  bound: '0 failed requests',
  applies: balanced,
  look: async (rehearsal) => {
    let took = 0;
    const { samples, failed, broken } = await during(rehearsal, async () => {
      const begin = Date.now();
      await rehearsal.deployment.roll(`rehearsed-${begin}`);
      took = (Date.now() - begin) / 1_000;
    });
    return {
      held: failed.length + broken.length === 0,
      seen: `${samples.length} requests in ${took.toFixed(0)} s, ${failed.length} failed, ${broken.length} promises broken`,
    };
  },
};

const primaryDies: Claim = {
  claim: 'a primary dies and comes back',
  bound: '0 failed reads, writes refused with 503, 0 confirmed writes lost',
  applies: (plan) => copied(plan) && plan.databases.filter(({ source }) => source === undefined).length === 1,
  look: async (rehearsal) => {
    const { data, current } = rehearsal.deployment;
    const primary = data.databases.get(current.databases.find(({ source }) => source === undefined)?.id ?? '');
    if (!primary) throw new Error('there is no primary');
    const { traffic } = rehearsal;
    // Who has just written is promised the newest, which the writer alone has: they are refused, and counted apart.
    let gone = 0;
    let back = 0;
    const { samples, failed, lost } = await during(rehearsal, async () => {
      gone = traffic.now;
      await primary.stop();
      await wait(JUST_WRITTEN_MS + 3_000);
      await primary.start();
      back = traffic.now;
      await eventually(async () => {
        if ((await rehearsal.browser().post('/users', { name: 'Back' })).status !== 303) throw new Error('no write yet');
      }, 30_000);
      await wait(1_000);
    });
    const reads = failed.filter((sample) => !isWrite(sample));
    const late = reads.filter(({ began }) => began > gone + JUST_WRITTEN_MS && began < back);
    const refused = failed.filter(isWrite);
    const unclear = refused.filter(({ status, began, ended }) => status !== 503 && began > gone + 500 && ended < back);
    const seen = `${samples.length} requests; reads failed: ${reads.length} (${late.length} of people who had not just written); writes refused: ${refused.length}, without 503: ${unclear.length}; ${lost.length} confirmed lost`;
    return { held: late.length + unclear.length + lost.length === 0, seen };
  },
};

const copyBehind: Claim = {
  claim: 'copies are 10 s behind',
  bound: 'authors see their own writes, others see them within 10 s more',
  applies: copied,
  look: async (rehearsal) => {
    const { data } = rehearsal.deployment;
    const copies = [...data.copies].flatMap((id) => data.databases.get(id) ?? []);
    let caught = 0;
    const { samples, failed, broken } = await during(rehearsal, async () => {
      for (const copy of copies) await copy.sql('SELECT pg_wal_replay_pause()');
      await wait(10_000);
      const name = `Seen by others ${Date.now()}`;
      await rehearsal.browser().post('/users', { name });
      // A copy that goes on may end a question that meets what it removes.
      for (const copy of copies) await eventually(async () => copy.sql('SELECT pg_wal_replay_resume()'));
      const begin = Date.now();
      await eventually(async () => {
        if (!(await rehearsal.browser().read('/users')).includes(name)) throw new Error('not yet');
      }, 20_000);
      caught = (Date.now() - begin) / 1_000;
    });
    const written = samples.filter(({ what }) => what === 'own write').length;
    const seen = `${written} own writes looked at, ${broken.length} not seen; others saw the last one ${caught.toFixed(1)} s after copies went on; ${failed.length} of ${samples.length} requests failed`;
    return { held: broken.length === 0 && caught <= 10 && failed.length === 0, seen };
  },
};

const JOBS = 12;

const jobsAreDone: Claim = {
  claim: 'the queue: 202, then done; a worker is killed; a poison job',
  bound: '0 accepted jobs lost, each done once, poison set aside',
  applies: ({ queues, servers }) => queues.length > 0 && servers.some(({ role }) => role === 'worker'),
  look: async (rehearsal) => {
    const { deployment } = rehearsal;
    const { moto, fleet, data, current } = deployment;
    const url = data.attributes.get(current.queues[0].id)?.Ref ?? '';
    const workers = fleet.members.filter(({ part }) => part.role === 'worker');
    const browser = rehearsal.browser();
    const accepted: string[] = [];
    for (let n = 0; n < JOBS; n++) {
      const { status, body } = await browser.json<{ id: string }>('/reports', { days: 7, seconds: 1 });
      if (status === 202) accepted.push(body.id);
    }
    await moto.send(url, 'poison');
    await eventually(() => workers[0].host.log.includes('took a job'), 20_000);
    workers[0].host.kill();
    const state = async (id: string): Promise<string> => (await browser.json<{ state: string }>(`/reports/${id}`)).body.state;
    await eventually(async () => {
      const states = await Promise.all(accepted.map(state));
      if (states.some((one) => one !== 'done')) throw new Error(`jobs are ${states.join(' ')}`);
    }, 60_000).catch(() => undefined);
    const dead = await eventually(async () => {
      const { waiting } = await moto.countMessages(`${url}-dead`);
      if (waiting === 0) throw new Error('not yet');
      return waiting;
    }, 60_000).catch(() => 0);
    await workers[0].host.systemctl('start', 'app');
    const states = await Promise.all(accepted.map(state));
    const done = workers.flatMap(({ host }) => [...host.log.matchAll(/"msg":"did a job".*?"jobId":"?(\d+)/g)].map(([, id]) => id));
    const mine = done.filter((id) => accepted.includes(id));
    const [lost, doubled] = [states.filter((one) => one !== 'done').length, mine.length - new Set(mine).size];
    const seen = `${accepted.length} of ${JOBS} accepted with 202, ${lost} lost, ${doubled} done twice, ${dead} set aside`;
    return { held: accepted.length === JOBS && lost === 0 && doubled === 0 && dead === 1, seen };
  },
};

/** All that is looked at by itself, in the order in which it is. */
export const CLAIMS: readonly Claim[] = [primaryDies, copyBehind, anyServerMayDie, releaseRolls, jobsAreDone];
