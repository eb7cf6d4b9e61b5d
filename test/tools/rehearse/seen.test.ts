import type { Browser, Page } from 'playwright-core';
import { captionsOf } from '../../../tools/rehearse/captions';
import { LIMITS, IMITATED } from '../../../tools/rehearse/limits';
import { Site } from '../../../tools/rehearse/page/site';
import { Watch } from '../../../tools/rehearse/signs';
import { browser, CHROMIUM } from '../../support/chromium';
import { describeNeeding } from '../../support/needs';
import { overlaps } from './overlaps';
import { second, staged } from './numbers';

/** As long as a climb says it. */
const LONG =
  'climbed from stage 4 to stage 5 in 147 s: 20,220 people there, 20,987 rows moved; of 219 confirmed writes 0 lost, 0 doubled; writes paused for 58.5 s';

describeNeeding(CHROMIUM, 'the page of a rehearsal as a browser shows it', () => {
  let running: Browser;
  let page: Page;
  let site: Site;
  let asked: unknown[];
  let hello: [string, unknown][];
  beforeAll(async () => {
    running = await browser();
    page = await running.newPage();
    site = await Site.start(0, {
      hello: () => hello,
      ask: async (what) => {
        await Promise.resolve();
        asked.push(what);
      },
    });
  });
  afterAll(async () => {
    await running.close();
    await site.stop();
  });

  const show = async (stage: number, width: number, fault?: string): Promise<string[]> => {
    asked = [];
    const { plan, view } = staged({ stage });
    // As many numbers as there can be.
    const numbers = { ...second(plan), cacheHits: 0.57, lag: 0.2, queued: 0, broken: 1, busy: 1 };
    const parts = [...plan.servers, ...plan.databases].map(({ id, name }) => ({
      ...{ name, box: view.boxes[id], ways: [{ fault: 'killed', words: 'kill' }] },
      ...(fault !== undefined && { fault }),
    }));
    const watch = new Watch(plan.stack);
    hello = [
      [
        'stage',
        {
          title: view.title,
          svg: view.svg,
          site: 'http://localhost:1',
          next: stage + 1,
          hasQueue: stage === 5,
          imitated: IMITATED,
          limits: LIMITS,
        },
      ],
      ['log', [{ at: 1, line: LONG }]],
      ['done', { climbs: [], predictions: [] }],
      ['second', { numbers, captions: captionsOf(view, numbers), parts, signs: watch.look(numbers.parts), writes: 5, skew: 1 }],
    ];
    const errors: string[] = [];
    page.on('pageerror', ({ message }) => errors.push(message));
    page.on('console', (line) => {
      if (line.type() === 'error') errors.push(line.text());
    });
    await page.setViewportSize({ width, height: 900 });
    await page.goto(site.url);
    await page.waitForSelector('.captions text');
    return errors;
  };

  test.each([1, 2, 3, 4, 5].flatMap((stage) => [[stage, 1440] as const, [stage, 1920] as const]))(
    'stage %i at %i px: numbers stand at their boxes and cover no name and one another not, and nothing has to be scrolled sideways',
    async (stage, width) => {
      expect(await show(stage, width)).toEqual([]);
      expect(await page.evaluate(overlaps)).toEqual({ captions: [], names: [] });
      expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
      expect(await page.textContent('#title')).toBe(`Stage ${stage}`);
      // Large enough for the last row of a classroom.
      expect(Number(await page.evaluate("parseFloat(getComputedStyle(document.querySelector('#numbers dd')).fontSize)"))).toBeGreaterThan(
        26,
      );
    },
  );

  test.each([
    [1440, 190],
    [390, 480],
  ])('at %i px the longest line that is said last leaves the numbers alone, and the head at most %i px high', async (width, highest) => {
    expect(await show(5, width)).toEqual([]);
    expect(await page.textContent('#last')).toBe(LONG);
    const blocks = await Promise.all(['#title', '#state', '#last', '#numbers'].map(async (one) => page.locator(one).boundingBox()));
    const [title, state, last, numbers] = blocks.map((one) => one ?? { x: 0, y: 0, width: 0, height: 0 });
    const apart = (one: typeof title): boolean =>
      one.x + one.width <= numbers.x || one.y + one.height <= numbers.y || numbers.y + numbers.height <= one.y;
    expect([title, state, last].map(apart)).toEqual([true, true, true]);
    expect(
      await page.evaluate(
        "['title', 'state', 'last'].filter((id) => { const it = document.getElementById(id); return it.scrollWidth > it.clientWidth; })",
      ),
    ).toEqual([]);
    expect((await page.locator('header').boundingBox())?.height).toBeLessThanOrEqual(highest);
  });

  test('buttons and sliders ask for what they say; what is broken is red and has a word for it', async () => {
    expect(await show(4, 1440, 'killed')).toEqual([]);
    expect(await page.locator('.thing.broken').count()).toBeGreaterThan(0);
    expect(await page.textContent('.caption.broken text')).toContain('killed');
    await page.click('[aria-label="bring back: Fleet"]');
    await page.focus('#users');
    await page.keyboard.press('ArrowRight');
    await page.click('#climb');
    await page.fill('#predict-said', '3');
    await page.click('#predict button');
    await page.waitForTimeout(300);
    expect(asked).toEqual([
      { do: 'bring back', part: 'Fleet' },
      { do: 'users', value: 21 },
      { do: 'climb' },
      { do: 'predict', part: 'Fleet', said: 3 },
    ]);
  });
});
