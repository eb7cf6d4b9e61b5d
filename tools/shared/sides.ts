import { existsSync, statSync } from 'node:fs';
import { readAssembly, withNested } from './assembly';
import { BadInput } from './bad-input';
import { readTemplate } from './read-template';
import type { StackTemplate } from './template';

/** A stage, or the bridge that leads to it. */
export interface StageSide {
  readonly stage: number;
  /** The stage before, for a bridge. */
  readonly from?: number;
}

/**
 * Reads a stage as people type it: `4`, or `3-to-4` for the bridge.
 * @param highest number of the highest stage.
 */
export function parseStage(text: string, highest: number): StageSide {
  const [, first, second] = /^(\d{1,3})(?:-to-(\d{1,3}))?$/.exec(text) ?? [];
  const numbers = [first, second].filter((number) => (number as string | undefined) !== undefined).map(Number);
  const known = numbers.length > 0 && numbers.every((number) => number >= 1 && number <= highest);
  if (!known || (numbers.length === 2 && numbers[1] !== numbers[0] + 1)) {
    throw new BadInput(
      `stage ${text === '' ? '""' : text} does not exist: allowed are 1 to ${highest}, and 3-to-4 for a bridge; type npx stagecraft diff 3 4`,
    );
  }
  return numbers.length === 1 ? { stage: numbers[0] } : { stage: numbers[1], from: numbers[0] };
}

/** `stage 4`, or `bridge 3 to 4`. */
export function nameOf({ stage, from }: StageSide): string {
  return from === undefined ? `stage ${stage}` : `bridge ${from} to ${stage}`;
}

/** Reads what was synthesized or deployed before: a template, or a directory of the CDK with all stacks of a deployment; `-` is standard input. */
export function readStacks(path: string): StackTemplate[] {
  if (path !== '-' && existsSync(path) && statSync(path).isDirectory()) return readAssembly(path);
  // The two files of a comparison are the same stack, whatever they are called.
  return withNested(path, { name: 'template', template: readTemplate(path) });
}
