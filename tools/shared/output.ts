import { existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { createColors } from 'picocolors';
import type { Colors } from 'picocolors/types';
import { BadInput } from './bad-input';

/** Formats that every report has. */
export const FORMATS = ['text', 'markdown', 'json'] as const;

/** One of `FORMATS`. */
export type Format = (typeof FORMATS)[number];

/** Colours for standard output: none where it is not a terminal or NO_COLOR is set; FORCE_COLOR gives them to a pipe. */
export function colorsOf({ NO_COLOR, FORCE_COLOR, TERM }: NodeJS.ProcessEnv, stream: { readonly isTTY?: boolean }): Colors {
  const forced = FORCE_COLOR !== undefined && !['', '0', 'false'].includes(FORCE_COLOR);
  const refused = (NO_COLOR ?? '') !== '' || FORCE_COLOR === '0' || FORCE_COLOR === 'false';
  return createColors(!refused && (forced || (stream.isTTY === true && TERM !== 'dumb')));
}

/** How a report is drawn: for the terminal that reads it, or plain and as wide as it likes for a file or a pipe. */
export function lookOf(output: string | undefined): { readonly colors: Colors; readonly width: number } {
  const stream = output === undefined ? process.stdout : { isTTY: false, columns: undefined };
  return { colors: colorsOf(process.env, stream), width: stream.isTTY ? Math.max(60, stream.columns ?? 100) : Infinity };
}

/** Writes a report to a file, as a whole or not at all; without one to standard output. */
export function deliver(content: string | Buffer, file: string | undefined): void {
  if (file === undefined) {
    process.stdout.write(content);
    return;
  }
  checkTarget(file);
  const draft = `${resolve(file)}.${process.pid}.tmp`;
  try {
    writeFileSync(draft, content);
    renameSync(draft, file);
  } catch (error) {
    rmSync(draft, { force: true });
    throw new BadInput(`--output ${file} can not be written: ${(error as Error).message.split('\n')[0]}`);
  }
}

/** Refuses a file that can't be written, before any work is done for it. */
export function checkTarget(file: string): void {
  const directory = dirname(resolve(file));
  if (!existsSync(directory)) throw new BadInput(`--output ${file} is not possible: the directory ${dirname(file)} does not exist`);
  if (existsSync(file) && statSync(file).isDirectory())
    throw new BadInput(`--output ${file} is a directory: give the name of a file in it`);
}
