import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file that the page consists of. */
export interface File {
  readonly type: string;
  readonly text: string;
}

/** All files of the page, by their paths: what the package has built; in the repository what the sources are now. */
export function files(): ReadonlyMap<string, File> {
  const packed = join(__dirname, 'page');
  const directory = existsSync(packed) ? packed : __dirname;
  const read = (name: string): string => readFileSync(join(directory, name), 'utf8');
  return new Map([
    ['/', { type: 'text/html; charset=utf-8', text: read('index.html') }],
    ['/page.css', { type: 'text/css; charset=utf-8', text: read('page.css') }],
    ['/page.js', { type: 'text/javascript; charset=utf-8', text: directory === packed ? read('page.js') : built() }],
  ]);
}

function built(): string {
  return execFileSync(process.execPath, [join(__dirname, '../../build-page.mjs')], { encoding: 'utf8' });
}
