import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BadInput } from './bad-input';

/** What a file says, for a reader who has to be told why it can't be used. */
export function readJson(file: string): unknown {
  if (!existsSync(file)) throw new BadInput(`${file} does not exist: give the path of a file`);
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch (error) {
    const why = error instanceof SyntaxError ? 'is not JSON' : 'can not be read';
    throw new BadInput(`${file} ${why}: ${(error as Error).message.split('\n')[0]}`);
  }
}

/** Whether a value is an object with names. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Flags and settings in a project's cdk.json; undefined where there is none. */
export function contextOfProject(directory: string): Readonly<Record<string, unknown>> | undefined {
  const file = join(directory, 'cdk.json');
  if (!existsSync(file)) return undefined;
  const content = readJson(file);
  const context = isObject(content) ? (content.context ?? {}) : undefined;
  if (!isObject(context)) throw new BadInput(`${file} has no context that could be read: write "context": {}`);
  return context;
}
