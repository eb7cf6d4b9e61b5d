import { join } from 'node:path';
import { compareStacks } from '../../../tools/changes/compare';
import ladder from '../../../tools/draw/ladder.json';
import { ladderOf, layOut } from '../../../tools/draw/layout';
import { svgOf } from '../../../tools/draw/svg';
import { marked } from '../../../tools/picture/compare';
import type { Picture } from '../../../tools/picture/model';
import { pictureOf } from '../../../tools/picture/read';
import { deployed } from '../../support/deployed';
import { expectGenerated } from '../../support/generated-file';
import { GEO } from '../picture/contexts';

const STAGES = [1, 2, 3, 4, 5, 6];
const stacksOf = (stage: number) => deployed({ stage, ...(stage === 6 && GEO) });
const pictures = (): Picture[] => STAGES.map((stage) => pictureOf(stacksOf(stage), `Stage ${stage}`));
/** A stage with marks, against the one before. */
const climb = (stage: number): Picture =>
  marked(pictureOf(stacksOf(stage - 1), ''), pictureOf(stacksOf(stage), ''), compareStacks(stacksOf(stage - 1), stacksOf(stage)).changes);
/** Where everything stands that isn't gone; what hangs on the edge of a network goes with the edge. */
const places = (picture: Picture): Map<string, string> =>
  new Map(
    layOut(picture, ladder)
      .grid.nodes.filter(({ thing, look }) => thing.mark !== 'gone' && look !== 'border')
      .map(({ thing, box }) => [thing.id, `${box.x},${box.y}`]),
  );

test('the places of the ladder are those of its six stages; `npm run test:update` writes them', () => {
  expectGenerated(
    join(__dirname, '../../../tools/draw/ladder.json'),
    `${JSON.stringify(ladderOf(pictures(), STAGES.slice(1).map(climb)), null, 2)}\n`,
  );
});

test('a thing stands in the same place in every stage', () => {
  const all = pictures().map(places);
  const known = new Map<string, string>();
  for (const stage of all)
    for (const [id, place] of stage) {
      // Databases by function take the lanes of the one that they replace.
      expect([id, known.get(id) ?? place]).toEqual([id, place]);
      known.set(id, place);
    }
  expect([...known.keys()].filter((id) => all.filter((stage) => stage.has(id)).length > 1).length).toBeGreaterThan(10);
});

test.each([2, 3, 4, 5, 6])('nothing of stage %d moves for what has gone or is new', (stage) => {
  const both = climb(stage);
  expect(places(both)).toEqual(places(pictureOf(stacksOf(stage), '')));
  expect(both.things.some(({ mark }) => mark === 'new')).toBe(true);
});

test('3 to 4: fleet, balancer and sessions are new, the server has gone, the database stays as it is', () => {
  const both = climb(4);
  const marks = Object.fromEntries(both.things.map(({ title, mark }) => [title, mark]));
  expect(marks).toMatchObject({
    Fleet: 'new',
    'Load balancer': 'new',
    Sessions: 'new',
    Server: 'gone',
    'Data volume': 'gone',
    CDN: 'changed',
  });
  expect(marks.Database).toBeUndefined();
});

test('one picture, one text; each thing says its construct path', () => {
  const [picture] = pictures();
  expect(svgOf(picture, { reserve: ladder })).toBe(svgOf(pictures()[0], { reserve: ladder }));
  expect(svgOf(picture)).toMatch(
    /<g class="thing server" data-id="[^"]+" data-path="Architecture\/Server\/Instance" data-stack="webapp-us-east-1" data-region="us-east-1">/,
  );
});

test('icons are those in use, as AWS drew them', () => {
  const svg = svgOf(pictures()[0]);
  expect([...svg.matchAll(/<symbol id="icon-(\w+)"/g)].map(([, kind]) => kind)).toEqual(expect.arrayContaining(['server', 'users', 'vpc']));
  expect(svg).not.toContain('icon-cluster');
  expect(svg).toContain('fill="#ed7100"');
});
