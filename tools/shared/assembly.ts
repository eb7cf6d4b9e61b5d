import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { resolveValue } from '../resolve/functions';
import { Scope } from '../resolve/scope';
import { isRecord } from '../resolve/values';
import { BadInput } from './bad-input';
import { isObject, readJson } from './project';
import { readTemplate } from './read-template';
import type { Json, StackTemplate } from './template';

const NESTED = 'AWS::CloudFormation::Stack';
/** Deeper than this nobody nests; a template that names itself would never end. */
const DEEPEST = 12;

/** All stacks in a `cdk.out`: its own, those of each `cdk.Stage` in it, and the nested ones whose templates stand beside them. */
export function readAssembly(directory: string): StackTemplate[] {
  const file = join(directory, 'manifest.json');
  if (!existsSync(file)) {
    const templates = readdirSync(directory).filter((name) => name.endsWith('.json')).length;
    throw new BadInput(
      `${directory} has no manifest.json${templates > 0 ? '' : ' and no template'}: give a template, or the directory that cdk synth -o wrote`,
    );
  }
  const stacks = assembly(directory);
  if (stacks.length === 0) throw new BadInput(`${file} names no stack: give the directory that cdk synth -o wrote`);
  return stacks;
}

function assembly(directory: string): StackTemplate[] {
  const manifest = readJson(join(directory, 'manifest.json'));
  const artifacts = isObject(manifest) && isObject(manifest.artifacts) ? manifest.artifacts : {};
  return Object.entries(artifacts).flatMap(([id, artifact]): StackTemplate[] => {
    if (!isObject(artifact)) return [];
    const properties = isObject(artifact.properties) ? artifact.properties : {};
    if (artifact.type === 'cdk:cloud-assembly') {
      const inner = join(directory, text(properties.directoryName) ?? id);
      if (!existsSync(join(inner, 'manifest.json')))
        throw new BadInput(`${inner} has no manifest.json, but ${directory} names it: run cdk synth again`);
      const stage = id.replace(/^assembly-/, '');
      return assembly(inner).map((stack) => ({ ...stack, stage }));
    }
    if (artifact.type !== 'aws:cloudformation:stack') return [];
    const path = join(directory, text(properties.templateFile) ?? `${id}.template.json`);
    const [account, region] = (text(artifact.environment) ?? '').replace(/^aws:\/\//, '').split('/');
    const name = text(properties.stackName) ?? id;
    return withNested(path, {
      ...{ name, realName: name, terminationProtection: properties.terminationProtection === true, id },
      dependsOn: Array.isArray(artifact.dependencies) ? artifact.dependencies.map(String) : [],
      ...(region && region !== 'unknown-region' && { region }),
      ...(account && account !== 'unknown-account' && { account }),
      template: readTemplate(path),
    });
  });
}

/**
 * A stack and what is nested in it.
 * @param file where its template stands.
 */
export function withNested(file: string, stack: StackTemplate, depth = 0): StackTemplate[] {
  if (depth > DEEPEST) return [stack];
  const scope = new Scope(stack);
  const inner = Object.entries(stack.template.Resources).flatMap(([logicalId, { Type, Metadata, Properties }]) => {
    const name = Type === NESTED ? fileOf(dirname(file), Metadata?.['aws:asset:path'], Properties?.TemplateURL) : undefined;
    const path = name === undefined ? undefined : join(dirname(file), name);
    if (path === undefined || !existsSync(path) || !statSync(path).isFile()) return [];
    const passed = Properties?.Parameters === undefined ? {} : resolveValue(Properties.Parameters, scope);
    const parameters = isRecord(passed) ? passed : {};
    const { region, account } = stack;
    const nested = { parent: stack.name, logicalId, parameters };
    return withNested(
      path,
      { name: `${stack.name}/${logicalId}`, ...(region && { region }), ...(account && { account }), nested, template: readTemplate(path) },
      depth + 1,
    );
  });
  const read = inner.flatMap(({ nested }) => (nested?.parent === stack.name ? [nested.logicalId] : []));
  return [read.length > 0 ? { ...stack, read } : stack, ...inner];
}

/** Where the template of a nested stack may stand: an asset of the CDK, or a path as `aws cloudformation package` takes it. */
function fileOf(directory: string, asset: Json | undefined, address: Json | undefined): string | undefined {
  if (typeof asset === 'string') return basename(asset);
  return typeof address === 'string' && !address.includes('://') ? address : assetOf(directory, address);
}

/** File of the asset whose hash is in an address, by the lists of assets beside the template. */
function assetOf(directory: string, address: Json | undefined): string | undefined {
  const found = /([0-9a-f]{64})\.json/.exec(JSON.stringify(address ?? ''));
  if (!found) return undefined;
  const hash = found[1];
  for (const name of readdirSync(directory).filter((one) => one.endsWith('.assets.json'))) {
    const content = readJson(join(directory, name));
    const asset = isObject(content) && isObject(content.files) ? content.files[hash] : undefined;
    const path = isObject(asset) && isObject(asset.source) ? text(asset.source.path) : undefined;
    if (path !== undefined) return basename(path);
  }
  return undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
