import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compareStacks } from '../../tools/changes/compare';
import ladder from '../../tools/draw/ladder.json';
import { svgOf } from '../../tools/draw/svg';
import { marked } from '../../tools/picture/compare';
import type { Picture } from '../../tools/picture/model';
import { pictureOf } from '../../tools/picture/read';
import { changeInWords } from '../../tools/picture/words';
import { deployed } from '../support/deployed';
import { expectGenerated } from '../support/generated-file';
import { GEO } from '../tools/picture/contexts';

const DOCS = join(__dirname, '../../docs');
const STAGES = [1, 2, 3, 4, 5, 6];
const contextOf = (stage: number) => ({ stage, ...(stage === 6 && GEO) });

function climb(to: number, context: Readonly<Record<string, unknown>>, title: string): Picture {
  const [before, after] = [deployed(contextOf(to - 1)), deployed(context)];
  return marked(pictureOf(before, ''), pictureOf(after, title), compareStacks(before, after).changes);
}

const since = (to: number): Picture => climb(to, contextOf(to), `Stage ${to}, against stage ${to - 1}`);

/** A file, and the picture in it. */
const FILES: Readonly<Record<string, () => Picture>> = {
  ...Object.fromEntries(STAGES.map((stage) => [`stage-${stage}`, () => pictureOf(deployed(contextOf(stage)), `Stage ${stage}`)])),
  ...Object.fromEntries(STAGES.slice(1).map((to) => [`climb-${to}`, () => since(to)])),
  ...Object.fromEntries(
    STAGES.slice(1).map((to) => [
      `bridge-${to}`,
      () => climb(to, { ...contextOf(to), from: to - 1 }, `The bridge from stage ${to - 1} to ${to}, against stage ${to - 1}`),
    ]),
  ),
};

test.each(Object.keys(FILES))('docs/pictures/%s.svg is the one of today; `npm run test:update` draws it', (name) => {
  mkdirSync(join(DOCS, 'pictures'), { recursive: true });
  expectGenerated(join(DOCS, 'pictures', `${name}.svg`), svgOf(FILES[name](), { reserve: ladder }));
});

test('the README shows every stage, each with its page', () => {
  const readme = readFileSync(join(DOCS, '../README.md'), 'utf8');
  for (const stage of STAGES)
    expect(readme).toMatch(new RegExp(`<a href="docs/stages/${stage}\\.md"><img src="docs/pictures/stage-${stage}\\.svg"`));
});

test.each(STAGES)('docs/stages/%d.md opens with its picture, and says what is new in it', (stage) => {
  const file = join(DOCS, `stages/${stage}.md`);
  const page = readFileSync(file, 'utf8');
  expect(page.indexOf(`(../pictures/stage-${stage}.svg)`)).toBeGreaterThan(0);
  if (stage === 1) return;
  expect(page).toContain(`(../pictures/climb-${stage}.svg)`);
  const block = `<!-- change:begin -->\n\n${changeInWords(since(stage))
    .map((line) => `- ${line}`)
    .join('\n')}\n\n<!-- change:end -->`;
  const now = page.replace(/<!-- change:begin -->[^]*<!-- change:end -->/, () => block);
  if (process.env.UPDATE) writeFileSync(file, now);
  expect(readFileSync(file, 'utf8')).toBe(now);
  expect(readFileSync(join(DOCS, `runbooks/${stage - 1}-to-${stage}.md`), 'utf8')).toContain(`(../pictures/bridge-${stage}.svg)`);
});
