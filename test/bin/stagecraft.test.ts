import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FLAGS } from '../support/context';
import { testInCi } from '../support/needs';

const ROOT = join(__dirname, '../..');
/** Neither a region nor credentials: the command must not need them. */
const BARE = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_') && !name.startsWith('CDK_')));

/** Runs the app as the CLI does. */
function app(context: Record<string, unknown>) {
  const outdir = join(mkdtempSync(join(tmpdir(), 'out-')), 'cdk.out');
  const env = { ...BARE, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify({ ...FLAGS, ...context }) };
  const { status, stdout, stderr } = spawnSync('node', ['--require', 'ts-node/register/transpile-only', 'bin/stagecraft.ts'], {
    cwd: ROOT,
    env,
    encoding: 'utf8',
  });
  return { status, stdout, stderr, written: existsSync(outdir) ? readdirSync(outdir) : [] };
}

test('a wrong context ends in one line on standard error, exit code 1, and nothing written', () => {
  expect(app({ stage: '9' })).toEqual({
    status: 1,
    stdout: '',
    stderr: 'stage=9 is not possible: allowed are 1 to 6; type npx cdk synth -c stage=1\n',
    written: [],
  });
});

test('an app directory with nothing to run is one line too', () => {
  const { status, stderr } = app({ stage: '1', app: '/nowhere' });
  expect(status).toBe(1);
  expect(stderr).toBe('app=/nowhere has no file named start, Procfile or Dockerfile: give a directory with one of them\n');
});

testInCi('npx cdk ls shows the primary stack, without account, credentials or region', () => {
  const { status, stdout } = spawnSync('npx', ['cdk', 'ls', '-c', 'stage=4'], { cwd: ROOT, env: BARE, encoding: 'utf8' });
  expect([status, stdout]).toEqual([0, 'webapp-us-east-1\n']);
});
