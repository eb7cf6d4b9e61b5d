import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { App, Stack } from 'aws-cdk-lib';
import { buildApp } from '../../../stages/app';
import { FLAGS } from '../../support/context';
import type { StackTemplate, Template } from '../../../tools/shared/template';

const CDK = join(__dirname, '../../../node_modules/aws-cdk/bin/cdk');
const STACK = 'webapp-us-east-1';

/** What `cdk diff` says of one resource: added, removed or changed, and the word behind it. */
export interface Said {
  readonly sign: '+' | '-' | '~';
  readonly type: string;
  readonly word?: 'destroy' | 'orphan' | 'replace' | 'may be replaced';
}

/** Runs the real `cdk diff --template` of the pinned CLI on the founding stack, without account, region or credentials. */
export async function cdkDiff(
  before: StackTemplate,
  after: StackTemplate,
  context: Readonly<Record<string, unknown>>,
): Promise<Map<string, Said>> {
  const directory = mkdtempSync(join(tmpdir(), 'cdk-diff-'));
  const assembly = join(directory, 'cdk.out');
  const app = new App({
    outdir: assembly,
    context: { ...FLAGS, 'aws:cdk:enable-path-metadata': true, ...context },
    analyticsReporting: false,
  });
  buildApp(app);
  app.synth();
  return parse(await asked(assembly, STACK, before.template, after.template));
}

/** The same for any two templates of a stack of its own. */
export async function cdkDiffOf(before: Template, after: Template): Promise<Map<string, Said>> {
  const assembly = join(mkdtempSync(join(tmpdir(), 'cdk-diff-')), 'cdk.out');
  const app = new App({ outdir: assembly, analyticsReporting: false });
  new Stack(app, 'Shop');
  app.synth();
  return parse(await asked(assembly, 'Shop', before, after));
}

async function asked(assembly: string, stack: string, before: Template, after: Template): Promise<string> {
  const directory = dirname(assembly);
  // The CLI reads the template from the assembly, so that is where an edited one goes.
  writeFileSync(join(assembly, `${stack}.template.json`), JSON.stringify(after));
  const old = join(directory, 'old.json');
  writeFileSync(old, JSON.stringify(before));
  const quiet = ['--no-color', '--no-notices', '--no-version-reporting'];
  const args = [CDK, 'diff', stack, '--exclusively', '--app', assembly, '--template', old, ...quiet];
  const env = { PATH: process.env.PATH, HOME: directory, CDK_DISABLE_VERSION_CHECK: '1' };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { env, maxBuffer: 2 ** 26, timeout: 120_000 });
  return stdout + stderr;
}

/** The version of the CLI that was asked. */
export function cdkVersion(): string {
  return (JSON.parse(readFileSync(join(CDK, '../../package.json'), 'utf8')) as { version: string }).version;
}

function parse(output: string): Map<string, Said> {
  const lines = output.split('\n').flatMap((line) => {
    const match = /^\[([-+~])\] ((?:AWS|Custom)::\S+) (.*?)(?: (destroy|orphan|replace|may be replaced))?$/.exec(line.trimEnd());
    if (!match) return [];
    const [, sign, type, names, word] = match;
    const id = names.split(' ').at(-1) ?? names;
    return [[id, { sign: sign as Said['sign'], type, ...(word && { word: word as Said['word'] }) }] as const];
  });
  return new Map(lines);
}
