// Builds the page of `stagecraft explore`, unless what was built is newer than its sources. Another process may do the same at the same moment.
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, 'dist/index.html');
const modified = (path) => statSync(path).mtimeMs;
const sources = [
  ...readdirSync(here, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [join(here, entry.name)] : [])),
  ...['draw/style.ts', 'shared/money.ts', 'shared/words.ts'].map((file) => join(here, '../..', file)),
];

if (!existsSync(target) || Math.max(...sources.map(modified)) > modified(target)) {
  const { build } = await import('vite');
  const { default: config } = await import('./vite.config.mjs');
  mkdirSync(dirname(target), { recursive: true });
  const own = mkdtempSync(join(here, 'dist/build-'));
  try {
    await build({ ...config, build: { ...config.build, outDir: own } });
    const draft = `${target}.${process.pid}`;
    copyFileSync(join(own, 'index.html'), draft);
    renameSync(draft, target);
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}
