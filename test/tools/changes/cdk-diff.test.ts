import { compareStacks } from '../../../tools/changes/compare';
import { Effect, type ResourceChange, Verdict } from '../../../tools/changes/model';
import { type StackTemplate } from '../../../tools/shared/template';
import { plainClimb } from '../../stages/climb-contexts';
import { type Said, cdkDiff, cdkVersion } from './cdk-diff';
import { deployed } from '../../support/deployed';
import { testInCi } from '../../support/needs';
import { edited, founding, rename, set } from './edits';

/** Our verdict in the words of `cdk diff`. */
function inItsWords({ verdict, fate, type, properties }: ResourceChange): Said {
  if (verdict === Verdict.ADDED) return { sign: '+', type };
  if (verdict === Verdict.RETIRED) return { sign: '-', type, word: fate === 'retained' ? 'orphan' : 'destroy' };
  const may = properties.some(({ effect }) => effect === Effect.MAY_REPLACE);
  const word = verdict === Verdict.REPLACED ? 'replace' : may ? 'may be replaced' : undefined;
  return { sign: '~', type, ...(word && { word }) };
}

/** Whether two texts of a resource differ in nothing that CloudFormation acts on. */
function onlyNotes(id: string, before: StackTemplate, after: StackTemplate): boolean {
  const text = (stack: StackTemplate): string =>
    JSON.stringify({ ...stack.template.Resources[id], Metadata: undefined, DependsOn: undefined });
  return text(before) === text(after);
}

test('the CLI is the pinned one', () => {
  expect(cdkVersion()).toBe('2.1148.1');
});

// Each run of the CLI takes seconds.
testInCi.each([1, 2, 3, 4, 5])('cdk diff --template and we agree on the climb from stage %i', async (from) => {
  const { before, after } = plainClimb(from, 'direct');
  const [old, now] = [founding(deployed(before)), founding(deployed(after))];
  const said = await cdkDiff(old, now, after);
  const { changes } = compareStacks([old], [now]);
  expect(said.size).toBeGreaterThan(5);
  const ours = new Map(changes.map((change) => [change.logicalId, inItsWords(change)]));
  const theirs = new Map([...said].filter(([id, { sign }]) => sign !== '~' || !onlyNotes(id, old, now)));
  expect(Object.fromEntries([...theirs].sort())).toEqual(Object.fromEntries([...ours].sort()));
});

type Edit = Parameters<typeof edited>[1];

/** Where the two differ: what each says, of which docs/gate.md says who is right and why. */
const DIFFERENCES: readonly (readonly [
  what: string,
  stage: number,
  prepare: Edit,
  change: Edit,
  path: string,
  theirs: Partial<Said> | undefined,
  ours: string,
])[] = [
  [
    ...(['a secret renamed behind a Join', 5] as const),
    (draft, id) => {
      const join = { 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: id('Architecture/Databases/Orders/Master') }, '}}']] };
      set(draft, id('Architecture/Databases/Orders/Cluster'), { DatabaseName: join });
    },
    (draft, id) => {
      set(draft, id('Architecture/Databases/Orders/Master'), { Name: 'other' });
    },
    ...(['Architecture/Databases/Orders/Cluster', undefined, 'replaced'] as const),
  ],
  [
    ...(['a volume in another zone', 1, () => undefined] as const),
    (draft, id) => {
      set(draft, id('Architecture/Server/DataVolume'), { AvailabilityZone: 'us-east-1b' });
    },
    ...(['Architecture/Server/DataVolume', { sign: '~' }, 'refused-update'] as const),
  ],
  [
    ...(['a weaker DeletionPolicy', 1, () => undefined] as const),
    (draft, id) => {
      draft.Resources[id('Architecture/Server/DataVolume')].DeletionPolicy = 'Delete';
    },
    ...(['Architecture/Server/DataVolume', { sign: '~' }, 'weaker-policy'] as const),
  ],
  [
    ...(['a cluster that joins from its own side', 5, () => undefined] as const),
    (draft, id) => {
      set(draft, id('Architecture/Databases/Orders/Cluster'), { GlobalClusterIdentifier: 'webapp-orders' });
    },
    ...(['Architecture/Databases/Orders/Cluster', { sign: '~', word: 'may be replaced' }, 'replaced'] as const),
  ],
  [
    ...(['a standby taken away', 2, () => undefined] as const),
    (draft, id) => {
      set(draft, id('Architecture/Database/Instance'), { MultiAZ: false });
    },
    ...(['Architecture/Database/Instance', { sign: '~', word: 'may be replaced' }, 'may-replace'] as const),
  ],
  [
    ...(['a renamed queue', 5, () => undefined] as const),
    (draft, id) => {
      rename(draft, id('Architecture/Jobs/Queue'), 'Jobs');
    },
    ...(['Architecture/Jobs/Queue', { sign: '-', word: 'orphan' }, 'renamed'] as const),
  ],
];

testInCi.each(DIFFERENCES)('where we differ: %s', async (_, number, prepare, change, path, theirs, ours) => {
  const context = plainClimb(number, 'direct').before;
  const before = edited(deployed(context), prepare);
  const after = edited(before, change);
  const risk = compareStacks(before, after).risks.find((one) => one.path === path && one.rule === ours);
  expect(risk).toBeDefined();
  const said = (await cdkDiff(founding(before), founding(after), context)).get(risk!.logicalId);
  expect(said).toEqual(theirs && { type: risk!.type, ...theirs });
});
