import { compareStacks } from '../../../tools/changes/compare';
import type { Template } from '../../../tools/shared/template';
import { HARMLESS } from './harmless';
import { LOSSES } from './kinds';

const rulesOf = (before: Template, after: Template): string[] => {
  const { risks } = compareStacks([{ name: 'shop', template: before }], [{ name: 'shop', template: after }]);
  return [...new Set(risks.filter(({ allowed }) => allowed === undefined).map(({ rule }) => rule))];
};

test.each(LOSSES)('%s: is seen', (_, before, after, rules) => {
  expect(rulesOf(before, after)).toEqual(rules);
});

test.each(HARMLESS)('%s: is let pass', (_, before, after) => {
  expect(rulesOf(before, after)).toEqual([]);
});

test.each([...LOSSES, ...HARMLESS])('%s: compared with itself nothing is said', (_, before, after) => {
  expect([rulesOf(before, before), rulesOf(after, after)]).toEqual([[], []]);
});
