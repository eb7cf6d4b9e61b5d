import type { Browser, Page } from 'playwright-core';
import { compareStacks } from '../../../tools/changes/compare';
import ladder from '../../../tools/draw/ladder.json';
import { svgOf } from '../../../tools/draw/svg';
import { marked } from '../../../tools/picture/compare';
import type { Picture } from '../../../tools/picture/model';
import { pictureOf } from '../../../tools/picture/read';
import { CHROMIUM, browser } from '../../support/chromium';
import { deployed } from '../../support/deployed';
import { describeNeeding } from '../../support/needs';
import { GEO, PICTURED } from '../picture/contexts';
import { FOREIGN, foreign } from '../picture/foreign';
import { audit } from './audit';

const stage = (number: number) => deployed({ stage: number, ...(number === 6 && GEO) });
const climb = (to: number): Picture =>
  marked(
    pictureOf(stage(to - 1), ''),
    pictureOf(stage(to), `Stage ${to}, against stage ${to - 1}`),
    compareStacks(stage(to - 1), stage(to)).changes,
  );

const DRAWN: Readonly<Record<string, () => string>> = {
  ...Object.fromEntries(Object.entries(PICTURED).map(([name, context]) => [name, () => svgOf(pictureOf(deployed(context), name))])),
  ...Object.fromEntries(
    [1, 2, 3, 4, 5, 6].map((number) => [
      `stage ${number} in the ladder`,
      () => svgOf(pictureOf(stage(number), `Stage ${number}`), { reserve: ladder }),
    ]),
  ),
  ...Object.fromEntries([2, 3, 4, 5, 6].map((to) => [`the climb to ${to}`, () => svgOf(climb(to), { reserve: ladder })])),
  ...Object.fromEntries(Object.keys(FOREIGN).map((name) => [name, () => svgOf(pictureOf(foreign(name), name))])),
};

describeNeeding(CHROMIUM, 'pictures as a browser shows them', () => {
  let running: Browser;
  let page: Page;
  beforeAll(async () => {
    running = await browser();
    page = await running.newPage();
  });
  afterAll(() => running.close());

  test.each(Object.keys(DRAWN))(
    '%s: no texts meet, no icon is covered, arrows lead from box to box, nothing is off the sheet',
    async (name) => {
      await page.setContent(`<body>${DRAWN[name]()}`);
      expect(await page.evaluate(audit)).toEqual({ overlaps: [], covered: [], loose: [], outside: [] });
    },
  );

  test('what meets is found', async () => {
    await page.setContent(
      '<body><svg viewBox="0 0 50 50"><text y="20">one</text><text y="22">two</text><text x="48" y="40">three</text></svg>',
    );
    expect(await page.evaluate(audit)).toMatchObject({ overlaps: ['one / two'], outside: ['three'] });
  });
});
