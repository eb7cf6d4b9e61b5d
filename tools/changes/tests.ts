import { sameToCloudFormation } from '../resolve/canonical';
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

/** CloudFormation takes the text as well. */
function is(wanted: boolean, value: Json | undefined): boolean {
  return value === wanted || value === String(wanted);
}

/** The value at a path such as `A.B` in a tree, `*` being the first item of a list. */
export function at(value: Json | undefined, path: string): Json | undefined {
  return path.split('.').reduce<Json | undefined>((node, key) => {
    if (typeof node !== 'object' || node === null) return undefined;
    if (Array.isArray(node)) return (node as readonly Json[])[key === '*' ? 0 : Number(key)];
    return (node as { readonly [name: string]: Json | undefined })[key];
  }, value);
}
