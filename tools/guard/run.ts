import { guard } from './report';
import type { GuardOptions } from './arguments';
import { deliver } from '../shared/output';
import { progress } from '../shared/progress';
import { synthesizeStages } from '../shared/stages';
import { renderText } from './text';

/** Does what `stagecraft guard` was asked for. */
export function runGuard(stage: string, next: string | undefined, { context = {}, format }: GuardOptions): void {
  const watched = progress();
  try {
    const { stacks, notes } = synthesizeStages(next === undefined ? [stage] : [stage, next], context, watched);
    const guarded = guard(stacks[0], stacks[1]);
    watched.end();
    deliver(format === 'json' ? `${JSON.stringify(guarded, null, 2)}\n` : renderText(guarded, notes), undefined);
  } finally {
    watched.end();
  }
}
