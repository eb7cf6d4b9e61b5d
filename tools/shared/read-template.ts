import { existsSync, readFileSync, statSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { BadInput } from './bad-input';
import { doubledKey, withLongNumbers } from './json-text';
import { isObject } from './project';
import type { Json, Resource, Template } from './template';
import { tags } from './yaml-tags';

/** Reads a template from a file, or from standard input for `-`: JSON or YAML, with whatever surrounds it when other tools print it. */
export function readTemplate(file: string): Template {
  return templateOf(textOf(file), file === '-' ? 'standard input' : file);
}

function textOf(file: string): string {
  if (file !== '-' && !existsSync(file)) throw new BadInput(`${file} does not exist: give the path of a file`);
  if (file !== '-' && statSync(file).isDirectory()) throw new BadInput(`${file} is a directory: give a template`);
  try {
    return decoded(readFileSync(file === '-' ? 0 : file));
  } catch (error) {
    throw new BadInput(`${file} can not be read: ${firstLine(error)}`);
  }
}

/** PowerShell writes UTF-16 where others write UTF-8. */
function decoded(bytes: Buffer): string {
  return bytes.toString(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf16le' : 'utf8').replace(/^\uFEFF/, '');
}

/**
 * What a text says.
 * @param name what the reader calls the text.
 */
export function templateOf(text: string, name: string): Template {
  if (text.trim() === '') throw new BadInput(`${name} is empty: a template in JSON or YAML is needed`);
  let content = parsed(text, name);
  // `get-template` prints a YAML template as one JSON text, and JSON around the body unless it is asked for the body alone.
  if (isObject(content) && 'TemplateBody' in content) content = content.TemplateBody;
  if (typeof content === 'string') content = parsed(content, name);
  return checked(content, name);
}

function parsed(text: string, name: string): unknown {
  try {
    const content = JSON.parse(withLongNumbers(text)) as unknown;
    const doubled = typeof content === 'string' ? undefined : doubledKey(text);
    if (doubled !== undefined) throw new BadInput(`${name} has ${doubled} twice in one object: leave one of them`);
    return content;
  } catch (error) {
    if (error instanceof BadInput) throw error;
    if (/^\s*[{[]/.test(text) && !/^\s*\{\{/.test(text)) throw new BadInput(`${name} is not JSON: ${firstLine(error)}`);
  }
  try {
    const documents = parseAllDocuments(text, {
      customTags: tags,
      schema: 'core',
      version: '1.1',
      merge: true,
      logLevel: 'silent',
    });
    const [document] = documents;
    if (document.errors.length > 0) throw document.errors[0];
    if (documents.length > 1) throw new Error('it holds several documents, of which a template is one');
    return document.toJS({ maxAliasCount: 1000 }) as unknown;
  } catch (error) {
    throw new BadInput(`${name} is neither JSON nor YAML: ${firstLine(error)}`);
  }
}

/** Refuses what CloudFormation would refuse too, and takes out what is empty. */
function checked(content: unknown, name: string): Template {
  const resources = isObject(content) ? content.Resources : undefined;
  if (!isObject(content) || !isObject(resources))
    throw new BadInput(`${name} is not a template: an object with Resources, each with a Type, is needed`);
  const macro = Object.keys(resources).find((key) => key.startsWith('Fn::'));
  if (macro !== undefined) throw new BadInput(`${macro} in ${name} is only expanded by AWS: ${PROCESSED}`);
  for (const [id, resource] of Object.entries(resources)) {
    if (!isObject(resource) || typeof resource.Type !== 'string')
      throw new BadInput(
        `${id} in ${name} has no Type, so ${name} is not a template: an object with Resources, each with a Type, is needed`,
      );
    const inner = isObject(resource.Properties) ? Object.keys(resource.Properties).find((key) => key.startsWith('Fn::ForEach')) : undefined;
    if (inner !== undefined) throw new BadInput(`${inner} of ${id} in ${name} is only expanded by AWS: ${PROCESSED}`);
    if (!resource.Type.includes('::')) throw new BadInput(`Type ${resource.Type} of ${id} in ${name} is no type: write AWS::S3::Bucket`);
    if (resource.Properties !== undefined && resource.Properties !== null && !isObject(resource.Properties))
      throw new BadInput(`Properties of ${id} in ${name} is ${what(resource.Properties)}: an object is needed`);
  }
  const sections = ['Parameters', 'Mappings', 'Conditions', 'Outputs'] as const;
  const loop = sections.find(
    (section) => isObject(content[section]) && Object.keys(content[section]).some((key) => key.startsWith('Fn::ForEach')),
  );
  if (loop !== undefined) throw new BadInput(`Fn::ForEach in ${loop} of ${name} is only expanded by AWS: ${PROCESSED}`);
  const odd = sections.find((section) => content[section] !== undefined && content[section] !== null && !isObject(content[section]));
  if (odd !== undefined) throw new BadInput(`${odd} of ${name} is ${what(content[odd])}: an object is needed`);
  return {
    ...(content as unknown as Template),
    ...Object.fromEntries(sections.filter((section) => content[section] === null).map((section) => [section, undefined])),
    Resources: Object.fromEntries(Object.entries(resources).map(([id, one]) => [id, tidy(one as Readonly<Record<string, unknown>>)])),
  };
}

/** Deeper than anybody writes; deeper, a computer's stack would be full. */
const DEEPEST = 2000;
const PROCESSED = 'give the processed template; type aws cloudformation get-template --template-stage Processed';

/** A resource without the parts that are empty or can't be meant. */
function tidy({ Properties, Metadata, DependsOn, ...rest }: Readonly<Record<string, unknown>>): Resource {
  const known = Object.entries(rest).filter(([, value]) => value !== null && value !== undefined);
  return {
    ...(Object.fromEntries(known) as unknown as Resource),
    ...(isObject(Properties) && { Properties: withoutNulls(Properties as never) as Resource['Properties'] }),
    ...(isObject(Metadata) && { Metadata: Metadata as Resource['Metadata'] }),
    ...((typeof DependsOn === 'string' || Array.isArray(DependsOn)) && { DependsOn: DependsOn as string[] }),
  };
}

/** CloudFormation takes a property that is null for one that isn't there. */
function withoutNulls(value: Json, depth = 0): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEEPEST) throw new BadInput(`a template is nested more than ${DEEPEST} deep: CloudFormation takes no such template`);
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => withoutNulls(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value as { readonly [key: string]: Json })
      .filter(([, item]) => item !== null)
      .map(([key, item]) => [key, withoutNulls(item, depth + 1)]),
  );
}

function what(value: unknown): string {
  return Array.isArray(value) ? 'a list' : typeof value === 'string' ? 'text' : `a ${typeof value}`;
}

function firstLine(error: unknown): string {
  return (error as Error).message.split('\n')[0].replace(/:$/, '');
}
