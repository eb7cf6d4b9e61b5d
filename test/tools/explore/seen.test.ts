import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AxeResults } from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { CHROMIUM, browser } from '../../support/chromium';
import { describeNeeding } from '../../support/needs';
import { audit, overflowing } from './audit';
import { pageOfTests } from './ladder';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const WIDTHS = [360, 1440];
const SCHEMES = ['light', 'dark'] as const;

describeNeeding(CHROMIUM, 'the page as a browser shows it', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'explore-')), 'ladder.html');
  let running: Browser;
  let page: Page;
  const trouble: string[] = [];
  beforeAll(async () => {
    writeFileSync(file, pageOfTests());
    running = await browser();
  });
  afterAll(() => running.close());

  /** Opens the file from the disk, as somebody with a browser does. */
  async function open(
    hash: string,
    width = 1440,
    colorScheme: 'light' | 'dark' = 'light',
    reducedMotion: 'reduce' | 'no-preference' = 'reduce',
  ) {
    const context = await running.newContext({ viewport: { width, height: 900 }, colorScheme, reducedMotion });
    page = await context.newPage();
    page.on('pageerror', (error) => trouble.push(error.message));
    page.on('console', (message) => trouble.push(message.text()));
    page.on('request', (request) => request.url().startsWith('file:') || request.url().startsWith('data:') || trouble.push(request.url()));
    await page.goto(`${pathToFileURL(file).href}${hash}`);
    await page.waitForSelector('#panel');
  }
  afterEach(async () => {
    await page.context().close();
    expect(trouble).toEqual([]);
  });
  const heading = () => page.textContent('#panel h2');
  const press = async (...keys: string[]) => {
    for (const key of keys) {
      await page.keyboard.press(key);
      // Until it is drawn: a key is answered a moment later.
      await page.evaluate(async () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    }
  };

  test('is one file of at most 300 kB that names nobody outside', async () => {
    await open('#stage=1');
    expect(await page.title()).toBe('One web application, six architectures');
    const text = readFileSync(file, 'utf8');
    expect(text.length).toBeLessThanOrEqual(300_000);
    expect(text.match(/(src|href)="https?:[^"]*"/g)).toBeNull();
  });

  test('keys alone lead through the stages, into a box and back', async () => {
    await open('#stage=2');
    expect(await heading()).toBe('Stage 2: private database');
    await press('ArrowRight');
    expect([await heading(), new URL(page.url()).hash]).toEqual(['Stage 3: read path', '#stage=3']);
    await press('PageDown', 'End', 'ArrowLeft');
    expect(await heading()).toBe('Stage 5: data scaling');
    const id = 'us-east-1/queue/Architecture/Jobs/Queue';
    for (let tabs = 0; tabs < 60; tabs++) {
      if ((await page.evaluate(() => (document.activeElement as HTMLElement).dataset.id)) === id) break;
      await press('Tab');
    }
    await press('Enter');
    expect(await heading()).toContain('Jobs');
    const said = await page.innerText('#panel');
    for (const words of [
      'Architecture/Jobs/Queue',
      'AWS::SQS::Queue',
      'a month',
      'VisibilityTimeout',
      '"RedrivePolicy"',
      'Poison messages',
    ])
      expect(said).toContain(words);
    await press('Escape');
    expect(await heading()).toBe('Stage 5: data scaling');
    expect(await page.evaluate(() => (document.activeElement as HTMLElement).dataset.id)).toBe(id);
    await press('?');
    expect(await page.innerText('.keys')).toContain('Page Up');
  });

  test("teacher's mode hides all but the question, and keys reveal it", async () => {
    await open('#stage=3');
    await press('t');
    expect(await page.locator('.picture').count()).toBe(0);
    expect(await page.innerText('main')).not.toMatch(/largest instance|load balancer/i);
    await press(' ');
    expect(await page.locator('.picture').count()).toBe(1);
    await press(' ');
    expect(await page.innerText('#panel')).toContain('The one web server: the largest instance type is the limit.');
    expect(await page.locator('.picture .hot').count()).toBe(1);
    await press('ArrowRight');
    expect(await page.innerText('#panel')).toContain('A load balancer, private servers');
    expect(await page.locator('.picture .thing.new').count()).toBeGreaterThan(3);
    await press(' ', ' ');
    expect([await heading(), await page.locator('.picture').count()]).toEqual(['Stage 4: stateless tier', 0]);
    await press('Escape');
    expect(await page.locator('.picture').count()).toBe(1);
  });

  test('more users turn the box red whose sign shows; few do not', async () => {
    await open('#stage=1');
    expect(await page.locator('.hot').count()).toBe(0);
    const slider = page.locator('.load input');
    await slider.focus();
    await press('End');
    await page.waitForFunction(() => document.querySelectorAll('.hot').length === 2);
    expect(await page.innerText('.load')).toContain('10,000,000');
    expect(await page.locator('.hot').evaluateAll((all) => all.map((one) => one.getAttribute('data-id')))).toEqual([
      'us-east-1/server/Architecture/Server/Instance',
      'us-east-1/volume/Architecture/Server/DataVolume',
    ]);
    expect(await page.locator('.heat').first().textContent()).toMatch(/> 80 %/);
    await press('Home');
    await page.waitForFunction(() => document.querySelector('.hot') === null);
  });

  test('the bridge, the marks and the whole picture can be switched', async () => {
    await open('#stage=4');
    expect(await page.locator('.picture .gone').count()).toBeGreaterThan(0);
    await press('m');
    expect(await page.locator('.picture .gone').count()).toBe(0);
    await page.click('text=Show the bridge');
    expect(await page.locator('.picture .thing.server').count()).toBe(1);
    await press('0');
    const { height } = (await page.locator('.picture').boundingBox())!;
    expect(height).toBeLessThanOrEqual(900);
  });

  test('boxes move gently, and not at all for who asked for less motion', async () => {
    const moving = () => page.evaluate(() => document.getAnimations().length);
    await open('#stage=4', 1440, 'light', 'no-preference');
    await press('ArrowRight');
    expect(await moving()).toBeGreaterThan(0);
    await page.context().close();
    await open('#stage=4');
    await press('ArrowRight');
    expect(await moving()).toBe(0);
  });

  describe.each(SCHEMES)('%s', (scheme) => {
    test.each(WIDTHS)('%d pixels wide: nothing is off the side, no words meet, words stand out', async (width) => {
      for (const stage of [1, 3, 4, 6]) {
        await open(`#stage=${stage}`, width, scheme);
        expect([stage, await page.evaluate(audit)]).toEqual([stage, { tooWide: 0, overlaps: [], faint: [] }]);
        await page.locator('.picture .thing[tabindex]').last().dispatchEvent('click');
        expect([stage, await page.evaluate(audit)]).toEqual([stage, { tooWide: 0, overlaps: [], faint: [] }]);
        await press('Escape', 't');
        expect(await page.evaluate(audit)).toEqual({ tooWide: 0, overlaps: [], faint: [] });
        await page.context().close();
      }
      await open('#stage=1', width, scheme);
    });

    test('axe finds nothing serious: a stage, a box, a lesson, the keys', async () => {
      await open('#stage=4', 1440, scheme);
      await page.addScriptTag({ content: AXE });
      for (const keys of [[], ['?'], ['Escape', 't'], [' ', ' ']]) {
        await press(...keys);
        expect([keys, await serious()]).toEqual([keys, []]);
      }
      await press('Escape');
      await page.locator('.picture .thing[tabindex]').nth(4).dispatchEvent('click');
      expect(await serious()).toEqual([]);
    });
  });

  /** Rules that are broken, and where. */
  async function serious(): Promise<string[]> {
    const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run());
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 120)}`));
  }

  test('printed it is six pages, light ones, and all words are on them', async () => {
    await open('#stage=2', 1440, 'dark');
    await page.waitForSelector('.paper-pages', { state: 'attached' });
    await page.setViewportSize({ width: 1055, height: 720 });
    await page.emulateMedia({ media: 'print' });
    expect(await page.evaluate(overflowing)).toEqual([]);
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(255, 255, 255)');
    const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
    expect(pdf.toString('latin1').match(/\/Type ?\/Page\b(?!s)/g)).toHaveLength(6);
  });
});
