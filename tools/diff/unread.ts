import { exportsOf } from '../resolve/resolve';
import { classOf } from '../changes/data-types';
import { type ResourceChange, Verdict } from '../changes/model';
import { type StackTemplate } from '../shared/template';
import { counted, list, shortened, typeName } from '../shared/words';

/** Transforms that change nothing that is compared here. */
const HARMLESS = [
  'AWS::LanguageExtensions',
  'AWS::CodeDeployBlueGreen',
  'AWS::SecretsManager-2020-07-23',
  'AWS::SecretsManager-2024-09-16',
];

/** What the comparison could not look into, each in one line. */
export function unreadNotes(
  before: readonly StackTemplate[],
  after: readonly StackTemplate[],
  changes: readonly ResourceChange[],
): string[] {
  const macros = new Set(
    [...before, ...after].flatMap(({ template }) => [...list(template.Transform ?? []), ...includedIn(template.Resources)]),
  );
  // What a macro makes of the same template is the same.
  const isSame = textOf(before) === textOf(after);
  const expanded = [...(isSame ? [] : macros)].filter((macro): macro is string => typeof macro === 'string' && !HARMLESS.includes(macro));
  const undecided = changes.filter(
    ({ type, verdict, fate }) =>
      (verdict === Verdict.REPLACED || (verdict === Verdict.RETIRED && fate === 'deleted')) &&
      classOf(type) === 'unknown' &&
      !type.startsWith('Custom::'),
  );
  const types = [...new Set(undecided.map(({ type }) => typeName(type)))];
  const gone = before.filter(({ name, nested }) => !nested && !after.some((stack) => stack.name === name));
  const nested = after.flatMap(({ name, template, read = [] }) =>
    Object.entries(template.Resources)
      .filter(([id, { Type }]) => Type === 'AWS::CloudFormation::Stack' && !read.includes(id))
      .map(([id]) => `${name}/${id}`),
  );
  return [
    ...nested.map((name) => `Nested stack ${name} was not read: its template is not beside it.`),
    ...expanded.map((macro) => `${macro} is expanded by AWS alone: what it adds was not compared. Compare processed templates to see it.`),
    ...(undecided.length > 0
      ? [
          `${counted(undecided.length, 'resource')} of a type of which nobody here knows whether it holds data: replaced or deleted (${shortened(types, 4, 'type')}).`,
        ]
      : []),
    ...gone.map(
      ({ name }) =>
        `Stack ${name} is on the first side alone: no deploy and no cdk destroy deletes it; aws cloudformation delete-stack does.`,
    ),
    ...exportsGone(before, after).map((name) => `Export ${name} goes: AWS refuses as long as a stack that was not compared imports it.`),
  ];
}

function textOf(stacks: readonly StackTemplate[]): string {
  return JSON.stringify(stacks.map(({ template, written }) => (written ? written.template : template)));
}

/** Macros that are called inside of resources. */
function includedIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const name = key === 'Fn::Transform' && typeof inner === 'object' ? (inner as { Name?: unknown } | null)?.Name : undefined;
    return [...(typeof name === 'string' ? [name] : []), ...includedIn(inner)];
  });
}

/** Names of exports that a stack had and has no more. */
function exportsGone(before: readonly StackTemplate[], after: readonly StackTemplate[]): string[] {
  return before.flatMap((old) => {
    const now = after.find(({ name }) => name === old.name);
    const kept = now && exportsOf(now);
    return kept ? [...exportsOf(old).keys()].filter((name) => !kept.has(name)) : [];
  });
}
