// Bundles the script of the page of `stagecraft rehearse`: into a file, or to standard output.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

const directory = dirname(fileURLToPath(import.meta.url));
const [outfile] = process.argv.slice(2);
const { outputFiles } = buildSync({
  entryPoints: [join(directory, 'rehearse/page/client/main.ts')],
  bundle: true,
  minify: true,
  platform: 'browser',
  target: 'es2022',
  format: 'iife',
  tsconfig: join(directory, '../tsconfig.json'),
  logLevel: 'warning',
  ...(outfile === undefined ? { write: false } : { outfile }),
});
if (outfile === undefined) process.stdout.write(outputFiles[0].text);
