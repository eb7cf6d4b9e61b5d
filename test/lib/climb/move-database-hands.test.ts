import { Hands } from '../../support/climb/hands';
import type { Fate } from '../../support/climb/quick-aws';
import type { Box } from '../../support/climb/box';
import { ON_A_SERVER, type Outcome } from '../../support/climb/runbook';
import { describeNeeding, testInCi } from '../../support/needs';
import { describeWithServers } from '../../support/servers';

const SCHEDULES = Number(process.env.SCHEDULES ?? 200);
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

const later = async (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A small generator, so that a printed seed is a schedule. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** What happens in a schedule: all of it is printed. */
function plan(next: () => number): Plan {
  const one = <T>(...values: T[]): T => values[Math.floor(next() * values.length)];
  return {
    first: one('switch', 'switch', 'switch', 'switch', 'verify', 'copy', 'abort'),
    second: one('abort', 'abort', 'abort', 'abort', 'switch', 'freeze', 'verify'),
    delayMs: Math.floor(next() * 1_200),
    firstKilledMs: next() < 0.3 ? Math.floor(next() * 1_200) : undefined,
    secondKilledMs: next() < 0.2 ? Math.floor(next() * 1_200) : undefined,
    put: one<Fate>('does', 'does', 'fails', 'does, but fails'),
    putMs: one(0, 0, 300, 1_500, 4_000),
    getFails: next() < 0.1,
    oldCrashesMs: next() < 0.1 ? Math.floor(next() * 1_500) : undefined,
  };
}

interface Plan {
  readonly first: string;
  readonly second: string;
  readonly delayMs: number;
  readonly firstKilledMs?: number;
  readonly secondKilledMs?: number;
  readonly put: Fate;
  readonly putMs: number;
  readonly getFails: boolean;
  readonly oldCrashesMs?: number;
}

async function step(box: Box, name: string, killedMs?: number): Promise<Outcome> {
  const begin = Date.now();
  return box.runbook.step(name, killedMs === undefined ? undefined : async () => Promise.resolve(Date.now() - begin > killedMs));
}

async function play(hands: Hands, box: Box, todo: Plan): Promise<void> {
  hands.aws.decide = async ({ words }) => {
    if (words.includes('get-parameters')) return todo.getFails ? 'fails' : 'does';
    if (!words.includes('put-parameter')) return 'does';
    await later(todo.putMs);
    return todo.put;
  };
  const first = step(box, todo.first, todo.firstKilledMs);
  const crash = async (): Promise<void> => {
    if (todo.oldCrashesMs === undefined) return;
    await later(todo.oldCrashesMs);
    await box.old.stop();
    await box.old.start();
  };
  const crashed = crash();
  await later(todo.delayMs);
  await Promise.all([first, crashed, step(box, todo.second, todo.secondKilledMs)]);
}

/** Ends the session that holds the lock, as a network does: nobody knows then who works. */
const LOSE_LOCK = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'hand %'";

describeNeeding(ON_A_SERVER, 'two hands at once', () => {
  describeWithServers(['postgres', 'moto'], 'on one move of a database', (servers) => {
    let hands: Hands;
    beforeAll(async () => {
      hands = await Hands.create(servers);
    }, 60_000);

    async function expectOneSide(what: object): Promise<void> {
      const { serves, wrong } = await hands.end();
      expect({ ...what, wrong }).toEqual({ ...what, wrong: [] });
      console.info(JSON.stringify({ ...what, serves }));
    }

    for (const [stopped, other] of [
      ['switch', 'abort'],
      ['abort', 'switch'],
    ]) {
      for (const unseen of [false, true]) {
        testInCi(
          `${stopped} stopped before each of its calls while ${other} runs, ${unseen ? 'its lock lost' : 'its lock held'}: one side serves with every write`,
          async () => {
            for (let at = 1, there = true; there; at += 1) {
              const box = await hands.ready();
              const second = async (): Promise<unknown> => {
                if (unseen) await box.old.sql(LOSE_LOCK);
                return box.runbook.step(other);
              };
              there = await hands.aws.preempt(stopped, at, async () => box.runbook.step(stopped), second);
              await expectOneSide({ stopped, other, unseen, at });
            }
          },
          600_000,
        );
      }
    }

    testInCi(
      `${SCHEDULES} random schedules of two steps, kills, crashes and failing calls: one side serves with every write`,
      async () => {
        const next = random(SEED);
        for (let schedule = 0; schedule < SCHEDULES; schedule += 1) {
          const todo = plan(next);
          await play(hands, await hands.ready(), todo);
          await expectOneSide({ seed: SEED, schedule, ...todo });
        }
      },
      SCHEDULES * 60_000,
    );
  });
});
