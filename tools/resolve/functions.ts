import type { Json } from '../shared/template';
import { blocksIn } from './cidr';
import type { Scope } from './scope';
import { functionOf, isKnown, isList, isRecord, isScalar } from './values';

/** Deeper than this nothing is resolved: CloudFormation itself refuses such a template. */
const DEEPEST = 2000;

/** Decides everything in a value that a template decides by itself; what only AWS knows stays as it is written. `AWS::NoValue` becomes undefined. */
export function resolveValue(value: Json, scope: Scope, depth = 0): Json | undefined {
  if (typeof value !== 'object' || value === null || depth > DEEPEST) return value;
  const inner = (one: Json): Json | undefined => resolveValue(one, scope, depth + 1);
  if (isList(value)) {
    let same = true;
    const items = value.map((item) => {
      const now = inner(item);
      if (now !== item) same = false;
      return now;
    });
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- a list may hold what is undefined: AWS::NoValue, or a missing part
    return same ? value : items.filter((item) => item !== undefined);
  }
  const called = functionOf(value);
  if (called) {
    const [name, argument] = called;
    const solve = Object.hasOwn(SOLVERS, name) ? SOLVERS[name] : undefined;
    const solved = solve?.(argument, inner, scope);
    if (solved !== UNSOLVED && solve) return solved;
    if (solve && name !== 'Fn::GetAtt') return value;
  }
  let same = true;
  const entries = Object.entries(value).flatMap(([key, item]): [string, Json][] => {
    const now = inner(item);
    if (now !== item) same = false;
    return now === undefined ? [] : [[key, now]];
  });
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- a list may hold what is undefined: AWS::NoValue, or a missing part
  return same ? value : Object.fromEntries(entries);
}

const NO_VALUE: Json = { Ref: 'AWS::NoValue' };
/** What only AWS knows. */
const UNSOLVED = Symbol('unsolved');
type Solved = Json | typeof UNSOLVED | undefined;
type Inner = (value: Json) => Json | undefined;
type Solver = (argument: Json, inner: Inner, scope: Scope) => Solved;

const SOLVERS: Readonly<Record<string, Solver>> = {
  Ref: (id, _, scope) => {
    if (id === 'AWS::NoValue') return undefined;
    return typeof id === 'string' ? (scope.reference(id) ?? UNSOLVED) : UNSOLVED;
  },
  'Fn::FindInMap': (argument, inner, scope) => {
    if (!isList(argument)) return UNSOLVED;
    const [map, first, second] = argument.slice(0, 3).map((one) => inner(one));
    const options = argument[3] as Json | undefined;
    const byDefault = isRecord(options) && 'DefaultValue' in options ? inner(options.DefaultValue) : undefined;
    if (!isScalar(map) || !isScalar(first) || !isScalar(second)) {
      const keys = [first, second].map((key) => (isScalar(key) ? String(key) : undefined));
      const choices = isScalar(map) ? scope.choices(String(map), keys[0], keys[1], byDefault !== undefined) : undefined;
      return { 'Fn::FindInMap': [choices ?? map ?? null, first ?? null, second ?? null, ...(byDefault === undefined ? [] : [byDefault])] };
    }
    return scope.mapping(String(map), String(first), String(second)) ?? byDefault ?? UNSOLVED;
  },
  'Fn::If': (argument, inner, scope) => {
    if (!isList(argument) || typeof argument[0] !== 'string') return UNSOLVED;
    const [name, yes, no] = argument as readonly [string, Json, Json];
    const decided = scope.condition(name, inner);
    if (typeof decided === 'boolean') return inner(decided ? yes : no);
    const [one, other] = [inner(yes), inner(no)];
    if (JSON.stringify(one) === JSON.stringify(other)) return one;
    const branches = [one ?? NO_VALUE, other ?? NO_VALUE];
    // One choice has one writing.
    const negated = isRecord(decided) && isList(decided['Fn::Not']) ? decided['Fn::Not'][0] : undefined;
    return negated === undefined ? { 'Fn::If': [decided, ...branches] } : { 'Fn::If': [negated, ...branches.reverse()] };
  },
  'Fn::Join': (argument, inner) => {
    if (!isList(argument)) return UNSOLVED;
    const [between, all] = argument.map((one) => inner(one));
    if (typeof between !== 'string' || !isList(all)) return { 'Fn::Join': [between ?? '', all ?? []] };
    return joined(between, all);
  },
  'Fn::Split': (argument, inner) => {
    if (!isList(argument)) return UNSOLVED;
    const [between, text] = argument.map((one) => inner(one));
    return typeof between === 'string' && between !== '' && typeof text === 'string'
      ? text.split(between)
      : { 'Fn::Split': [between ?? '', text ?? ''] };
  },
  'Fn::Select': (argument, inner) => {
    if (!isList(argument)) return UNSOLVED;
    const [index, all] = argument.map((one) => inner(one));
    const picked = isList(all) && isScalar(index) ? (all[Number(index)] as Json | undefined) : undefined;
    return picked ?? { 'Fn::Select': [index ?? '', all ?? []] };
  },
  'Fn::Sub': (argument, inner, scope) => {
    const [text, variables] = isList(argument) ? argument : [argument, {}];
    return typeof text === 'string' ? substituted(text, isRecord(variables) ? variables : {}, inner, scope) : UNSOLVED;
  },
  'Fn::Base64': (argument, inner) => {
    const text = inner(argument);
    return { 'Fn::Base64': text ?? '' };
  },
  'Fn::GetAZs': (argument, inner) => {
    const region = inner(argument);
    return { 'Fn::GetAZs': region === undefined || region === '' ? (inner({ Ref: 'AWS::Region' }) ?? '') : region };
  },
  'Fn::Cidr': (argument, inner) => {
    if (!isList(argument)) return UNSOLVED;
    const parts = argument.map((one) => inner(one) ?? null);
    return parts.every(isScalar) ? (blocksIn(...(parts.map(String) as [string, string, string?])) ?? UNSOLVED) : { 'Fn::Cidr': parts };
  },
  'Fn::Length': (argument, inner) => {
    const all = inner(argument);
    return isList(all) ? all.length : { 'Fn::Length': all ?? [] };
  },
  'Fn::ToJsonString': (argument, inner) => {
    const value = inner(argument);
    return isKnown(value) ? JSON.stringify(value) : { 'Fn::ToJsonString': value ?? {} };
  },
};

