import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { MARKERS, PROFILE_MARKERS, profileTable, readmeTable, withTable } from '../../../tools/cost/readme';
import { RECOVERY } from '../../../tools/cost/recovery';
import { stacksOf } from '../pricing/stacks';

const FILE = join(__dirname, '../../../README.md');
const README = readFileSync(FILE, 'utf8');
const STAGES = [1, 2, 3, 4, 5, 6];

const profiles = (): string =>
  profileTable(
    ['lesson', 'start', 'production'].map((name) => ({ name, stages: STAGES.map((stage) => stacksOf(stage, { profile: name })) })),
  );
const table = (): string => readmeTable(STAGES.map((stage) => stacksOf(stage)));

test('a row for each stage, with its price and its recovery', () => {
  const [head, rule, ...rows] = table().split('\n\n')[0].split('\n');
  expect(rows).toHaveLength(STAGES.length);
  expect(new Set([head, rule, ...rows].map((row) => row.length)).size).toBe(1);
  for (const [index, { rto, rpo }] of RECOVERY.entries()) {
    expect(rows[index]).toContain(rto);
    expect(rows[index]).toContain(rpo);
  }
});

test('docs/cost.md gives the reason of each', () => {
  const page = readFileSync(join(__dirname, '../../../docs/cost.md'), 'utf8');
  for (const { why } of RECOVERY) expect(page).toContain(why);
});

test('the table stands between its markers, and nothing else changes', () => {
  const text = `a\n\n${MARKERS.begin}\nold\n${MARKERS.end}\n\nb\n`;
  expect(withTable(text, 'new')).toBe(`a\n\n${MARKERS.begin}\n\nnew\n\n${MARKERS.end}\n\nb\n`);
  expect(withTable('a', 'new')).toBeUndefined();
});

test('the table of the README is the one of today; `npm run test:update` writes it', () => {
  const now = withTable(withTable(README, table()) ?? '', profiles(), PROFILE_MARKERS);
  if (process.env.UPDATE && now !== undefined) writeFileSync(FILE, now);
  expect(readFileSync(FILE, 'utf8')).toBe(now);
});
