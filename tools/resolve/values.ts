import type { Json } from '../shared/template';

/** An object of a template. */
export interface JsonRecord {
  readonly [key: string]: Json;
}

/** Whether a value is a list. */
export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** Whether a value is an object with names. */
export function isRecord(value: Json | undefined): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value is text, a number or truth: something that is known now. */
export function isScalar(value: Json | undefined): value is boolean | number | string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** The name and argument of an intrinsic function; undefined for any other value. */
export function functionOf(value: Json | undefined): readonly [name: string, argument: Json] | undefined {
  if (!isRecord(value)) return undefined;
  const keys = Object.keys(value);
  if (keys.length !== 1 || !(keys[0] === 'Ref' || keys[0] === 'Condition' || keys[0].startsWith('Fn::'))) return undefined;
  return [keys[0], value[keys[0]]];
}

/** Whether nothing in a value has to be asked of AWS. */
export function isKnown(value: Json | undefined): boolean {
  if (functionOf(value)) return false;
  if (isList(value)) return value.every(isKnown);
  if (isRecord(value)) return Object.values(value).every(isKnown);
  return true;
}
