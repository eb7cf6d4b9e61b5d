import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CORRECTIONS, type Correction } from '../../../tools/changes/corrections';
import { Effect } from '../../../tools/changes/model';
import { PROPERTY_RULES } from '../../../tools/changes/rules/property-table';
import { expectGenerated } from '../../support/generated-file';

const FILE = join(__dirname, '../../../docs/gate.md');

const list = (rows: readonly Correction[]): string =>
  rows.map(({ type, property, reason }) => `- \`${type}\` ${property}: ${reason}.`).join('\n');

test('docs/gate.md lists every correction with its reason', () => {
  const section = (text: string, name: string, rows: readonly Correction[]): string =>
    text.replace(new RegExp(`(<!-- ${name} -->)[^]*(<!-- /${name} -->)`), `$1\n\n${list(rows)}\n\n$2`);
  const alarms = CORRECTIONS.filter(({ effect }) => effect === Effect.REPLACES);
  const falseAlarms = CORRECTIONS.filter(({ effect }) => effect === Effect.IN_PLACE);
  const text = readFileSync(FILE, 'utf8');
  expectGenerated(FILE, section(section(text, 'false alarms', falseAlarms), 'alarms', alarms));
});

test('docs/gate.md names every rule of the table', () => {
  const text = readFileSync(FILE, 'utf8');
  for (const { rule } of PROPERTY_RULES) expect(text).toContain(`\`${rule}\``);
});
