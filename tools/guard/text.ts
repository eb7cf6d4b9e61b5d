import type { GuardedStack, SetPolicy } from './report';

/** A script that writes each policy to its file and sets it. */
export function renderText(guarded: readonly GuardedStack[], notes: readonly string[]): string {
  const said = notes.map((note) => `# ${note}\n`).join('');
  const stacks = guarded.map((stack) => {
    const standing = `# ${stack.stack}: no update may replace or delete what holds data.\n${setting(stack)}`;
    if (!stack.opening) return standing;
    const { paths, duringUpdate } = stack.opening;
    // Commented out: it is to be set right before that deploy, and the standing policy right after it.
    const opening = [
      `# The next deploy takes ${paths.join(', ')} out of the template.`,
      `# Before that deploy, set the policy below. After it, set the policy above again.\n${setting(stack.opening)}`,
      `# Or, without the CDK, for one update alone: ${duringUpdate}\n`,
    ].join('\n');
    return `${standing}\n${opening.replace(/^(?!#)(?=.)/gm, '# ')}`;
  });
  return `set -eu\n${said}\n${stacks.join('\n')}`;
}

function setting({ policy, file, command }: SetPolicy): string {
  return `cat > ${file} <<'EOF'\n${JSON.stringify(policy, null, 2)}\nEOF\n${command}\n`;
}
