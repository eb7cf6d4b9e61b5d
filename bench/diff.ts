import { createColors } from 'picocolors';
import { compareStacks } from '../tools/changes/compare';
import { priceOf } from '../tools/diff/price';
import { reportOf } from '../tools/diff/report';
import { renderText } from '../tools/diff/text';
import { synthesizeStage } from '../tools/shared/synthesize';
import type { StackTemplate } from '../tools/shared/template';
import { NEEDS } from './synth';

/** The templates of a stage and of the next one, synthesized in this process. */
export function bothStages(from: number): readonly StackTemplate[][] {
  const context = { ...NEEDS[from], ...NEEDS[from + 1] };
  return [from, from + 1].map((stage) => synthesizeStage({ ...context, stage: String(stage) }));
}

/** All that `stagecraft diff` does behind its command line. */
export function diff(from: number): string {
  const [before, after] = bothStages(from);
  const comparison = compareStacks(before, after);
  const cost = priceOf(before, after, from + 1);
  const report = reportOf({ title: `Stage ${from} → ${from + 1}`, before, after, comparison, notes: [], cost });
  return renderText(report, { colors: createColors(true), width: 120 });
}
