import { readFileSync } from 'node:fs';
import { DataModel, type DataModelProps, KeyType, type ShardedFunction } from '../lib';
import { InvalidInput } from '../lib/foundation/invalid-input';
import { nearest } from './nearest';

type Refuse = (allowed: string) => never;
type Parts = Readonly<Record<string, unknown>>;

const PARTS = ['sharded', 'whole', 'rest', 'reference', 'left'] satisfies readonly (keyof DataModelProps)[];
const SHARDED = ['name', 'table', 'key', 'keyType', 'colocated'] satisfies readonly (keyof ShardedFunction)[];
const EXAMPLE = '{ "sharded": { "name": "tenants", "key": "id" }, "rest": "platform" }';

/** The data model of a JSON file, of the shape of `DataModelProps`: what is wrong with it is one line. */
export function readModel(file: string, refuse: Refuse): DataModel {
  const it = objectOf(jsonOf(file, refuse), 'the file', EXAMPLE, refuse);
  refuseOthers(it, PARTS, 'a model', refuse);
  if (it.sharded === undefined) return refuse(`sharded is missing; write ${EXAMPLE}`);
  if (Array.isArray(it.sharded)) {
    return refuse(
      'sharded is a list: allowed is one function, because one map says where keys are and two could not be switched at one moment; put the others into whole, or into a deployment of their own',
    );
  }
  const sharded = objectOf(it.sharded, 'sharded', '{ "name": "tenants", "key": "id" }', refuse);
  refuseOthers(sharded, SHARDED, 'sharded', refuse);
  for (const part of ['name', 'key']) if (sharded[part] === undefined) return refuse(`sharded.${part} is missing; write "${part}": "…"`);
  for (const part of ['name', 'table', 'key', 'keyType']) refuseUnless(isText, sharded, part, 'a text', 'sharded.', refuse);
  refuseUnless(isText, it, 'rest', 'a text', '', refuse);
  for (const part of ['reference', 'left']) refuseUnless(isList, it, part, 'a list of tables', '', refuse);
  const types: readonly unknown[] = Object.values(KeyType);
  if (sharded.keyType !== undefined && !types.includes(sharded.keyType)) {
    return refuse(`sharded.keyType is ${JSON.stringify(sharded.keyType)}: allowed are ${types.join(', ')}`);
  }
  refuseUnless(isMapOf(isText), sharded, 'colocated', 'tables, each with its column: { "members": "tenant_id" }', 'sharded.', refuse);
  refuseUnless(isMapOf(isList), it, 'whole', 'functions, each with a list of tables: { "billing": ["invoices"] }', '', refuse);
  try {
    return DataModel.of(it as unknown as DataModelProps);
  } catch (error) {
    if (error instanceof InvalidInput) return refuse(error.message);
    throw error;
  }
}

function jsonOf(file: string, refuse: Refuse): unknown {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    return refuse(`the file can't be read (${(error as NodeJS.ErrnoException).code}); type -c model=data-model.json`);
  }
  try {
    return JSON.parse(content);
  } catch (error) {
    return refuse(`it is no JSON: ${(error as Error).message.replace(/\s+/g, ' ')}; npx stagecraft plan --json writes such a file`);
  }
}

function objectOf(value: unknown, what: string, example: string, refuse: Refuse): Parts {
  return isObject(value) ? value : refuse(`${what} holds no object; write ${example}`);
}

function refuseOthers(it: Parts, allowed: readonly string[], where: string, refuse: Refuse): void {
  const other = Object.keys(it).find((part) => !allowed.includes(part));
  if (other === undefined) return;
  const near = nearest(other, allowed, 3);
  refuse(`${other} is no part of ${where}: ${near === undefined ? `allowed are ${allowed.join(', ')}` : `did you mean ${near}`}`);
}

function refuseUnless(fits: (value: unknown) => boolean, it: Parts, part: string, what: string, where: string, refuse: Refuse): void {
  if (it[part] !== undefined && !fits(it[part])) refuse(`${where}${part} has to be ${what}`);
}

const isObject = (value: unknown): value is Parts => typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): boolean => typeof value === 'string';
const isList = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const isMapOf =
  (fits: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    isObject(value) && Object.values(value).every(fits);
