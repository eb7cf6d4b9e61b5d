import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import type { Ladder } from './ladder';

/** Where the data comes in the built page. */
const PLACE = />\s*LADDER\s*<\/script>/;

/** The page, with a ladder in it. */
export function fileOf(ladder: Ladder): string {
  const data = deflateRawSync(JSON.stringify(ladder), { level: 9 }).toString('base64');
  return pageWithoutData().replace(PLACE, () => `>${data}</script>`);
}

/** The page as Vite builds it: beside the bundle in the package; in the repository it is built when its sources are newer. */
function pageWithoutData(): string {
  const shipped = join(__dirname, 'explore.html');
  if (existsSync(shipped)) return readFileSync(shipped, 'utf8');
  execFileSync(process.execPath, [join(__dirname, 'page/build.mjs')], { stdio: ['ignore', 'ignore', 'inherit'] });
  return readFileSync(join(__dirname, 'page/dist/index.html'), 'utf8');
}
