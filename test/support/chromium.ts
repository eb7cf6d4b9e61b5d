import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { apt } from './needs';

/** A real browser, of Debian's package; its fonts have the widths of Arial. */
export const CHROMIUM = [apt('chromium')];

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Starts it without a window. */
export function browser(): Promise<Browser> {
  // In a container of CI everybody is root, whom Chromium gives no sandbox.
  return chromium.launch({
    executablePath: PATHS.find((path) => existsSync(path)),
    args: ['--no-sandbox', '--allow-file-access-from-files'],
  });
}
