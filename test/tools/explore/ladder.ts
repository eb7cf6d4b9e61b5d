import { fileOf } from '../../../tools/explore/file';
import type { Ladder } from '../../../tools/explore/ladder';
import { ladderOfStages } from '../../../tools/explore/stages';
import { deployed } from '../../support/deployed';
import { GEO } from '../picture/contexts';

const STAGES = [1, 2, 3, 4, 5, 6];
const SIDES = [...STAGES.map((stage) => ({ stage })), ...STAGES.slice(1).map((stage) => ({ stage, from: stage - 1 }))];

/** The ladder of the stages, as the command makes it, from templates that suites share. */
export function ladderOfTests(): Ladder {
  const stacks = SIDES.map((side) => deployed({ ...side, ...(side.stage === 6 && GEO) }));
  const watched = { during: <T>(_: string, work: () => T): T => work(), end: () => undefined };
  return ladderOfStages({ sides: SIDES, stacks, context: GEO, notes: ['With example values.'] }, {}, watched);
}

/** The same as the file that people open. */
export function pageOfTests(): string {
  return fileOf(ladderOfTests());
}
