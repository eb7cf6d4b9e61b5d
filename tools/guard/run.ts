import { basename } from 'node:path';
import { guard } from './report';
import type { GuardOptions } from './arguments';
import { deliver } from '../shared/output';
import { BadInput } from '../shared/bad-input';
import { progress } from '../shared/progress';
import { runApp } from '../shared/app';
import { readStacks } from '../shared/sides';
import { prepared } from '../changes/prepare';
import type { StackTemplate } from '../shared/template';
import { renderText } from './text';

/** Does what `stagecraft guard` was asked for. */
export async function runGuard(stage: string | undefined, next: string | undefined, options: GuardOptions): Promise<void> {
  const { context = {}, format } = options;
  const watched = progress();
  try {
    const { stacks, notes } =
      stage === undefined
        ? ownStacks(options)
        : (await import('../shared/stages')).synthesizeStages(next === undefined ? [stage] : [stage, next], context, watched);
    const { before: deployed, after: coming } = prepared(stacks[0], stacks.at(1) ?? []);
    const guarded = guard(
      deployed.filter(({ nested }) => !nested),
      coming,
    );
    watched.end();
    deliver(format === 'json' ? `${JSON.stringify(guarded, null, 2)}\n` : renderText(guarded, notes), undefined);
  } finally {
    watched.end();
  }
}

function ownStacks({ template, app, next }: GuardOptions): { stacks: StackTemplate[][]; notes: string[] } {
  if (app !== undefined) return { stacks: next === undefined ? [runApp(app)] : [runApp(app), readStacks(next)], notes: [] };
  const named = (path: string): StackTemplate[] =>
    readStacks(path).map((stack) => (stack.name === 'template' ? { ...stack, name: stackNameOf(template ?? '') } : stack));
  return { stacks: [template ?? '', ...(next === undefined ? [] : [next])].map(named), notes: [] };
}

/** A template does not say its stack's name; the CDK gives the file that name. */
function stackNameOf(file: string): string {
  const name = basename(file).replace(/(\.template)?\.(json|ya?ml)$/i, '');
  if (/^[a-zA-Z][a-zA-Z0-9-]{0,127}$/.test(name)) return name;
  throw new BadInput(
    `--template ${file} does not say the name of its stack: allowed is a file named like the stack; type --template my-stack.template.json`,
  );
}
