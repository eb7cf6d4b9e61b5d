import { climbOf } from '../diff/climb';
import type { Climb } from './ladder';
import { plain, reference, tableIn } from './reference';

/** What the pages say of the climb to a stage; its picture comes from its templates. */
export function climbPage(to: number, context: Readonly<Record<string, string>>): Omit<Climb, 'bridge'> {
  const from = to - 1;
  const runbook = tableIn(reference(`docs/runbooks/${from}-to-${to}.md`), '## Steps')
    .slice(1)
    .map(([step, does, proves = '']) => ({ step: plain(step).replaceAll('`', ''), does: plain(does), proves: plain(proves) }));
  const [, , moves = '', waits = ''] =
    tableIn(reference('docs/runbooks/README.md')).find(([name]) => name.startsWith(`[${from} → ${to}]`)) ?? [];
  return {
    ...{ moves: plain(moves), waits: plain(waits), runbook, users: usersFeel(from, to) },
    steps: climbOf(from, to, context).steps,
    switches: runbook.some(({ step }) => step === 'switch') ? 'runbook' : moves.startsWith('nothing') ? 'deploy' : 'nothing',
  };
}

/** What stands below the commands of a climb, in docs/climbing.md. */
function usersFeel(from: number, to: number): string {
  const text = reference('docs/climbing.md');
  const [, section = ''] = new RegExp(`\\n## ${from} → ${to}:[^\\n]*\\n([^]*?)(?=\\n## )`).exec(text) ?? [];
  const [, said = ''] = /```\n\n([^]*?)(?:\n\n|$)/.exec(section) ?? [];
  return plain(said).replace(/ ?Runbook\.$/, '');
}
