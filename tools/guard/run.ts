import { guard } from './report';
import type { GuardOptions } from './arguments';
import { deliver } from '../shared/output';
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
    const [deployed, coming] = prepared(stacks[0], stacks.at(1) ?? stacks[0]);
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
  const deployed = app === undefined ? readStacks(template ?? '') : runApp(app);
  return { stacks: next === undefined ? [deployed] : [deployed, readStacks(next)], notes: [] };
}
