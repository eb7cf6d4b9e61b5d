import { resolveStacks } from '../resolve/resolve';
import { BadInput } from '../shared/bad-input';
import { toldApart } from '../shared/environments';
import type { StackTemplate } from '../shared/template';
import { keeping } from './parameters';

/** Both sides of a comparison, as CloudFormation would read them. */
export interface Sides {
  readonly before: readonly StackTemplate[];
  readonly after: readonly StackTemplate[];
  /** What is to come where stacks keep the values of their parameters; only if a default is another. */
  readonly kept?: readonly StackTemplate[];
}

/** Both sides resolved, with names by which their stacks can be told apart. */
export function prepared(before: readonly StackTemplate[], after: readonly StackTemplate[]): Sides {
  for (const stack of [...before, ...after]) refuseUntyped(stack);
  const [old, now] = toldApart([before, after]);
  const { taken, kept } = keeping(old, now);
  const resolved = (stacks: readonly StackTemplate[]): StackTemplate[] => existing(resolveStacks(stacks, old));
  return { before: existing(resolveStacks(old, now)), after: resolved(taken), ...(kept && { kept: resolved(kept) }) };
}

/** Without nested stacks that a condition takes away, and what is nested in them; a stack comes before what is nested in it. */
function existing(stacks: readonly StackTemplate[]): StackTemplate[] {
  const kept = new Map<string, StackTemplate>();
  for (const stack of stacks) {
    const { nested } = stack;
    const around = nested && kept.get(nested.parent);
    if (!nested || (around && nested.logicalId in around.template.Resources)) kept.set(stack.name, stack);
  }
  return [...kept.values()];
}

/** A template may hold what only CloudFormation expands. */
function refuseUntyped({ name, template }: StackTemplate): void {
  const untyped = Object.entries(template.Resources as Record<string, { Type?: unknown }>).find(([, { Type }]) => typeof Type !== 'string');
  if (untyped)
    throw new BadInput(`${untyped[0]} in ${name} has no type: compare the processed template, with Fn::ForEach and the like expanded`);
}
