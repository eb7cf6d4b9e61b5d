import fc from 'fast-check';
import { comparePrepared, compareStacks } from '../../../tools/changes/compare';
import { correctionOf } from '../../../tools/changes/corrections';
import { Effect, Verdict } from '../../../tools/changes/model';
import { prepared } from '../../../tools/changes/prepare';
import { renderMarkdown } from '../../../tools/diff/markdown';
import { pictureOfChange } from '../../../tools/diff/picture';
import { priceOf } from '../../../tools/diff/price';
import { reportOf } from '../../../tools/diff/report';
import { usageOf } from '../../../tools/pricing/usage';
import { templateOf } from '../../../tools/shared/read-template';
import type { Json, StackTemplate } from '../../../tools/shared/template';
import { DEPARTURES, EDITS, ODD, PLANS, PROPERTIES, type Plan, departure, pairOf } from './corpus';

const SEED = 13;
/** Drawn from all of them; a smaller sample where nobody waits. */
const RUNS = process.env.CI === 'true' ? 24_000 : 1_500;
const EFFECTS = { yes: Effect.REPLACES, no: Effect.IN_PLACE, maybe: Effect.MAY_REPLACE };

/** What is wrong with what is said about a pair, by the replacement that the schema of the type announces; undefined where all is right. */
function fault(plan: Plan): 'missed' | 'false alarm' | 'crash' | undefined {
  try {
    const [before, after] = pairOf(plan);
    const { changes, risks } = compareStacks([{ name: 'shop', template: before }], [{ name: 'shop', template: after }]);
    const [change] = changes;
    const isSame = plan.edit === 'rewrite' || plan.edit === 'reorder';
    if (isSame) return changes.length > 0 || risks.length > 0 ? 'false alarm' : undefined;
    const [old, now] = pairOf({ ...plan, form: 'literal' }).map(({ Resources }) => Resources.Thing);
    const expected = correctionOf(plan.property, old, now)?.effect ?? EFFECTS[plan.replaces];
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- a list may be shorter than the type says
    if (!change) return 'missed';
    const says = change.verdict === Verdict.REPLACED && (!change.holdsData || risks.some(({ rule }) => rule === 'replaced'));
    if (expected === Effect.REPLACES) return says ? undefined : 'missed';
    return change.verdict === Verdict.REPLACED ? 'false alarm' : undefined;
  } catch {
    return 'crash';
  }
}

test('templates drawn from the schemas of all types that hold data are judged as the schemas say', () => {
  const plans = fc.sample(fc.constantFrom(...PLANS), { seed: SEED, numRuns: RUNS });
  const faults = plans.map((plan) => ({ fault: fault(plan), ...plan }));
  const of = (kind: string): typeof faults => faults.filter((one) => one.fault === kind);
  const types = new Set(plans.map(({ type }) => type)).size;
  console.log(
    `${plans.length} pairs of ${PLANS.length} from seed ${SEED}, ${types} types: missed ${of('missed').length}, false alarms ${of('false alarm').length}, crashes ${of('crash').length}`,
  );
  expect(faults.filter((one) => one.fault !== undefined).slice(0, 20)).toEqual([]);
  expect(new Set(plans.map(({ edit }) => edit)).size).toBe(EDITS.length);
});

test('whatever holds data and leaves is said, unless it is retained, in every way to write its policy', () => {
  const wrong = DEPARTURES.filter((plan) => {
    const [before, after] = departure(plan);
    const { risks } = compareStacks([{ name: 'shop', template: before }], [{ name: 'shop', template: after }]);
    const found = risks.map(({ rule }) => rule).join();
    const isRight =
      plan.policy === 'Snapshot' ? /^deleted(-with-snapshot)?$/.test(found) : found === (plan.policy === 'Delete' ? 'deleted' : '');
    return !isRight;
  });
  console.log(`${DEPARTURES.length} departures: missed or false ${wrong.length}`);
  expect(wrong.slice(0, 10)).toEqual([]);
});

test('odd values at any property of any type end in a report', () => {
  const odd = fc.constantFrom(...ODD);
  const drawn = fc.sample(fc.tuple(fc.constantFrom(...PROPERTIES), odd, odd), { seed: SEED, numRuns: RUNS / 4 });
  const crashes = drawn.flatMap(([[Type, property], one, other]): string[] => {
    const side = (value: Json): StackTemplate[] => {
      const template = templateOf(JSON.stringify({ Resources: { Thing: { Type, Properties: { [property]: value } } } }), 'it');
      return [{ name: 'shop', region: 'us-east-1', template }];
    };
    try {
      const sides = prepared(side(one), side(other));
      renderMarkdown(reportOf({ title: 'odd', ...sides, comparison: comparePrepared(sides), notes: [] }), 'again', {
        picture: pictureOfChange(sides.before, sides.after, comparePrepared(sides).changes),
      });
      priceOf(sides.before, sides.after, usageOf(4));
      return [];
    } catch (error) {
      return [`${Type} ${property} ${JSON.stringify([one, other])}: ${String((error as Error).stack?.split('\n').slice(0, 3).join(' '))}`];
    }
  });
  console.log(`${drawn.length} odd pairs of ${PROPERTIES.length} properties: crashes ${crashes.length}`);
  expect(crashes.slice(0, 10)).toEqual([]);
});
