import { isRecord } from '../resolve/values';
import { type Json, type StackTemplate, pathOf } from './template';

/** Says a value of a template in words: construct paths for references, `<account>` and the like for what is known at deployment alone. */
export type Say = (value: Json | undefined) => string;

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::AccountId': '<account>',
  'AWS::Region': '<region>',
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': '<stack>',
  'AWS::StackId': '<stack id>',
};

/** Attributes that name the resource itself. */
const ITSELF = new Set(['Arn', 'GroupId', 'Id', 'Ref']);

/**
 * Says the values of one stack.
 * @param stack whose values.
 * @param stacks all that are deployed with it, to find what it reads of them.
 */
export function sayer({ region, template }: StackTemplate, stacks: readonly StackTemplate[] = []): Say {
  const name = (id: string): string => {
    if (id === 'AWS::Region' && region !== undefined) return region;
    if (Object.hasOwn(template.Resources, id)) return pathOf(id, template.Resources[id]);
    return PSEUDO[id] ?? id;
  };
  const attribute = (id: string, attr: string): string => (ITSELF.has(attr) ? name(id) : `${name(id)}.${attr}`);
  const substitute = (text: string, values: Readonly<Record<string, Json>>): string =>
    text.replace(/\$\{([^!}][^}]*)\}/g, (_, key: string) => {
      if (Object.hasOwn(values, key)) return say(values[key]);
      const [id, ...rest] = key.split('.');
      return rest.length === 0 ? name(id) : attribute(id, rest.join('.'));
    });
  const say: Say = (value) => {
    if (value === undefined || value === null) return '';
    if (typeof value !== 'object') return String(value);
    if (Array.isArray(value)) return value.map(say).join(', ');
    const [[key, argument] = ['', null]] = Object.entries(value);
    if (Object.keys(value).length !== 1) return JSON.stringify(value);
    if (key === 'Ref' && typeof argument === 'string') return name(argument);
    if (key === 'Fn::GetAtt') {
      const [id, ...rest] = typeof argument === 'string' ? argument.split('.') : list(argument).map(String);
      return attribute(id, rest.join('.'));
    }
    if (key === 'Fn::Join')
      return list(list(argument)[1])
        .map(say)
        .join(say(list(argument)[0]));
    if (key === 'Fn::Sub') {
      const [text, values] = list(argument);
      return typeof text === 'string' ? substitute(text, isRecord(values) ? values : {}) : JSON.stringify(value);
    }
    if (key === 'Fn::GetStackOutput') {
      const { StackName, OutputName } = argument as { StackName: string; OutputName: string };
      const other = stacks.find((stack) => stack.name === StackName);
      const output = other?.template.Outputs?.[OutputName] as { Value?: Json } | undefined;
      return `${StackName} ${other && output ? sayer(other)(output.Value) : OutputName}`;
    }
    if (key === 'Fn::If') return list(argument).slice(1).map(say).join(' or ');
    return JSON.stringify(value);
  };
  return say;
}

/** One or many, as a list. */
export function list<T extends Json>(value: T | readonly T[] | undefined): readonly T[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? (value as readonly T[]) : [value as T];
}

/** The objects among one or many values. What an account decides by `Fn::If` counts with both branches. */
export function records(value: Json | undefined): readonly { readonly [name: string]: Json }[] {
  return list(value).flatMap((one) => {
    if (!isRecord(one) || 'Ref' in one) return [];
    return Array.isArray(one['Fn::If']) ? (one['Fn::If'] as readonly Json[]).slice(1).flatMap(records) : [one];
  });
}

/** Things by a key, in the order in which they came. */
export function groupBy<T>(things: readonly T[], key: (thing: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const thing of things) {
    const group = groups.get(key(thing));
    if (group) group.push(thing);
    else groups.set(key(thing), [thing]);
  }
  return groups;
}

/** `AWS::RDS::DBInstance` as people say it: `RDS DBInstance`. */
export function typeName(type: string): string {
  return type
    .replace(/^AWS::/, '')
    .replace('ElasticLoadBalancingV2', 'ELB')
    .replaceAll('::', ' ');
}

/** With a large first letter, as at the beginning of a sentence. */
export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `0.48` as `48 %`. */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** `1 resource`, `2 resources`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** The first few of a list, and how many more there are. */
export function shortened(texts: readonly string[], most: number, one: string): string {
  const more = texts.length - most;
  return more < 2 ? texts.join(', ') : `${texts.slice(0, most).join(', ')} and ${counted(more, `more ${one}`)}`;
}

/** Comparison of texts that is the same everywhere, with `10` behind `9`. */
export const inOrder = new Intl.Collator('en', { numeric: true }).compare;
