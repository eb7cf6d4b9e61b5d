import { capacityFor, timesLoad } from '../pricing/capacity';
import { type Usage, peakOf, usageOf } from '../pricing/usage';
import { rounded } from '../shared/money';
import { markdownTable } from '../shared/sections-markdown';
import type { StackTemplate } from '../shared/template';
import { capitalized } from '../shared/words';

/** What stands around the table of load on a stage's page. */
export const LOAD_MARKERS = { begin: '<!-- load:begin -->', end: '<!-- load:end -->' };

const ABOUT =
  'At the peak, by [one definition of load](../cost.md#one-definition-of-load); what it bears rests on [assumptions](../cost.md#what-sizes-bear), with two fifths of the CPU kept free.';

/**
 * What a stage is made for and what it bears, for its page.
 * @param stage 1, 2, ….
 * @param stages templates of all stages with default context, the first one first.
 */
export function loadTable(stage: number, stages: readonly (readonly StackTemplate[])[]): string {
  const usage = usageOf(stage, 'large');
  const capacity = capacityFor(stages[stage - 1], usage);
  if (capacity === undefined) throw new Error(`nothing answers requests at stage ${stage}`);
  const { times, bottleneck } = capacity;
  const row = (name: string, factor: number): string[] => {
    const { people, requests, writes } = timesLoad(peakOf(usage), factor);
    return [name, ...[usage.users * factor, people, requests, writes].map(rounded)];
  };
  const table = markdownTable(
    ['', 'users a month', 'at a time', 'requests a second', 'writes a second'],
    [row('who usually stands here, at the most', 1), row('what it bears as it is, about', times)],
    [1, 2, 3, 4],
  );
  return `${table}\n\n${ABOUT} ${capitalized(bottleneck)} come to their limit first. ${honestly(stage, usage, stages)}`;
}

function honestly(stage: number, usage: Usage, stages: readonly (readonly StackTemplate[])[]): string {
  const smallest = 1 + stages.findIndex((stacks) => (capacityFor(stacks, usage)?.times ?? 0) >= 1);
  return smallest < stage
    ? `**By load alone stage ${smallest} would do for these users**: climb for what this stage adds, when a [sign](../graduation.md) shows.`
    : 'No smaller stage would do.';
}
