import { sameToCloudFormation } from '../resolve/canonical';
import { resolveValue } from '../resolve/functions';
import { Scope } from '../resolve/scope';
import { isRecord } from '../resolve/values';
import type { StackTemplate, Template } from '../shared/template';

type Parameters = NonNullable<Template['Parameters']>;

/** Names of the parameters of a stack that both sides have, with another default. */
export function otherDefaults(before: StackTemplate | undefined, after: StackTemplate): string[] {
  const [old, now] = [before?.template.Parameters ?? {}, after.template.Parameters ?? {}];
  return Object.keys(now).filter((id) => defaults(old, now, id).every((one) => one !== undefined) && isOther(old, now, id));
}

/**
 * What is to come, twice. A stack that exists keeps the value of a parameter if `cdk deploy` updates it, or whoever says `UsePreviousValue`; else the
 * new default counts. A parameter whose default appears has a value that somebody gave; one whose default goes keeps it, because nothing else says one.
 * @returns `taken` with the new defaults, and `kept` with the old ones, if there are others.
 */
export function keeping(
  before: readonly StackTemplate[],
  after: readonly StackTemplate[],
): { readonly taken: StackTemplate[]; readonly kept?: StackTemplate[] } {
  const stacks = new Map(before.map((stack) => [stack.name, stack]));
  // A nested stack takes the defaults of its template for what is not passed.
  const isOther = after.some((stack) => !stack.nested && otherDefaults(stacks.get(stack.name), stack).length > 0);
  const withValues = (keepsAll: boolean): StackTemplate[] => {
    const done = new Map<string, StackTemplate>();
    for (const stack of after) done.set(stack.name, stack.nested ? passed(stack, done) : valued(stack, stacks.get(stack.name), keepsAll));
    return [...done.values()];
  };
  return { taken: withValues(false), ...(isOther && { kept: withValues(true) }) };
}

function valued(stack: StackTemplate, before: StackTemplate | undefined, keepsAll: boolean): StackTemplate {
  const [old, now] = [before?.template.Parameters ?? {}, stack.template.Parameters ?? {}];
  const differing = Object.keys(now).filter(
    (id) => Object.hasOwn(old, id) && isRecord(old[id]) && isRecord(now[id]) && isOther(old, now, id),
  );
  const ids = differing.filter((id) => keepsAll || defaults(old, now, id).includes(undefined));
  if (ids.length === 0) return stack;
  // A default that is undefined isn't there.
  const Parameters = { ...now, ...Object.fromEntries(ids.map((id) => [id, { ...now[id], Default: old[id].Default }])) };
  return { ...stack, template: { ...stack.template, Parameters } };
}

/** A nested stack with what its parent passes now. */
function passed(stack: StackTemplate, done: ReadonlyMap<string, StackTemplate>): StackTemplate {
  const { nested } = stack;
  const parent = nested && done.get(nested.parent);
  const given = parent?.template.Resources[nested?.logicalId ?? '']?.Properties?.Parameters;
  const parameters = parent && given !== undefined ? resolveValue(given, new Scope(parent)) : undefined;
  return nested && isRecord(parameters) ? { ...stack, nested: { ...nested, parameters } } : stack;
}

function defaults(old: Parameters, now: Parameters, id: string): unknown[] {
  return [old, now].map((parameters) => {
    const parameter = Object.hasOwn(parameters, id) ? parameters[id] : undefined;
    return isRecord(parameter) ? parameter.Default : undefined;
  });
}

function isOther(old: Parameters, now: Parameters, id: string): boolean {
  const [was, is] = defaults(old, now, id) as Parameters[string]['Default'][];
  return !sameToCloudFormation(was, is);
}
