import { DOMAIN } from '../../support/context';
import { type StackTemplate, pathOf } from '../../../tools/shared/template';
import { deployed } from '../../support/deployed';

/** A template that a test may write into. */
/* eslint-disable @typescript-eslint/no-explicit-any -- templates have no type, and these are edited by hand */
export interface Draft {
  Parameters?: Record<string, any>;
  Resources: Record<string, any>;
  Outputs?: Record<string, any>;
}
/* eslint-enable @typescript-eslint/no-explicit-any */

/** The stacks of a stage as a user gets them who chooses nothing but a domain. */
export function stage(number: number): StackTemplate[] {
  return deployed({ stage: number, ...DOMAIN, ...(number === 6 && { regions: 'us-east-1,eu-west-1' }) });
}

/** A copy of the stacks in which one stack, by default the founding one, is edited. */
export function edited(
  stacks: readonly StackTemplate[],
  edit: (draft: Draft, id: (path: string) => string) => void,
  name = 'webapp-us-east-1',
): StackTemplate[] {
  return stacks.map((stack) => {
    if (stack.name !== name) return stack;
    const template = structuredClone(stack.template) as Draft;
    edit(template, (path) => idOf(stack, path));
    return { ...stack, template };
  });
}

/** The stack of the founding region. */
export function founding(stacks: readonly StackTemplate[]): StackTemplate {
  return stacks.find(({ name }) => name === 'webapp-us-east-1')!;
}

/** Logical id by construct path below the stack. */
export function idOf({ template }: StackTemplate, path: string): string {
  const found = Object.entries(template.Resources).find(([id, resource]) => pathOf(id, resource) === path);
  if (!found) throw new Error(`nothing at ${path}`);
  return found[0];
}

/** Gives a resource another logical id, everywhere. */
export function rename(draft: Draft, from: string, to: string): void {
  const text = JSON.stringify(draft).split(`"${from}"`).join(`"${to}"`);
  Object.assign(draft, JSON.parse(text));
}

/** Takes a resource out. */
export function remove(draft: Draft, id: string): void {
  draft.Resources = Object.fromEntries(Object.entries(draft.Resources).filter(([one]) => one !== id));
}

/** Sets properties of a resource; undefined takes one away. */
export function set(draft: Draft, id: string, properties: Record<string, unknown>): void {
  const resource = draft.Resources[id];
  resource.Properties = JSON.parse(JSON.stringify({ ...resource.Properties, ...properties }));
}

type Stacks = readonly StackTemplate[];
export type Id = (path: string) => string;

/** A change that the gate must catch. */
export interface BadChange {
  readonly what: string;
  readonly before: () => Stacks;
  readonly after: (before: Stacks) => Stacks;
  /** The rule that catches it, the construct, and words of the message. */
  readonly caught: readonly [rule: string, path: string, words: RegExp];
}

/** An edit of the founding stack. */
export const edit = (number: number, what: string, change: (draft: Draft, id: Id) => void, ...caught: BadChange['caught']): BadChange => ({
  ...{ what, before: () => stage(number), after: (before) => edited(before, change), caught },
});

/** Properties of one resource set to other values. */
export const props = (number: number, path: string, properties: Record<string, unknown>, rule: string, words: RegExp): BadChange =>
  edit(
    number,
    `${path}: ${JSON.stringify(properties)}`,
    (draft, id) => {
      set(draft, id(path), properties);
    },
    rule,
    path,
    words,
  );
