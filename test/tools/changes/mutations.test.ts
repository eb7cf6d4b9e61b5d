import { compareStacks } from '../../../tools/changes/compare';
import { IDENTITY } from './bad-identities';
import { PROTECTION } from './bad-protections';
import { REPLACED } from './bad-replacements';
import { stage } from './edits';

const BAD_CHANGES = [...IDENTITY, ...REPLACED, ...PROTECTION];

test.each(BAD_CHANGES.map((change) => [change.what, change] as const))(
  'caught: %s',
  (_, { before, after, caught: [rule, path, words] }) => {
    const old = before();
    const { risks } = compareStacks(old, after(old));
    const found = risks.filter((risk) => risk.rule === rule && risk.path === path && risk.allowed === undefined);
    expect(found.map(({ message }) => message)).toEqual(expect.arrayContaining([expect.stringMatching(words) as string]));
  },
);

test('at least 25 of them, and a message is one lower-case line', () => {
  expect(BAD_CHANGES.length).toBeGreaterThanOrEqual(25);
  for (const { before, after } of BAD_CHANGES) {
    const old = before();
    for (const { message } of compareStacks(old, after(old)).risks)
      expect(message).toMatch(/^(?:[a-z]|[A-Z][A-Za-z]+ (?!.*\.$))[^\n]*[^.\n]$/);
  }
});

test.each([1, 2, 3, 4, 5])('from stage %i the climb gives none', (from) => {
  // A bridge and its runbook lie between: that it can't be one deployment is all that there is to say.
  const { risks } = compareStacks(stage(from), stage(from + 1));
  expect(risks.filter(({ rule }) => rule !== 'not-in-one-step')).toEqual([]);
});