/** Parts as one text, as far as they are known; nested joins are flattened and a separator is a part as well, so that one value has one writing. */
function joined(between: string, parts: readonly Json[]): Json {
  if (between !== '' && parts.every((part) => !mayBeNone(part)))
    return joined(
      '',
      parts.flatMap((part, index) => (index === 0 ? [part] : [between, part])),
    );
  const flat = parts.flatMap((part): readonly Json[] => {
    const [name, argument] = functionOf(part) ?? [];
    return name === 'Fn::Join' && between === '' && isList(argument) && argument[0] === '' && isList(argument[1]) ? argument[1] : [part];
  });
  const merged: Json[] = [];
  for (const part of flat) {
    const last = merged.at(-1);
    if (isScalar(part) && isScalar(last)) merged[merged.length - 1] = `${last}${between}${part}`;
    else merged.push(part);
  }
  const kept = between === '' ? merged.filter((part) => part !== '') : merged;
  if (kept.length === 0) return '';
  if (kept.length === 1 && (between === '' || flat.length === 1 || isScalar(kept[0]))) return isScalar(kept[0]) ? String(kept[0]) : kept[0];
  return { 'Fn::Join': [between, kept] };
}

/** Whether a part may not be there, or be several: only AWS knows then where separators stand. */
function mayBeNone(part: Json): boolean {
  const [name, argument] = functionOf(part) ?? [];
  return name === 'Fn::If' || name === 'Fn::FindInMap' || (name === 'Ref' && argument === 'AWS::NoValue');
}

function substituted(text: string, variables: { readonly [name: string]: Json }, inner: Inner, scope: Scope): Json {
  const parts = text.split(/(\$\{[^}]*\})/).map((part): Json => {
    const [, key] = /^\$\{([^}]*)\}$/.exec(part) ?? [];
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- a list may hold what is undefined: AWS::NoValue, or a missing part
    if (key === undefined || key === '') return part;
    if (key.startsWith('!')) return `\${${key.slice(1)}}`;
    const name = key.trim();
    if (Object.hasOwn(variables, name)) return inner(variables[name]) ?? '';
    const [id, ...attribute] = name.split('.');
    return attribute.length > 0 ? { 'Fn::GetAtt': [id, attribute.join('.')] } : (scope.reference(name) ?? { Ref: name });
  });
  return joined('', parts);
}
