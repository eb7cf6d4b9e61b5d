import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testInCi } from './support/needs';

const ROOT = join(__dirname, '..');

/** An empty CDK app of somebody else, in JavaScript so that nothing has to be compiled. */
const APP = `
const { App } = require('aws-cdk-lib');
const { Application, RegionalStack, WebArchitecture, stages } = require('cdk-stagecraft');
const app = new App({ outdir: 'cdk.out' });
const stack = new RegionalStack(app, 'Shop', { region: 'eu-west-1' });
new WebArchitecture(stack, 'Web', { name: 'shop', blueprint: stages.statelessTier, app: Application.at(stages.REFERENCE_APP) });
app.synth();
`;

testInCi('the packed tarball, installed in an empty CDK app, synthesizes stage 4 and has types', () => {
  const home = mkdtempSync(join(tmpdir(), 'consumer-'));
  const run = (command: string, args: string[], cwd = home): string =>
    execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const [{ filename, files }] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', home], ROOT).replace(/^[^[]*/s, '')) as [
    { filename: string; files: { path: string }[] },
  ];
  const paths = files.map(({ path }) => path);
  const scripts = readdirSync(join(ROOT, 'lib'), { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\.(?:sh|py|json|conf)$/.test(path),
  );
  expect(scripts.length).toBeGreaterThan(20);
  expect(paths).toEqual(
    expect.arrayContaining([
      'LICENSE',
      'NOTICE',
      'README.md',
      ...scripts.map((path) => `dist/lib/${path}`),
      'dist/workload/bundle/server.js',
      'dist/workload/bundle/THIRD-PARTY-LICENSES.txt',
    ]),
  );
  expect(paths.filter((path) => /^(test|bench|docs|node_modules)\/|\.test\./.test(path))).toEqual([]);

  writeFileSync(join(home, 'package.json'), '{ "name": "shop", "private": true }');
  // The peers are the ones of this repository: what is tested is the tarball, and installing needs no network.
  run('npm', ['install', '--offline', '--legacy-peer-deps', '--no-audit', '--no-fund', join(home, filename)]);
  mkdirSync(join(home, 'node_modules/@types'), { recursive: true });
  for (const peer of ['aws-cdk-lib', 'constructs', '@types/node'])
    symlinkSync(join(ROOT, 'node_modules', peer), join(home, 'node_modules', peer));
  writeFileSync(join(home, 'app.js'), APP);
  run('node', ['app.js']);
  const template = readFileSync(join(home, 'cdk.out/Shop.template.json'), 'utf8');
  expect(template).toContain('AWS::AutoScaling::AutoScalingGroup');

  writeFileSync(
    join(home, 'types.ts'),
    `import { type Blueprint, stages } from 'cdk-stagecraft';\nexport const mine: Blueprint = { ...stages.statelessTier };\n`,
  );
  run(join(ROOT, 'node_modules/.bin/tsc'), [
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--types',
    'node',
    '--module',
    'nodenext',
    '--target',
    'es2022',
    'types.ts',
  ]);
});
