import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { resource, stackOf } from './diff/fixture';
import { testInCi } from '../support/needs';

const ROOT = join(__dirname, '../..');
const home = mkdtempSync(join(tmpdir(), 'cli-'));
const run = (command: string, args: readonly string[], cwd = home): string =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** Puts packages of this repository into another project. */
function link(names: readonly string[], project: string): void {
  for (const name of names) {
    const place = join(project, 'node_modules', name);
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules', name), place);
  }
}

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}
const manifest = JSON.parse(readFileSync(join(ROOT, 'tools/package.json'), 'utf8')) as Manifest;

test('the bundle needs what the package declares, and compares templates without the CDK', () => {
  run('node', [join(ROOT, 'tools/build.mjs'), join(home, 'dist')]);
  const bundle = readFileSync(join(home, 'dist/cli.js'), 'utf8');
  const needs = [...bundle.matchAll(/require(?:\.resolve)?\("((?:@[^/"]+\/)?[^/"]+)/g)]
    .map(([, name]) => name)
    .filter((name) => !name.startsWith('node:'));
  const declared = { ...manifest.dependencies, ...manifest.peerDependencies };
  expect([...new Set(needs)].filter((name) => !Object.hasOwn(declared, name))).toEqual([]);
  expect(Object.keys(manifest.dependencies).filter((name) => !needs.includes(name))).toEqual([]);

  // Its dependencies are there, the CDK and the library are not.
  link(Object.keys(manifest.dependencies), home);
  writeFileSync(join(home, 'queue.json'), JSON.stringify(stackOf({ Queue: resource('AWS::SQS::Queue') }).template));
  const diff = run('node', ['-e', "require('./dist/cli.js').main(['diff', '--from', 'queue.json', '--to', 'queue.json'])"]);
  expect(diff).toContain('queue.json → queue.json: 0 added');
});

/** Packing compiles everything, so only CI does it. */

testInCi('both packages, packed and installed offline in an empty directory, show a climb, its price and the guard', () => {
  // Packed from a copy, because another test packs the library at the same time.
  const copy = join(mkdtempSync(join(tmpdir(), 'sources-')), 'main');
  const sources = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');
  for (const file of sources.filter((path) => !/^(test|bench)\//.test(path))) cpSync(join(ROOT, file), join(copy, file));
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  const pack = (directory: string): { filename: string; files: { path: string }[] } => {
    const [packed] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', home], directory).replace(/^[^[]*/s, '')) as [
      { filename: string; files: { path: string }[] },
    ];
    return packed;
  };
  const [library, command] = [pack(copy), pack(join(copy, 'tools'))];
  const files = command.files.map(({ path }) => path).sort();
  expect(files.filter((path) => !path.startsWith('dist/reference/'))).toEqual([
    'README.md',
    'bin/stagecraft.js',
    'dist/LICENSE',
    'dist/THIRD-PARTY-LICENSES.txt',
    'dist/cli.js',
    'dist/explore.html',
    'dist/page/index.html',
    'dist/page/page.css',
    'dist/page/page.js',
    'package.json',
  ]);
  expect(files.filter((path) => path.startsWith('dist/reference/stages/'))).toHaveLength(6);

  const shop = mkdtempSync(join(tmpdir(), 'shop-'));
  writeFileSync(join(shop, 'package.json'), '{ "name": "shop", "private": true }');
  // What the registry would bring is linked from here: what is tested are the two tarballs, and installing needs no network.
  mkdirSync(join(shop, 'node_modules'));
  for (const { filename } of [library, command]) {
    const name = filename.startsWith('cdk-stagecraft-cli') ? 'cdk-stagecraft-cli' : 'cdk-stagecraft';
    mkdirSync(join(shop, 'node_modules', name));
    run('tar', ['-xzf', join(home, filename), '--strip-components=1', '-C', join(shop, 'node_modules', name)]);
  }
  link([...Object.keys(manifest.dependencies), 'aws-cdk-lib', 'constructs'], shop);
  const stagecraft = (...args: string[]): string => run('node', ['node_modules/cdk-stagecraft-cli/bin/stagecraft.js', ...args], shop);

  expect(stagecraft('diff', '3', '4')).toMatch(
    /^Stage 3 → 4: \d+ added .*\n\nVerdict\n {2}✔ Nothing that holds data is replaced or deleted\.\n/,
  );
  expect(stagecraft('cost', '3')).toMatch(/^Stage 3 costs about \$\d+/);
  expect(stagecraft('explore', '-o', 'ladder.html')).toMatch(/^ladder\.html: 6 architectures in \d+ kB/);
  expect(stagecraft('guard', '2')).toContain('aws cloudformation set-stack-policy --stack-name webapp-us-east-1');
});
