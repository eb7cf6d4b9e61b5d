import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { BadInput } from './bad-input';
import { isObject, readJson } from './project';
import type { StackTemplate, Template } from './template';

/** A stage, or the bridge that leads to it. */
export interface StageSide {
  readonly stage: number;
  /** The stage before, for a bridge. */
  readonly from?: number;
}

/**
 * Reads a stage as people type it: `4`, or `3-to-4` for the bridge.
 * @param highest number of the highest stage.
 */
export function parseStage(text: string, highest: number): StageSide {
  const [, first, second] = /^(\d{1,3})(?:-to-(\d{1,3}))?$/.exec(text) ?? [];
  const numbers = [first, second].filter((number) => (number as string | undefined) !== undefined).map(Number);
  const known = numbers.length > 0 && numbers.every((number) => number >= 1 && number <= highest);
  if (!known || (numbers.length === 2 && numbers[1] !== numbers[0] + 1)) {
    throw new BadInput(
      `stage ${text === '' ? '""' : text} does not exist: allowed are 1 to ${highest}, and 3-to-4 for a bridge; type npx stagecraft diff 3 4`,
    );
  }
  return numbers.length === 1 ? { stage: numbers[0] } : { stage: numbers[1], from: numbers[0] };
}

/** `stage 4`, or `bridge 3 to 4`. */
export function nameOf({ stage, from }: StageSide): string {
  return from === undefined ? `stage ${stage}` : `bridge ${from} to ${stage}`;
}

/** Reads what was synthesized or deployed before: a template, or a directory of the CDK with all stacks of a deployment. */
export function readStacks(path: string): StackTemplate[] {
  if (existsSync(path) && statSync(path).isDirectory()) return readAssembly(path);
  // The two files of a comparison are the same stack, whatever they are called.
  return [{ name: 'template', template: readTemplate(path) }];
}

function readTemplate(file: string): Template {
  const content = readJson(file);
  const resources = isObject(content) ? content.Resources : undefined;
  const isTemplate =
    isObject(resources) && Object.values(resources).every((resource) => isObject(resource) && typeof resource.Type === 'string');
  if (!isTemplate) throw new BadInput(`${file} is not a template: an object with Resources, each with a Type, is needed`);
  return content as Template;
}

interface Artifact {
  readonly type: string;
  readonly environment?: string;
  readonly properties?: { readonly templateFile?: string; readonly stackName?: string; readonly terminationProtection?: boolean };
}

/** The stacks in a `cdk.out`. */
function readAssembly(directory: string): StackTemplate[] {
  const file = join(directory, 'manifest.json');
  if (!existsSync(file)) {
    const templates = readdirSync(directory).filter((name) => name.endsWith('.json')).length;
    throw new BadInput(
      `${directory} has no manifest.json${templates > 0 ? '' : ' and no template'}: give a template, or the directory that cdk synth -o wrote`,
    );
  }
  const manifest = readJson(file);
  const artifacts = isObject(manifest) && isObject(manifest.artifacts) ? (manifest.artifacts as Readonly<Record<string, Artifact>>) : {};
  const stacks = Object.entries(artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack');
  if (stacks.length === 0) throw new BadInput(`${file} names no stack: give the directory that cdk synth -o wrote`);
  return stacks.map(([id, { environment = '', properties = {} }]) => ({
    name: properties.stackName ?? id,
    region: basename(environment),
    terminationProtection: properties.terminationProtection ?? false,
    template: readTemplate(join(directory, properties.templateFile ?? `${id}.template.json`)),
  }));
}
