import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { NEEDS } from './synth';

const ROOT = join(__dirname, '..');
const EMPTY = join(ROOT, 'node_modules/.cache/bench/empty');

/** `cdk synth` of a stage, the whole command. */
export function synthCommand(stage: number): void {
  const context = Object.entries({ stage, ...NEEDS[stage] }).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  execFileSync('npx', ['cdk', 'synth', '-q', ...context], { cwd: ROOT, stdio: 'ignore' });
}

/** `cdk synth` of an empty app, as `cdk init` writes it. */
export function emptySynthCommand(): void {
  execFileSync('npx', ['cdk', 'synth', '-q'], { cwd: EMPTY, stdio: 'ignore' });
}

/** Makes the empty app once, with its own packages; false where they can't be had. */
export function initEmptyApp(): boolean {
  if (existsSync(join(EMPTY, 'node_modules/tsx'))) return true;
  mkdirSync(EMPTY, { recursive: true });
  try {
    execFileSync(join(ROOT, 'node_modules/.bin/cdk'), ['init', 'app', '--language', 'typescript'], { cwd: EMPTY, stdio: 'ignore' });
    return existsSync(join(EMPTY, 'node_modules/tsx'));
  } catch {
    return false;
  }
}

/** Peak memory in MiB of a process that synthesizes one stage. */
export function peakMemory(stage: number): number {
  const script = `require('./bench/synth').synthesize({ stage: ${stage} }); console.log(process.resourceUsage().maxRSS)`;
  const output = execFileSync('node', ['--require', 'ts-node/register/transpile-only', '--eval', script], { cwd: ROOT, encoding: 'utf8' });
  return Number(output.trim().split('\n').at(-1)) / 1024;
}

/** Milliseconds that a process takes to load the library and the CDK, without building anything. */
export function loadCommand(): void {
  execFileSync('node', ['--require', 'ts-node/register/transpile-only', '--eval', "require('./bench/synth')"], {
    cwd: ROOT,
    stdio: 'ignore',
  });
}
