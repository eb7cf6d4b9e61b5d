import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { buildApp } from '../../stages/app';
import type { StackTemplate, Template } from '../../tools/shared/template';
import { FLAGS } from './context';

const ROOT = join(__dirname, '../..');
const CACHE = join(ROOT, 'node_modules/.cache/stagecraft');
/** Everything that a template is made of. */
const SOURCES = ['lib', 'stages', 'workload/bundle', 'workload/database-users/bundle', 'cdk.json', 'package-lock.json'];

const memo = new Map<string, StackTemplate[]>();

/**
 * All stacks that a context deploys. They are kept on the disk under a hash of everything that they are made of, so that workers and runs share them.
 */
export function deployed(context: Readonly<Record<string, unknown>>): StackTemplate[] {
  const key = JSON.stringify(Object.entries(context).sort());
  const stacks = memo.get(key) ?? kept(key) ?? keep(key, synthesized(context));
  memo.set(key, stacks);
  return stacks;
}

/** All stacks that a context deploys, with construct paths as the CLI writes them; forgotten again, for contexts that hardly come twice. */
export function synthesized(context: Readonly<Record<string, unknown>>): StackTemplate[] {
  const app = new App({ context: { ...FLAGS, 'aws:cdk:enable-path-metadata': true, ...context }, analyticsReporting: false });
  buildApp(app);
  return app.synth().stacks.map(({ stackName, environment, terminationProtection, template }) => ({
    ...{ name: stackName, region: environment.region, terminationProtection: terminationProtection ?? false },
    template: template as Template,
  }));
}

let directory: string | undefined;

/** Templates of these sources; those of earlier ones are removed. */
function directoryOfSources(): string {
  if (directory !== undefined) return directory;
  const digest = createHash('sha256');
  for (const path of SOURCES.flatMap((source) => filesIn(join(ROOT, source)))) digest.update(path).update(readFileSync(path));
  const name = digest.digest('hex').slice(0, 20);
  directory = join(CACHE, name);
  mkdirSync(directory, { recursive: true });
  for (const old of readdirSync(CACHE).filter((one) => one !== name)) rmSync(join(CACHE, old), { recursive: true, force: true });
  return directory;
}

function filesIn(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path)
    .flatMap((name) => filesIn(join(path, name)))
    .sort();
}

function fileOf(key: string): string {
  return join(directoryOfSources(), `${createHash('sha256').update(key).digest('hex').slice(0, 20)}.json`);
}

function kept(key: string): StackTemplate[] | undefined {
  return existsSync(fileOf(key)) ? (JSON.parse(readFileSync(fileOf(key), 'utf8')) as StackTemplate[]) : undefined;
}

/** Another suite may do the same at the same moment, so nobody sees half a file. */
function keep(key: string, stacks: StackTemplate[]): StackTemplate[] {
  const partial = `${fileOf(key)}.${process.pid}`;
  writeFileSync(partial, JSON.stringify(stacks));
  renameSync(partial, fileOf(key));
  return stacks;
}
