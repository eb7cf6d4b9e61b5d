import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { stages } from '../../stages';
import cdkJson from '../../cdk.json';
import { BadInput } from './bad-input';
import { contextOfProject } from './project';
import type { StackTemplate, Template } from './template';

/** Context of a deployment, as `-c key=value` gives it; `stage` is among it. */
export type Context = Readonly<Record<string, string>>;

/** Number of the highest stage. */
export const HIGHEST_STAGE = stages.Catalogue.HIGHEST;

/**
 * Synthesizes a deployment in this process, without a network: all its stacks, in the order in which they are deployed.
 * @param context what the command line says; it goes before the context of cdk.json in the working directory. A wrong one throws `BadInput`.
 * @param kept a directory in which the files of the deployment stay, such as its release; without it nothing stays.
 */
export function synthesizeStage(context: Context, kept?: string): StackTemplate[] {
  const outdir = kept ?? mkdtempSync(join(tmpdir(), 'stagecraft-'));
  const validation = process.env.CDK_VALIDATION;
  // Two seconds a process, and `cdk synth` does it.
  process.env.CDK_VALIDATION = 'false';
  try {
    const flags = contextOfProject(process.cwd()) ?? cdkJson.context;
    const app = new App({ outdir, analyticsReporting: false, context: { ...flags, 'aws:cdk:enable-path-metadata': true, ...context } });
    stages.buildApp(app);
    return app.synth().stacks.map(({ id, stackName, environment, terminationProtection, template, messages, dependencies }) => ({
      ...{ name: stackName, region: environment.region, terminationProtection: terminationProtection ?? false, id },
      dependsOn: dependencies.map((needed) => needed.id),
      template: template as Template,
      remarks: [...new Set(messages.map(({ entry }) => remarkOf(entry.data)))],
    }));
  } catch (error) {
    throw error instanceof Error && error.name === 'InvalidInput' ? new BadInput(error.message) : error;
  } finally {
    if (validation === undefined) delete process.env.CDK_VALIDATION;
    else process.env.CDK_VALIDATION = validation;
    if (kept === undefined) rmSync(outdir, { recursive: true, force: true });
  }
}

/** The first line; below it the CDK says how to acknowledge it. */
function remarkOf(data: unknown): string {
  return typeof data === 'string' ? data.split('\n')[0] : JSON.stringify(data);
}
