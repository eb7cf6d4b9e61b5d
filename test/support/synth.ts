import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { type Deployment, buildApp } from '../../stages/app';
import { FLAGS } from './context';

export { DOMAIN, FLAGS } from './context';

/** A CloudFormation resource as a test looks at it. */
export interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- templates have no type
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly DependsOn?: string[];
}

/** A synthesized deployment. */
export interface Synthesized extends Deployment {
  readonly app: App;
  readonly template: Template;
  /** Resources of the primary stack by logical id. */
  readonly resources: Readonly<Record<string, Resource>>;
}

const memo = new Map<string, Synthesized>();
/** An App takes up to 50 MB. */
const KEPT = 16;

/** Synthesizes a stage once a worker, with and without validation; `Template.fromStack` also proves that nothing depends on itself. */
export function synthesize(context: Record<string, unknown>): Synthesized {
  const key = JSON.stringify([context, process.env.CDK_VALIDATION]);
  const known = memo.get(key);
  if (known) return known;
  const app = new App({ context: { ...FLAGS, ...context } });
  const deployment = buildApp(app);
  const template = Template.fromStack(deployment.primary);
  const synthesized = { ...deployment, app, template, resources: resourcesOf(template) };
  memo.set(key, synthesized);
  if (memo.size > KEPT) memo.delete([...memo.keys()][0]);
  return synthesized;
}

/** All resources of a template by logical id. */
export function resourcesOf(template: Template): Record<string, Resource> {
  return (template.toJSON() as { Resources: Record<string, Resource> }).Resources;
}

/** Resources of one type by logical id. */
export function ofType(resources: Readonly<Record<string, Resource>>, type: string): Record<string, Resource> {
  return Object.fromEntries(Object.entries(resources).filter(([, resource]) => resource.Type === type));
}

/** The other stacks of a synthesized deployment. */
export function satellites({ app, primary }: Synthesized): Stack[] {
  return app.node.children.filter((child): child is Stack => 'stackName' in child && child !== primary);
}

/** A directory with an application that does nothing, for tests that don't look at the release. */
export function emptyApplication(): string {
  const directory = mkdtempSync(join(tmpdir(), 'application-'));
  writeFileSync(join(directory, 'start'), 'exec sleep infinity\n');
  return directory;
}
