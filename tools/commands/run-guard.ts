import { type GuardedStack, type SetPolicy, guard } from '../guard/guard';
import type { GuardOptions } from './guard';
import { deliver } from './output';
import { progress } from './progress';
import { synthesizeStages } from './stages';

/** Does what `stagecraft guard` was asked for. */
export function runGuard(stage: string, next: string | undefined, { context = {}, format }: GuardOptions): void {
  const watched = progress();
  try {
    const { stacks, notes } = synthesizeStages(next === undefined ? [stage] : [stage, next], context, watched);
    const guarded = guard(stacks[0], stacks[1]);
    watched.end();
    deliver(format === 'json' ? `${JSON.stringify(guarded, null, 2)}\n` : script(guarded, notes), undefined);
  } finally {
    watched.end();
  }
}

/** A script that writes each policy to its file and sets it. */
function script(guarded: readonly GuardedStack[], notes: readonly string[]): string {
  const said = notes.map((note) => `# ${note}\n`).join('');
  const stacks = guarded.map((stack) => {
    const standing = `# ${stack.stack}: no update may replace or delete what holds data.\n${setting(stack)}`;
    if (!stack.opening) return standing;
    const { paths, duringUpdate } = stack.opening;
    // Commented out: it is to be set right before that deploy, and the standing policy right behind it.
    const opening = `# For the next deploy, which retires ${paths.join(', ')}: set this before it, and the policy above again behind it.\n${setting(stack.opening)}\n# Or, without the CDK, for one update alone: ${duringUpdate}\n`;
    return `${standing}\n${opening.replace(/^(?!#)(?=.)/gm, '# ')}`;
  });
  return `set -eu\n${said}\n${stacks.join('\n')}`;
}

function setting({ policy, file, command }: SetPolicy): string {
  return `cat > ${file} <<'EOF'\n${JSON.stringify(policy, null, 2)}\nEOF\n${command}\n`;
}
