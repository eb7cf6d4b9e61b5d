import type { Json } from '../shared/template';
import { functionOf, isList, isRecord, isScalar } from './values';

/** A key that a mapping doesn't have: its default counts. */
const NO_ENTRY: unique symbol = Symbol('no entry');
type Answer = boolean | string | typeof NO_ENTRY;
/** What an account decides, by its text: a condition is true or false, a key of a mapping is one of its entries. */
type World = ReadonlyMap<string, Answer>;

/** More worlds than these are not looked into: nobody writes such a template, and nobody could read it. */
const MOST = 256;

/**
 * The same values once for every way in which an account may decide the conditions and keys in them, each with all values decided alike.
 * Values that nobody has to decide come back as they are, once.
 */
export function inEachWorld<T extends readonly (Json | undefined)[]>(values: T): T[] {
  const open = new Map<string, ReadonlySet<Answer>>();
  for (const value of values) collect(value, open);
  if (open.size === 0) return [values];
  let worlds: World[] = [new Map()];
  for (const [question, answers] of open) {
    if (worlds.length * answers.size > MOST) break;
    worlds = worlds.flatMap((world) => [...answers].map((answer) => new Map([...world, [question, answer]])));
  }
  return worlds.filter(isPossible).map((world) => values.map((value) => decided(value, world)) as unknown as T);
}

function collect(value: Json | undefined, open: Map<string, ReadonlySet<Answer>>): void {
  if (typeof value !== 'object' || value === null) return;
  const ask = (question: Json, answers: readonly Answer[]): void => {
    const text = JSON.stringify(question);
    open.set(text, new Set([...(open.get(text) ?? []), ...answers]));
  };
  const [name, argument] = functionOf(value) ?? [];
  if (name === 'Fn::If' && isList(argument))
    atomsOf(argument[0]).forEach((atom) => {
      ask(atom, [true, false]);
    });
  if (name === 'Fn::FindInMap' && isList(argument) && isRecord(argument[0])) {
    const [map, ...keys] = argument;
    const byDefault: Answer[] = argument.length > 3 ? [NO_ENTRY] : [];
    const entries = [Object.keys(map), Object.values(map).flatMap((row: Json) => Object.keys(row as object))];
    keys.slice(0, 2).forEach((key, place) => {
      if (!isScalar(key)) ask(key, [...entries[place], ...byDefault]);
    });
  }
  for (const inner of Object.values(value)) collect(inner, open);
}

/** The parts of a condition that are not made of others. */
function atomsOf(condition: Json): Json[] {
  const [name, argument] = functionOf(condition) ?? [];
  if (typeof condition === 'boolean') return [];
  return (name === 'Fn::Not' || name === 'Fn::And' || name === 'Fn::Or') && isList(argument) ? argument.flatMap(atomsOf) : [condition];
}

function truth(condition: Json, world: World): boolean | undefined {
  if (typeof condition === 'boolean') return condition;
  const [name, argument] = functionOf(condition) ?? [];
  const parts = isList(argument) ? argument : [];
  if (name === 'Fn::Not') return truth(parts[0], world) === false;
  if (name === 'Fn::And') return parts.every((part) => truth(part, world) === true);
  if (name === 'Fn::Or') return parts.some((part) => truth(part, world) === true);
  const known = world.get(JSON.stringify(condition));
  return typeof known === 'boolean' ? known : undefined;
}

/** One thing can't equal two texts. */
function isPossible(world: World): boolean {
  const equal = new Map<string, string>();
  return [...world].every(([question, answer]) => {
    const sides = answer === true ? (functionOf(JSON.parse(question) as Json)?.[1] ?? null) : null;
    if (!isList(sides) || sides.length !== 2 || sides.every((side) => !isScalar(side))) return true;
    const [thing, text] = isScalar(sides[0]) ? [sides[1], sides[0]] : sides;
    const before = equal.get(JSON.stringify(thing));
    equal.set(JSON.stringify(thing), JSON.stringify(text));
    return before === undefined || before === JSON.stringify(text);
  });
}

function decided(value: Json | undefined, world: World): Json | undefined {
  if (typeof value !== 'object' || value === null) return value;
  const [name, argument] = functionOf(value) ?? [];
  if (name === 'Ref' && argument === 'AWS::NoValue') return undefined;
  if (name === 'Fn::If' && isList(argument)) {
    const answer = truth(argument[0], world);
    if (answer !== undefined) return decided(argument[answer ? 1 : 2], world);
  }
  if (name === 'Fn::FindInMap' && isList(argument) && isRecord(argument[0])) {
    const [first, second] = argument.slice(1, 3).map((key) => (isScalar(key) ? String(key) : world.get(JSON.stringify(key))));
    const row = typeof first === 'string' && Object.hasOwn(argument[0], first) ? argument[0][first] : undefined;
    const cell = isRecord(row) && typeof second === 'string' && Object.hasOwn(row, second) ? row[second] : undefined;
    if (cell !== undefined) return cell;
    if (first !== undefined && second !== undefined && argument.length > 3) return decided(argument[3], world);
  }
  if (isList(value)) return value.map((item) => decided(item, world)).filter((item): item is Json => item !== undefined);
  const entries = Object.entries(value).map(([key, inner]) => [key, decided(inner, world)] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, Json] => entry[1] !== undefined));
}
