import { resolveStacks } from '../resolve/resolve';
import { costDelta } from '../pricing/delta';
import { PriceBook } from '../pricing/price-book';
import type { Usage } from '../pricing/usage';
import type { StackTemplate } from '../shared/template';

/**
 * What a change does to the monthly bill, in one line, or why it can't be said; undefined for templates that say no region.
 * @param usage what both sides are priced for, so that the line is the one of `stagecraft cost`.
 */
export function priceOf(before: readonly StackTemplate[], after: readonly StackTemplate[], usage: Usage): string | undefined {
  const regions = [...new Set([...before, ...after].map(({ region }) => region))];
  if (regions.every((region) => region === undefined)) return undefined;
  const unknown = regions.filter((region) => region !== undefined && PriceBook.of(region) === undefined);
  if (unknown.length > 0) return `Not estimated: there is no price book of ${unknown.join(' and ')}.`;
  return costDelta(resolveStacks(before), resolveStacks(after), usage).line;
}
