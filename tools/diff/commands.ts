import { existsSync, statSync } from 'node:fs';
import { basename, isAbsolute, relative } from 'node:path';
import type { StackTemplate } from '../shared/template';
import { deployCommand, optionsOf, quoted } from './climb';
import type { Commands } from './plan';
import type { StageSide } from '../shared/sides';

/** What to type to go from one stage to another, or into or out of a bridge. */
export function stageCommands(before: StageSide, after: StageSide, context: Readonly<Record<string, string>>): Commands {
  const nameOf = ({ stage, from }: StageSide): string => (from === undefined ? String(stage) : `${from}-to-${stage}`);
  return {
    deploy: deployCommand(after, context),
    back: deployCommand(before, context),
    guard: `npx stagecraft guard ${nameOf(before)} ${nameOf(after)}${optionsOf(context)}`,
  };
}

/**
 * The same for what was synthesized: the CDK deploys a directory as it is, and the AWS CLI a template.
 * @param from a template or a directory.
 * @param to the same, or undefined for an app.
 * @param app the command of an app.
 */
export function fileCommands(from: string, to: string | undefined, app: string | undefined, after: readonly StackTemplate[]): Commands {
  return {
    deploy: to === undefined ? `npx cdk deploy --all --app ${quoted(app ?? '')}` : deployOf(to, after),
    back: isElsewhere(from) ? 'npx cdk deploy --all, from the commit that is live' : deployOf(from, after),
    guard: `npx stagecraft guard --template ${quoted(from)} --next ${quoted(to ?? 'cdk.out')}`,
  };
}

/** A directory outside of this one, such as that of a workflow, is gone when somebody reads of it. */
function isElsewhere(path: string): boolean {
  const way = relative(process.cwd(), path);
  return path !== '-' && existsSync(path) && statSync(path).isDirectory() && (way.startsWith('..') || isAbsolute(way));
}

function deployOf(path: string, stacks: readonly StackTemplate[]): string {
  if (path !== '-' && existsSync(path) && statSync(path).isDirectory()) {
    const isRegional = new Set(stacks.flatMap(({ region = [] }) => region)).size > 1;
    const all = `npx cdk deploy --all${isRegional ? ' --concurrency 1' : ''}`;
    return isElsewhere(path) ? all : `${all} --app ${quoted(path)}`;
  }
  const [, named] = /^([A-Za-z][A-Za-z0-9-]*)\.template\.(?:json|ya?ml)$/.exec(basename(path)) ?? [];
  const file = path === '-' ? 'FILE' : quoted(path);
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- a name that doesn't match has none
  return `aws cloudformation deploy --template-file ${file} --stack-name ${named ?? 'STACK'} --capabilities CAPABILITY_NAMED_IAM`;
}
