import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOAD_MARKERS, loadTable } from '../../tools/cost/load';
import { withTable } from '../../tools/cost/readme';
import { stacksOf } from '../tools/pricing/stacks';

const STAGES = [1, 2, 3, 4, 5, 6];

test.each(STAGES)('docs/stages/%i.md says what the stage is made for and what it bears; `npm run test:update` writes it', (stage) => {
  const page = join(__dirname, `../../docs/stages/${stage}.md`);
  const now = withTable(
    readFileSync(page, 'utf8'),
    loadTable(
      stage,
      STAGES.map((one) => stacksOf(one)),
    ),
    LOAD_MARKERS,
  );
  if (process.env.UPDATE && now !== undefined) writeFileSync(page, now);
  expect(readFileSync(page, 'utf8')).toBe(now);
});
