import type { StackTemplate } from '../shared/template';
import { type Estimate, type Purchase, type Range, estimate, rangeOf } from './estimate';
import { change, dollars } from '../shared/money';
import type { Usage } from './usage';

/** What a part of the bill was and becomes, in US dollars a month, expected. */
export interface ServiceDelta {
  readonly service: string;
  readonly before: number;
  readonly after: number;
}

/** What a change of the architecture does to the bill, at the same usage. */
export interface CostDelta {
  readonly before: Range;
  readonly after: Range;
  /** After minus before. */
  readonly difference: Range;
  /** Parts of the bill that change, largest change first. */
  readonly services: readonly ServiceDelta[];
  /** One line for people. */
  readonly line: string;
}

/** Prices two deployments at the same usage and compares them. */
export function costDelta(before: readonly StackTemplate[], after: readonly StackTemplate[], usage: Usage, purchase?: Purchase): CostDelta {
  return compare(estimate(before, usage, purchase), estimate(after, usage, purchase), usage);
}

/** Compares two estimates of the same usage. */
export function compare(before: Estimate, after: Estimate, usage: Usage): CostDelta {
  const names = [...new Set([...before.lines, ...after.lines].map(({ service }) => service))];
  const of = ({ lines }: Estimate, name: string): number => rangeOf(lines.filter(({ service }) => service === name)).expected;
  const services = names
    .map((service) => ({ service, before: of(before, service), after: of(after, service) }))
    .filter((one) => Math.abs(one.after - one.before) >= 0.005)
    .sort((a, b) => Math.abs(b.after - b.before) - Math.abs(a.after - a.before));
  const difference = {
    ...{ low: after.low - before.low, expected: after.expected - before.expected },
    ...{ high: after.high - before.high, limit: after.limit - before.limit },
  };
  const range = ({ low, expected, high, limit }: Estimate): Range => ({ low, expected, high, limit });
  return { before: range(before), after: range(after), difference, services, line: inOneLine(before, after, usage) };
}

function inOneLine(before: Estimate, after: Estimate, { users }: Usage): string {
  const people = `${Math.round(users).toLocaleString('en-US')} users`;
  return (
    `${change(after.expected - before.expected)} a month: ${dollars(before.expected)} → ${dollars(after.expected)} expected at ${people}, ` +
    `${dollars(before.high)} → ${dollars(after.high)} at twice that`
  );
}
