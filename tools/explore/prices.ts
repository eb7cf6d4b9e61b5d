import { compare } from '../pricing/delta';
import { type Estimate, estimate, rangeOf } from '../pricing/estimate';
import { PriceBook } from '../pricing/price-book';
import { PEAK, type Usage, peakOf, scaled, usageOf } from '../pricing/usage';
import { resolveStacks } from '../resolve/resolve';
import type { StackTemplate } from '../shared/template';
import type { LoadScale, Price } from './ladder';

/** From a hundred users a month to ten million; among them all for which stages are priced. */
const [FEWEST, MOST] = [100, 10_000_000];
const MANTISSAS = [1, 1.5, 2, 2.5, 3, 4, 5, 7];

/** Numbers of users on the scale. */
export const USERS: readonly number[] = Array.from({ length: Math.log10(MOST / FEWEST) }, (_, power) => power)
  .flatMap((power) => MANTISSAS.map((mantissa) => mantissa * FEWEST * 10 ** power))
  .concat(MOST);

/** The scale of the load slider. */
export function scaleOf(stages: readonly number[]): LoadScale {
  return {
    peak: PEAK,
    steps: USERS.map((users) => ({ users, ...peakOf(scaled(usageOf(1), users / usageOf(1).users)) })),
    upTo: stages.map((stage) => usageOf(stage, 'large').users),
  };
}

/** An architecture with its price. */
export interface Priced {
  /** As they are priced: resolved. */
  readonly stacks: readonly StackTemplate[];
  readonly estimate: Estimate;
}

/** What an architecture costs, if there is a price book of all its regions. */
export function pricedOf(stacks: readonly StackTemplate[], usage: Usage): Priced | undefined {
  if (!stacks.every(({ region }) => region === undefined || PriceBook.of(region) !== undefined)) return undefined;
  const resolved = resolveStacks(stacks);
  return { stacks: resolved, estimate: estimate(resolved, usage) };
}

/** The same, as the page says it. */
export function priceOf({ stacks, estimate: priced }: Priced, usage: Usage, before: readonly StackTemplate[] | undefined): Price {
  const old = before && pricedOf(before, usage);
  const services = [...new Set(priced.lines.map(({ service }) => service))].map((service) => ({
    service,
    expected: cents(rangeOf(priced.lines.filter((line) => line.service === service)).expected),
  }));
  return {
    ...{ expected: cents(priced.expected), fixed: cents(priced.fixed), high: cents(priced.high), users: usage.users },
    services: services.filter(({ expected }) => expected >= 0.01).sort((a, b) => b.expected - a.expected),
    ...(old && { delta: compare(old.estimate, priced, usage).line }),
    byLoad: USERS.map((users) => Math.round(estimate(stacks, scaled(usage, users / usage.users)).expected)),
  };
}

function cents(amount: number): number {
  return Math.round(amount * 100) / 100;
}
