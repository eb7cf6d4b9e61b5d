import { cpSync, existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { InvalidInput } from '../invalid-input';

/** What is never part of a release. */
export const NEVER = ['.git', '.hg', '.env', '.env.*', 'cdk.out', '.stagecraft', '.DS_Store'];
const MOST_FILES = 60_000;
const MOST_BYTES = 1024 ** 3;

/** The lines of a file such as `.slugignore`, as patterns. */
export function ignored(file: string): string[] {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  return lines.map((line) => line.trim().replace(/^(\.?\/|\*\*\/)+|\/+(\*\*)?$/g, '')).filter((line) => line !== '' && !/^[#!]/.test(line));
}

/**
 * What of a directory belongs to a release, as a filter of absolute or relative paths. It ends in an error where that is too much: a directory that holds everything
 * else, or a link to a directory above it.
 * @param from the directory.
 * @param patterns names or paths that stay out; `*` is any text.
 * @param output where the CDK writes, which must not be part of it.
 * @param remedy file that takes the names of what stays out.
 */
function bound(from: string, patterns: readonly string[], output: string, remedy: string): (file: string) => boolean {
  const refused = patterns.map((pattern) => new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\?]/g, '\\$&').replaceAll(/\*+/g, '[^/]*')}$`));
  let [files, bytes] = [0, 0];
  return (file) => {
    const path = relative(from, file);
    if (resolve(file) === resolve(output) || refused.some((pattern) => pattern.test(path) || pattern.test(basename(file)))) return false;
    const stat = statSync(file, { throwIfNoEntry: false });
    // Who makes the zip file follows links.
    if (stat?.isDirectory() && `${realpathSync(dirname(file))}/`.startsWith(`${realpathSync(file)}/`) && resolve(file) !== resolve(from)) {
      throw new InvalidInput(`app=${from} holds ${path}, a link to a folder above it: remove it, or name it in ${join(from, remedy)}`);
    }
    files += 1;
    bytes += stat?.isFile() ? stat.size : 0;
    if (files > MOST_FILES || bytes > MOST_BYTES) {
      throw new InvalidInput(
        `app=${from} is more than ${MOST_FILES} files or 1 GiB: name what isn't needed to run it in ${join(from, remedy)}`,
      );
    }
    return true;
  };
}

/** Copies what belongs to a release. Links stay links, so that none leads in a circle. */
export function copyRelease(from: string, to: string, patterns: readonly string[], output: string): void {
  if (!existsSync(from) || !statSync(from).isDirectory()) {
    throw new InvalidInput(`app=${from} is not a directory: give the one that holds the Procfile`);
  }
  const filter = bound(from, [...NEVER, ...patterns], output, '.slugignore');
  // A copy into itself, which Node refuses in words of its own.
  if (!relative(resolve(from), resolve(to)).startsWith('..'))
    throw new InvalidInput(`app=${from} holds the folder for temporary files: give the one that holds the Procfile`);
  cpSync(from, to, { recursive: true, verbatimSymlinks: true, filter });
  if (readdirSync(to).length === 0) throw new InvalidInput(`app=${from} is empty: give the directory that holds the Procfile`);
}

/** Ends in an error where a directory is too much to build an image of. */
export function refuseHuge(from: string, output: string): void {
  const belongs = bound(from, [...NEVER, ...ignored(join(from, '.dockerignore'))], output, '.dockerignore');
  const walk = (directory: string): void => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      const path = join(directory, entry.name);
      if (belongs(path) && entry.isDirectory()) walk(path);
    }
  };
  walk(from);
}
