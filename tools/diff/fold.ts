import { Effect, type PropertyChange, type ResourceChange, Verdict } from '../changes/model';
import { functionOf } from '../resolve/values';
import { isObject } from '../shared/project';
import type { Json } from '../shared/template';
import { counted, groupBy, inOrder, records, typeName } from '../shared/words';

const SECRET = /password|secret(?!arn)|token$/i;
const POLICY = /Policy(Document)?(\.|\[|$)/;
/** Longer values are cut. */
const SHOWN = 48;

/** Changes that differ in numbers of their path alone, as one. */
export interface Folded {
  readonly verdict: Verdict;
  readonly stack: string;
  /** `Network/Vpc/PublicSubnet1…3/NATGateway`. */
  readonly path: string;
  readonly type: string;
  readonly why: string;
  readonly count: number;
}

/** The worst first. */
const ORDER = [Verdict.REPLACED, Verdict.RETIRED, Verdict.CHANGED, Verdict.ADDED];

/** Folds changes and puts the worst first. */
export function fold(changes: readonly ResourceChange[]): Folded[] {
  const key = (change: ResourceChange): string =>
    JSON.stringify([change.verdict, change.type, numberless(change.stack), numberless(change.path), whyOf(change)]);
  return [...groupBy(changes, key).values()]
    .map((group) => ({
      ...group[0],
      ...{ stack: spanning(group.map(({ stack }) => stack)), path: spanning(group.map(({ path }) => path)) },
      ...{ type: typeName(group[0].type), why: whyOf(group[0]), count: group.length },
    }))
    .sort((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict) || inOrder(a.stack, b.stack) || inOrder(a.path, b.path));
}

/** A text without its numbers: what differs in them alone is alike. */
export function numberless(text: string): string {
  return text.replace(/\d+/g, '#');
}

/** Texts that differ in numbers alone, as one: each number as a span. */
export function spanning(texts: readonly string[]): string {
  const numbers = texts.map((text) => (text.match(/\d+/g) ?? []).map(Number));
  let index = 0;
  return texts[0].replace(/\d+/g, (number) => {
    const column = numbers.map((row) => row[index]).sort((a, b) => a - b);
    index += 1;
    const [first, last] = [column[0], column[column.length - 1]];
    return first === last ? number : `${first}…${last}`;
  });
}

/** What forces the verdict, in a few words. */
export function whyOf({ verdict, fate, properties, because }: ResourceChange): string {
  if (verdict === Verdict.ADDED) return '';
  if (verdict === Verdict.RETIRED)
    return fate === 'retained' ? 'stays in the account, retained' : fate === 'snapshot' ? 'deleted, a snapshot stays' : 'deleted';
  const forcing = properties.filter(({ effect }) => effect !== Effect.IN_PLACE);
  const carried = because.length > 0 ? [`because of ${because.join(', then ')}`] : [];
  if (verdict === Verdict.REPLACED || forcing.length > 0)
    return [...forcing.map((one) => `${propertyText(one)} ${one.effect}`), ...carried].join('; ');
  // What can be read at a glance first: a threshold before the formula that it is compared with.
  const shown = [...properties]
    .sort((a, b) => sizeOf(a) - sizeOf(b))
    .slice(0, 3)
    .map(propertyText);
  const more = properties.length > 3 ? [counted(properties.length - 3, 'more', 'more')] : [];
  return [...shown, ...more].join(', ');
}

/** `MultiAZ false → true` where both are short, else where the difference begins. */
export function propertyText({ property, before, after }: PropertyChange): string {
  if (SECRET.test(property)) return `${property} (values are not shown)`;
  const tags = property === 'Tags' ? tagsIn(before, after) : [];
  if (tags.length > 0) return `tags: ${tags.join(', ')}`;
  const { path, values } = narrowed(property, before, after);
  const [old, now] = values.map(inWords);
  if (old.length <= SHOWN && now.length <= SHOWN) return `${path} ${old} → ${now}`;
  // Of two long structures nobody reads the beginning; of two long texts the place where they differ.
  if (values.every((value) => typeof value === 'object'))
    return POLICY.test(path) ? `${path}: what it allows is below, under access` : path;
  const [one, other] = windows(old, now);
  return `${path} ${one} → ${other}`;
}

const sizeOf = ({ before, after }: PropertyChange): number => inWords(before).length + inWords(after).length;

/** Two texts around the first place where they differ. */
function windows(old: string, now: string): string[] {
  const same = Array.from(old.slice(0, now.length)).findIndex((letter, index) => letter !== now.charAt(index));
  const start = same < SHOWN / 2 ? 0 : old.lastIndexOf(' ', same - SHOWN / 4) + 1;
  return [old, now].map((text) => {
    const part = text.slice(start, start + SHOWN - 1);
    return `${start > 0 ? '…' : ''}${part}${start + part.length < text.length ? '…' : ''}`;
  });
}

/** Keys of the tags that differ; a tag that has none is whole. */
function tagsIn(...sides: (Json | undefined)[]): string[] {
  const [old, now] = sides.map((tags) => new Map(records(tags).map((tag) => [JSON.stringify(tag.Key ?? tag), JSON.stringify(tag)])));
  const keys = [...new Set([...old.keys(), ...now.keys()])].filter((key) => old.get(key) !== now.get(key));
  return keys.map((key) => key.replaceAll('"', ''));
}

/** Goes down as long as one thing alone differs: `DistributionConfig.PriceClass`. */
function narrowed(
  path: string,
  before: Json | undefined,
  after: Json | undefined,
): { path: string; values: [Json | undefined, Json | undefined] } {
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    const places = (before as Json[]).flatMap((item, index) => (JSON.stringify(item) === JSON.stringify(after[index]) ? [] : [index]));
    if (places.length === 1) return narrowed(`${path}[${places[0]}]`, before[places[0]] as Json, after[places[0]] as Json);
  }
  if (!isObject(before) || !isObject(after)) return { path, values: [before, after] };
  const [old, now] = [before, after] as { readonly [key: string]: Json | undefined }[];
  const differing = [...new Set([...Object.keys(old), ...Object.keys(now)])].filter(
    (key) => JSON.stringify(old[key]) !== JSON.stringify(now[key]),
  );
  const [only] = differing;
  if (differing.length !== 1 || only === 'Ref' || only.startsWith('Fn::')) return { path, values: [before, after] };
  return narrowed(`${path}.${only}`, old[only], now[only]);
}

/** A reference, by the name of what it refers to. */
function referenceText(value: Json): string | undefined {
  const [name, argument] = functionOf(value) ?? [];
  if (name === 'Ref' && typeof argument === 'string') return argument;
  return name === 'Fn::GetAtt' && Array.isArray(argument) ? argument.map(String).join('.') : undefined;
}

function inWords(value: Json | undefined): string {
  if (value === undefined) return 'none';
  return typeof value === 'object' ? (referenceText(value) ?? JSON.stringify(value)) : String(value);
}
