// Bundles the command for publishing: dist/cli.js, with its dependencies outside and the library as the peer that it is.
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const directory = dirname(fileURLToPath(import.meta.url));
const target = process.argv[2] ?? join(directory, 'dist');

/** The sources import the library as their neighbour; a user has it as a package. */
const library = {
  name: 'library',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^(\.\.\/)+stages$/ }, () => ({ path: 'cdk-stagecraft', external: true }));
  },
};

rmSync(target, { recursive: true, force: true });
await build({
  entryPoints: [join(directory, 'cli.ts')],
  outfile: join(target, 'cli.js'),
  bundle: true,
  packages: 'external',
  plugins: [library],
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  tsconfig: join(directory, '../tsconfig.json'),
  logLevel: 'warning',
});
execFileSync(process.execPath, [join(directory, 'build-page.mjs'), join(target, 'page/page.js')], { stdio: 'inherit' });
for (const file of ['index.html', 'page.css']) cpSync(join(directory, 'rehearse/page', file), join(target, 'page', file));
cpSync(join(directory, '../LICENSE'), join(target, 'LICENSE'));

// The page of `explore`, and what it quotes: the package has neither docs/ nor the sources of the stages.
execFileSync(process.execPath, [join(directory, 'explore/page/build.mjs')], { stdio: 'inherit' });
cpSync(join(directory, 'explore/page/dist/index.html'), join(target, 'explore.html'));
// The page has Preact inside, whose licence travels with it.
const preact = join(directory, '../node_modules/preact');
const { name, version, license } = JSON.parse(readFileSync(join(preact, 'package.json'), 'utf8'));
writeFileSync(
  join(target, 'THIRD-PARTY-LICENSES.txt'),
  `${name} ${version} (${license})\n\n${readFileSync(join(preact, 'LICENSE'), 'utf8')}`,
);
const QUOTED = /\/(docs(\/(stages|drills|runbooks|climbing\.md)(\/[^/]*\.md)?)?|stages(\/\d-[^/]*\.ts)?)$/;
for (const folder of ['docs', 'stages'])
  cpSync(join(directory, '..', folder), join(target, 'reference', folder), { recursive: true, filter: (path) => QUOTED.test(path) });
