import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { resource, stackOf } from './diff/fixture';

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
  expect(
    readdirSync(join(home, 'dist'), { recursive: true, encoding: 'utf8' })
      .filter((path) => !path.startsWith('reference'))
      .sort(),
  ).toEqual([
    ...['LICENSE', 'THIRD-PARTY-LICENSES.txt', 'cli.js', 'explore.html'],
    ...['page', 'page/index.html', 'page/page.css', 'page/page.js'],
  ]);
  expect(readdirSync(join(home, 'dist/reference/stages'))).toHaveLength(6);
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
