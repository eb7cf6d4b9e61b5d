import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../../tools/servers/processes';
import { browser, CHROMIUM } from '../../support/chromium';
import { describeNeeding, testInCi } from '../../support/needs';
import { describeRehearsal, gone, start } from './started';

/** The number of failed requests, when there are some. */
const REFUSED = '#numbers .bad:has-text("failed")';
const home = mkdtempSync(join(tmpdir(), 'live-'));
chmodSync(home, 0o755);

describeNeeding(CHROMIUM, 'the page of a rehearsal', () => {
  describeRehearsal('live', () => {
    testInCi(
      'the one server is killed and comes back, and people go on while everything climbs to stage 2',
      async () => {
        const directory = join(home, 'live');
        const { child, said, port, ready } = await start(directory);
        await ready();
        const running = await browser();
        try {
          const page = await running.newPage();
          await page.goto((JSON.parse(said.out.split('\n')[0]) as { page: string }).page);
          await page.waitForSelector('.captions .caption');
          await page.click('[aria-label^="kill: server"]');
          await page.waitForSelector('.thing.broken');
          // People are refused, and the page says so.
          await page.waitForSelector(REFUSED);
          await page.click('[aria-label^="bring back: server"]');
          await page.waitForSelector('.thing.broken', { state: 'detached' });
          await page.waitForSelector(REFUSED, { state: 'detached', timeout: 60_000 });
          await page.click('#climb');
          await page.waitForSelector('.outcome', { timeout: 240_000 });
          expect(await page.textContent('.outcome')).toMatch(/climbed from stage 1 to stage 2 .* 0 lost, 0 doubled/);
          await page.waitForSelector('#title:text-is("Stage 2")');
          expect(await page.locator('.caption', { hasText: 'rows/s written' }).count()).toBe(1);
          await eventually(() => /^\{"climb".*\n/m.test(said.out));
          const climb = /^\{"climb".*/m.exec(said.out)?.[0] ?? '';
          const { moved, said: lines } = (JSON.parse(climb) as { climb: { moved: number; said: string[] } }).climb;
          expect(moved).toBeGreaterThan(20_000);
          expect(lines).toContain('moves by replication: writes pause for seconds');
        } finally {
          await running.close();
          child.kill('SIGTERM');
        }
        await eventually(() => child.exitCode !== null || child.signalCode !== null, 60_000);
        expect(child.exitCode).toBe(0);
        await gone(directory, port);
      },
      600_000,
    );
  });
});
