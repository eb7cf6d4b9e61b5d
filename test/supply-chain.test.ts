import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesIn } from './support/files';

const ROOT = join(__dirname, '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> };
const foreign = Object.entries(packages).filter(([path, { link }]) => path.includes('node_modules/') && !link);
const workflows = filesIn('.github/workflows', 'examples/github-actions');

interface Locked {
  readonly link?: boolean;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly license?: string;
  readonly dev?: boolean;
  readonly inBundle?: boolean;
}

test('a package that runs a script when it is installed is allowed by name', () => {
  const scripted = foreign.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path.split('node_modules/').at(-1));
  // Each brings a binary for the machine: the file watcher, two compilers, the resolver of Jest.
  const { allowScripts } = JSON.parse(read('package.json')) as { allowScripts: Record<string, true> };
  expect([...new Set(scripted)].sort()).toEqual(Object.keys(allowScripts));
});

test('every package is what the lock file says, byte for byte', () => {
  expect(foreign.filter(([, { integrity, inBundle }]) => integrity === undefined && !inBundle).map(([path]) => path)).toEqual([]);
});

test('licences are permissive, of tools too', () => {
  const allowed = /^\(?(?:MIT|Apache-2\.0|ISC|0BSD|BSD-[23]-Clause|BlueOak-1\.0\.0|CC0-1\.0|CC-BY-[34]\.0|MPL-2\.0|Python-2\.0)\b/;
  const other = foreign
    .filter(([, { license, inBundle }]) => !inBundle && !allowed.test(license ?? ''))
    .map(([path, { license }]) => [path, license]);
  expect(other).toEqual([]);
});

describe.each(workflows)('%s', (path) => {
  const text = read(path);

  test('takes actions by hash, and leaves no credentials beside the code that it runs', () => {
    const uses = [...text.matchAll(/uses: (\S+)/g)].map(([, action]) => action);
    expect(uses.filter((action) => !/@[0-9a-f]{40}$/.test(action))).toEqual([]);
    const checkouts = text.split(/(?=uses: )/).filter((step) => step.startsWith('uses: actions/checkout'));
    expect(checkouts.filter((step) => !step.includes('persist-credentials: false'))).toEqual([]);
  });

  test('gives no job that runs code of a package or of the checkout a right to write', () => {
    const jobs = text.slice(text.indexOf('\njobs:')).split(/\n(?= {2}\w+:\n)/);
    const harmless = /npm publish --ignore-scripts /g;
    // A checkout whose files are only read runs nothing: no command, no action of its own, no build.
    const runs = (job: string): boolean =>
      /\bnp[mx] |\.ci\/|uses: \.\//.test(job) ||
      (job.includes('actions/checkout') && (!job.includes('build-mode: none') || job.includes('run:')));
    expect(jobs.filter((job) => /: write\b/.test(job) && runs(job.replace(harmless, '')))).toEqual([]);
    expect(text.slice(0, text.indexOf('\njobs:') + 1)).toMatch(/\npermissions:\n {2}contents: read\n(?! {2}\w)/);
  });
});

test('CodeQL reads every language of the product that it knows without a build, on each change and each week', () => {
  const codeql = read('.github/workflows/codeql.yml');
  expect(codeql).toMatch(/\n {2}pull_request:\n[^]*\n {2}schedule:\n/);
  const files = filesIn('lib', 'stages', 'tools', 'workload', '.github').join('\n');
  const languages = { 'javascript-typescript': /\.ts$/m, python: /\.py$/m, actions: /^\.github\/workflows\/.*yml$/m };
  const there = Object.entries(languages).filter(([, those]) => those.test(files));
  expect(/language: \[(.*)\]/.exec(codeql)?.[1].split(', ')).toEqual(there.map(([language]) => language));
});
