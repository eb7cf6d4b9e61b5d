import { compareStacks } from '../../../tools/changes/compare';
import type { Template } from '../../../tools/shared/template';
import { HARMLESS } from './harmless';
import { LOSSES } from './kinds';
import { PROTECTED, PROTECTIONS } from './protections';
import { UNDECIDED_HARMLESS, UNDECIDED_LOSSES } from './undecided';

const SEEN = [...LOSSES, ...UNDECIDED_LOSSES, ...PROTECTIONS];
const PASSED = [...HARMLESS, ...UNDECIDED_HARMLESS, ...PROTECTED];

const rulesOf = (before: Template, after: Template): string[] => {
  const { risks } = compareStacks([{ name: 'shop', template: before }], [{ name: 'shop', template: after }]);
  return [...new Set(risks.filter(({ allowed }) => allowed === undefined).map(({ rule }) => rule))];
};

test.each(SEEN)('%s: is seen', (_, before, after, rules) => {
  expect(rulesOf(before, after)).toEqual(rules);
});

test.each(PASSED)('%s: is let pass', (_, before, after) => {
  expect(rulesOf(before, after)).toEqual([]);
});

test.each([...SEEN, ...PASSED])('%s: compared with itself nothing is said', (_, before, after) => {
  expect([rulesOf(before, before), rulesOf(after, after)]).toEqual([[], []]);
});
