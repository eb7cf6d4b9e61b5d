import { sameToCloudFormation } from '../resolve/canonical';
import { isList, isRecord } from '../resolve/values';
import type { Json } from '../shared/template';

/** Decides about one property from its value before and after; `undefined` is a property that isn't there. */
export type Test = (before: Json | undefined, after: Json | undefined) => boolean;

/** Any other value. */
export const changed: Test = (before, after) => !sameToCloudFormation(before, after);

/** There before, and another value or none now. */
export const lost: Test = (before, after) => before !== undefined && changed(before, after);

/** Not there before. */
export const appears: Test = (before, after) => before === undefined && after !== undefined;

/** There before, not now. */
export const disappears: Test = (before, after) => before !== undefined && after === undefined;

/** Either there or not there, and the other now. */
export const comesOrGoes: Test = (before, after) => (before === undefined) !== (after === undefined);

/** True, and not any more. */
export const turnedOff: Test = (before, after) => is(true, before) && !is(true, after);

/** Not false, and false now. */
export const madeFalse: Test = (before, after) => !is(false, before) && is(false, after);

/** False, and not any more; AWS takes true where nothing is said. */
export const noLongerFalse: Test = (before, after) => madeFalse(after, before);

/** Not true, and true now. */
export const turnedOn: Test = (before, after) => !is(true, before) && is(true, after);

/** Turned on or off: said where it wasn't, or other than it was said. */
export const comesOrTurns: Test = (before, after) => is(true, before) !== is(true, after);

/** One value, and another one in its place. */
export const exchanged: Test = (before, after) => before !== undefined && after !== undefined && changed(before, after);

/** One value, and another now. */
export const leaves =
  (value: string): Test =>
  (before, after) =>
    before === value && after !== value;

/** A smaller number; a property that isn't there counts as what AWS takes then. */
export const smaller =
  (byDefault: number): Test =>
  (before = byDefault, after = byDefault) =>
    Number(after) < Number(before) || (Number.isFinite(Number(before)) && !Number.isFinite(Number(after)));

/** Whether a value is true to CloudFormation. */
export const isTrue = (value: Json | undefined): boolean => is(true, value);

/** Whether a value is false to CloudFormation; one that isn't there is not. */
export const isFalse = (value: Json | undefined): boolean => is(false, value);

/** CloudFormation takes the text as well, in capitals too. */
function is(wanted: boolean, value: Json | undefined): boolean {
  return value === wanted || (typeof value === 'string' && value.toLowerCase() === String(wanted));
}

/** Items of a list that another one lacks, by the value that names each: the `Region` of replicas, which may be a reference. */
export function lostBy(key: string, before: Json | undefined, after: Json | undefined): string[] {
  const [old, now] = [before, after].map((list) => new Set((isList(list) ? list : []).map((one) => JSON.stringify(at(one, key)))));
  return [...old].filter((name) => !now.has(name));
}

/** An item of a list, by what names each, leaves. */
export const loses =
  (key: string): Test =>
  (before, after) =>
    lostBy(key, before, after).length > 0;

/** The value at a path such as `A.B` in a tree. */
export function at(value: Json | undefined, path: string): Json | undefined {
  return path
    .split('.')
    .reduce<Json | undefined>((node, key) => (isRecord(node) && Object.hasOwn(node, key) ? node[key] : undefined), value);
}

/**
 * The values at a path of both sides; at `*` each item of a list, with the one for the same region on the other side, or with the one at the same place. An item
 * that is new had no protection to lose.
 */
export function pairsAt(before: Json | undefined, after: Json | undefined, path: string): [Json | undefined, Json | undefined][] {
  const [list, ...below] = path.split('.*.');
  const sides = [at(before, list), at(after, list)] as const;
  if (below.length === 0) return [[sides[0], sides[1]]];
  const [old, now] = sides.map((side) => new Map((isList(side) ? side : []).map((item, place) => [at(item, 'Region') ?? place, item])));
  return [...old].flatMap(([key, item]) => pairsAt(item, now.get(key), below.join('.*.')));
}
