import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CACHE } from '../cache';

/** An application from its package, built once on this machine. */
export function built(name: string, build: (directory: string) => void): string {
  const directory = join(CACHE, name);
  if (!existsSync(join(directory, 'done'))) {
    mkdirSync(directory, { recursive: true });
    build(directory);
    writeFileSync(join(directory, 'done'), '');
  }
  return directory;
}
