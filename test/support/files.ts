import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const MADE = /(^|\/)(node_modules|bundle|dist|cdk\.out)\//;

/** Paths of the files in these directories of the checkout, but what a build makes. It may have come as a zip, without git. */
export function filesIn(...directories: readonly string[]): string[] {
  return directories
    .flatMap((directory) => readdirSync(join(ROOT, directory), { recursive: true, encoding: 'utf8' }).map((path) => join(directory, path)))
    .filter((path) => !MADE.test(path) && statSync(join(ROOT, path)).isFile());
}
