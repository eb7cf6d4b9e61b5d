import { costDelta } from '../pricing/delta';
import { PriceBook } from '../pricing/price-book';
import { usageOf } from '../pricing/usage';
import type { StackTemplate } from '../shared/template';

/**
 * What a change does to the monthly bill, in one line; undefined where no price book is there for any of the regions.
 * @param stage whose users both sides are priced for, so that the line is the one of `stagecraft cost`.
 */
export function priceOf(before: readonly StackTemplate[], after: readonly StackTemplate[], stage: number): string | undefined {
  const isPriced = after.some(({ region }) => region !== undefined && PriceBook.of(region) !== undefined);
  return isPriced ? costDelta(before, after, usageOf(stage)).line : undefined;
}
