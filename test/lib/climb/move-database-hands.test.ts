import { Hands } from '../../support/climb/hands';
import type { Fate } from '../../support/climb/quick-aws';
import type { Box } from '../../support/climb/box';
import type { StepOutcome } from '../../../tools/servers/runbook';
import { ON_A_SERVER } from '../../support/climb/runbook';
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

const round = (part: number): number => Math.round(part * 100) / 100;

/** What happens in a schedule: all of it is printed. Times are in parts of what a step takes on this machine. */
function plan(next: () => number): Plan {
  const one = <T>(...values: T[]): T => values[Math.floor(next() * values.length)];
  return {
    first: one('switch', 'switch', 'switch', 'switch', 'verify', 'copy', 'abort'),
    second: one('abort', 'abort', 'abort', 'abort', 'switch', 'freeze', 'verify'),
    delay: round(next() * 1.5),
    firstKilled: next() < 0.3 ? round(next() * 1.5) : undefined,
    secondKilled: next() < 0.2 ? round(next() * 1.5) : undefined,
    put: one<Fate>('does', 'does', 'fails', 'does, but fails'),
    putMs: one(0, 0, 300, 1_500, 4_000),
    getFails: next() < 0.1,
    oldCrashes: next() < 0.1 ? round(next() * 1.5) : undefined,
  };
}

interface Plan {
  readonly first: string;
  readonly second: string;
  readonly delay: number;
  readonly firstKilled?: number;
  readonly secondKilled?: number;
  readonly put: Fate;
  readonly putMs: number;
  readonly getFails: boolean;
  readonly oldCrashes?: number;
}

async function step(box: Box, name: string, killedMs: number): Promise<StepOutcome> {
  const begin = Date.now();
  return box.runbook.step(name, Number.isNaN(killedMs) ? undefined : async () => Promise.resolve(Date.now() - begin > killedMs));
}

async function play(hands: Hands, box: Box, todo: Plan): Promise<void> {
  const moment = (part: number | undefined): number => (part ?? Number.NaN) * hands.paceMs;
  hands.aws.decide = async ({ words }) => {
    if (words.includes('get-parameters')) return todo.getFails ? 'fails' : 'does';
    if (!words.includes('put-parameter')) return 'does';
    await later(todo.putMs);
    return todo.put;
  };
  const first = step(box, todo.first, moment(todo.firstKilled));
  const crash = async (): Promise<void> => {
    if (todo.oldCrashes === undefined) return;
    await later(moment(todo.oldCrashes));
    await box.old.stop();
    await box.old.start();
  };
  const crashed = crash();
  await later(moment(todo.delay));
  await Promise.all([first, crashed, step(box, todo.second, moment(todo.secondKilled))]);
}

/** Ends the session that holds the lock, as a network does: nobody knows then who works. */
const LOSE_LOCK = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'hand %'";

describeNeeding(ON_A_SERVER, 'two hands at once', () => {
  describeWithServers(['postgres', 'moto'], 'on one move of a database', (servers) => {
    /** Two moves at the same time: a step waits more than it works. */
    let lanes: readonly Hands[];
    beforeAll(async () => {
      lanes = await Promise.all(['left', 'right'].map(async (name) => Hands.create(servers, name)));
    });

    /** Waits for both, so that what one left undone does not end the steps of the next test. */
    async function inEach(run: (hands: Hands, lane: number) => Promise<void>): Promise<void> {
      const ends = await Promise.allSettled(lanes.map(run));
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
    }

    async function expectOneSide(hands: Hands, what: object): Promise<void> {
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
            const tryCalls = async (hands: Hands, from: number): Promise<void> => {
              for (let at = from, there = true; there; at += lanes.length) {
                const box = await hands.ready();
                const second = async (): Promise<unknown> => {
                  if (unseen) await box.old.sql(LOSE_LOCK);
                  return box.runbook.step(other);
                };
                there = await hands.aws.preempt(stopped, at, async () => box.runbook.step(stopped), second);
                await expectOneSide(hands, { stopped, other, unseen, at });
              }
            };
            await inEach(async (hands, lane) => tryCalls(hands, lane + 1));
          },
          1_800_000,
        );
      }
    }

    testInCi(
      `${SCHEDULES} random schedules of two steps, kills, crashes and failing calls: one side serves with every write`,
      async () => {
        const run = async (hands: Hands, lane: number): Promise<void> => {
          const next = random(SEED + lane);
          for (let schedule = lane; schedule < SCHEDULES; schedule += lanes.length) {
            const todo = plan(next);
            await play(hands, await hands.ready(), todo);
            await expectOneSide(hands, { seed: SEED + lane, schedule, ...todo });
          }
        };
        await inEach(run);
      },
      SCHEDULES * 60_000,
    );
  });
});
