import fc from 'fast-check';
import { compareStacks } from '../../tools/changes/compare';
import { STEP_RULES } from '../../tools/changes/rules/steps';
import { Verdict } from '../../tools/changes/model';
import { emptyApplication } from '../support/synth';
import { deployed, synthesized } from '../support/deployed';
import { insideOnce, type Move, moves, plainClimb, SLEEP, UPWARDS } from './climb-contexts';

const WAYS = ['direct', 'bridge in', 'bridge out'] as const;
const CLIMBS = [1, 2, 3, 4, 5].flatMap((from) => WAYS.map((way) => plainClimb(from, way)));
const INSIDE = moves(emptyApplication());
const CI = process.env.CI === 'true';
const DRAWN = CI ? 200 : 8;

/** No risk of any rule in any stack; and, said once more without the rules, nothing that holds data is replaced or deleted. */
function expectSafe({ before, after }: Move, stacksOf = deployed): void {
  const { changes, risks } = compareStacks(stacksOf(before), stacksOf(after));
  // Without a bridge it is refused for a reason of its own: what a runbook does can't be one deployment.
  const open = risks.filter(({ allowed }) => allowed === undefined);
  const isBridge = [before, after].some(({ from }) => from !== undefined);
  expect(open.filter(({ rule }) => isBridge || !STEP_RULES.includes(rule))).toEqual([]);
  const lost = changes.filter(({ holdsData, verdict, fate }) => holdsData && (verdict === Verdict.REPLACED || fate === 'deleted'));
  expect(lost).toEqual([]);
}

test.each(CLIMBS.map((move) => [move.what, move] as const))(
  '%s: nothing that holds data is replaced, deleted or less protected',
  (_, move) => {
    expectSafe(move);
  },
);

test.each([1, 2, 3, 4])('from stage %i without a domain', (from) => {
  expectSafe(plainClimb(from, 'direct', false));
});

test.each(UPWARDS.map((move) => [move.what, move] as const))('%s is a deploy', (_, move) => {
  expectSafe(move);
});

test.each(SLEEP.map((move) => [move.what, move] as const))('%s, in place', (_, move) => {
  expectSafe(move);
});

test.each(insideOnce(emptyApplication()).map((move) => [move.what, move] as const))('%s', (_, move) => {
  expectSafe(move);
});

test('any climb, any bridge and any change inside a stage, with any choices', () => {
  const ran = new Map<string, number>();
  const property = fc.property(INSIDE, (move) => {
    ran.set(move.what, (ran.get(move.what) ?? 0) + 1);
    expectSafe(move, CI ? synthesized : deployed);
  });
  fc.assert(property, { numRuns: DRAWN, ...(CI ? {} : { seed: 20_260_101 }), endOnFailure: true });
  console.log(
    `the gate compared ${DRAWN} drawn changes of ${ran.size} kinds: ${[...ran].map(([what, times]) => `${what} (${times})`).join(', ')}`,
  );
  expect([...ran.values()].reduce((sum, times) => sum + times, 0)).toBe(DRAWN);
}, 1_800_000);

test('the gate looks at every stack: a change for the worse in a satellite is seen', () => {
  const before = deployed(plainClimb(5, 'direct').after);
  for (const { name } of before.filter((stack) => stack.name !== 'webapp-us-east-1' && stack.name !== 'webapp-us-east-1-edge')) {
    const after = before.map((stack) =>
      stack.name === name
        ? {
            ...stack,
            template: { Resources: Object.fromEntries(Object.entries(stack.template.Resources).map(([id, one]) => [`${id}x`, one])) },
          }
        : stack,
    );
    expect(compareStacks(before, after).risks.some((risk) => risk.stack === name && ['renamed', 'name-taken'].includes(risk.rule))).toBe(
      true,
    );
  }
});
