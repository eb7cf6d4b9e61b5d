import { contextOfProject } from './project';
import { HIGHEST_STAGE, synthesizeStage } from './synthesize';
import type { StackTemplate } from './template';
import { exampleFor } from './context';
import type { Progress } from './progress';
import { type StageSide, nameOf, parseStage } from './sides';

/** Some stages, synthesized with the same context. */
export interface Stages {
  readonly sides: readonly StageSide[];
  /** The stacks of each side. */
  readonly stacks: readonly (readonly StackTemplate[])[];
  /** What was said on the command line, and what was filled in for an example. */
  readonly context: Readonly<Record<string, string>>;
  /** The line that says what was filled in, if anything was. */
  readonly notes: readonly string[];
}

/**
 * Synthesizes the stages that a command line names.
 * @param texts as people type them: `4`, or `3-to-4` for the bridge.
 * @param given context of the command line, the same for all of them.
 */
export function synthesizeStages(texts: readonly string[], given: Readonly<Record<string, string>>, watched: Progress): Stages {
  const sides = texts.map((text) => parseStage(text, HIGHEST_STAGE));
  const isGlobal = sides.some(({ stage }) => stage === HIGHEST_STAGE);
  const example = exampleFor(isGlobal, { ...contextOfProject(process.cwd()), ...given });
  const context = { ...given, ...example.context };
  const stacks = sides.map((side) =>
    watched.during(`Synthesizing ${nameOf(side)}`, () =>
      synthesizeStage({ ...context, stage: String(side.stage), ...(side.from !== undefined && { from: String(side.from) }) }),
    ),
  );
  return { sides, stacks, context, notes: example.note === undefined ? [] : [example.note] };
}
