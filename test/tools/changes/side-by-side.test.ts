import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ResourceImpact, fullDiff } from '@aws-cdk/cloudformation-diff';
import { compareStacks } from '../../../tools/changes/compare';
import type { Template } from '../../../tools/shared/template';
import { markdownTable } from '../../../tools/shared/sections-markdown';
import { expectGenerated } from '../../support/generated-file';
import { testInCi } from '../../support/needs';
import { cdkDiffOf } from './cdk-diff';
import { SIDE_BY_SIDE } from './side-by-side';

const FILE = join(__dirname, '../../../docs/gate.md');

const ours = (before: Template, after: Template): string[] =>
  compareStacks([{ name: 'Shop', template: before }], [{ name: 'Shop', template: after }])
    .risks.filter(({ allowed }) => allowed === undefined)
    .map(({ rule }) => rule);

function theirs(before: Template, after: Template): string {
  const said = Object.values(fullDiff({ ...before }, { ...after }).resources.changes).map(({ changeImpact }) =>
    changeImpact === ResourceImpact.WILL_UPDATE ? 'a change' : changeImpact.toLowerCase().replaceAll('_', ' '),
  );
  return said.join(', ') || 'nothing';
}

async function cli(before: Template, after: Template): Promise<string> {
  const said = [...(await cdkDiffOf(before, after)).values()].map(({ word }) => word ?? 'a change');
  return said.join(', ') || 'no resource';
}

test.each(SIDE_BY_SIDE)('%s: is stopped or let pass rightly', (_, before, after, stop) => {
  expect(ours(before, after).length > 0).toBe(stop);
});

// Each run of the CLI takes seconds.
testInCi('docs/gate.md shows what cdk diff, fullDiff and the gate say of them', async () => {
  const rows: string[][] = [];
  for (const [what, before, after, stop] of SIDE_BY_SIDE) {
    const rules = ours(before, after).map((rule) => `\`${rule}\``);
    rows.push([what, stop ? 'stop' : 'let pass', await cli(before, after), theirs(before, after), rules.join(', ') || 'passes']);
  }
  const table = markdownTable(['Pair', 'Right', 'cdk diff --template', 'fullDiff', 'stagecraft diff'], rows);
  const text = readFileSync(FILE, 'utf8');
  expectGenerated(FILE, text.replace(/(<!-- side by side -->)[^]*(<!-- \/side by side -->)/, `$1\n\n${table}\n\n$2`));
});
