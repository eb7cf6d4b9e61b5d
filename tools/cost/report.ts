import type { StackTemplate } from '../shared/template';
import { type CostDelta, compare } from '../pricing/delta';
import { type Estimate, type Purchase, type Range, estimate, rangeOf } from '../pricing/estimate';
import { costOfHours } from './hours';
import { type Capacity, capacityFor } from '../pricing/capacity';
import type { Need } from './fit/need';
import type { Fit } from './fit/propose';
import { type Lever, levers } from './levers';
import { budgetFor } from '../shared/money';
import { PriceBook } from '../pricing/price-book';
import type { Usage } from '../pricing/usage';

/** A part of the bill. */
export interface ServiceRow extends Range {
  readonly service: string;
  readonly fixed: number;
  readonly usage: number;
  /** Whether a document confirms all its prices. */
  readonly confirmed: boolean;
}

/** What is to be priced. */
export interface ReportInput {
  readonly stage: number;
  /** What is priced, if it is no stage. */
  readonly name?: string;
  readonly stacks: readonly StackTemplate[];
  /** The stage before, with the same context; undefined at the first. */
  readonly before?: readonly StackTemplate[];
  readonly usage: Usage;
  /** What the usage is called: `medium`, or the name of a file. */
  readonly usageName: string;
  readonly purchase: Purchase;
  readonly notes: readonly string[];
  /** Sizes that were proposed, and for what. */
  readonly fit?: { readonly need: Need; readonly sizes: readonly Fit[] };
  /** Hours that are asked for. */
  readonly hours?: number;
}

/** A priced stage, as every format says it. */
export interface Report {
  readonly stage: number;
  /** What is priced, if it is no stage. */
  readonly name?: string;
  readonly usageName: string;
  readonly usage: Usage;
  readonly estimate: Estimate;
  /** Parts of the bill, most expensive first. */
  readonly services: readonly ServiceRow[];
  /** The three that cost most, with their share of the expected bill. */
  readonly drivers: readonly { readonly service: string; readonly share: number; readonly expected: number }[];
  readonly delta?: CostDelta;
  readonly levers: readonly Lever[];
  /** How many times this usage it bears, and what comes to its limit first; nothing where nobody answers requests. */
  readonly capacity?: Capacity;
  /** Whether the deployment before bears this usage, too. */
  readonly wasEnough: boolean;
  /** Sizes that were proposed, and for what. */
  readonly fit?: { readonly need: Need; readonly sizes: readonly Fit[] };
  /** What so many hours of it cost, without users. */
  readonly lesson?: { readonly hours: number; readonly cost: number };
  /** Budget to set, in US dollars a month. */
  readonly budget: number;
  /** First and last date of the prices used. */
  readonly dates: readonly [first: string, last: string];
  readonly notes: readonly string[];
}

/** Puts together what a person wants to know of the price. */
export function reportOf({ stage, name, stacks, before, usage, usageName, purchase, notes, hours, fit }: ReportInput): Report {
  const priced = estimate(stacks, usage, purchase);
  const services = servicesOf(priced);
  const dates = priced.lines.map(({ region, price }) => PriceBook.of(region)?.price(price)?.source.date ?? '').sort();
  return {
    ...(name !== undefined && { name }),
    ...(fit && { fit }),
    ...(hours !== undefined && { lesson: { hours, cost: costOfHours(stacks, usage, hours) } }),
    ...{ stage, usageName, usage, estimate: priced, services, notes },
    drivers: services.slice(0, 3).map(({ service, expected }) => ({ service, expected, share: expected / priced.expected })),
    delta: before && compare(estimate(before, usage, purchase), priced, usage),
    levers: levers(stacks, usage, purchase),
    capacity: capacityFor(stacks, usage),
    wasEnough: (capacityFor(before ?? [], usage)?.times ?? 0) >= 1,
    budget: budgetFor(priced.expected),
    dates: [dates[0] ?? '', dates.at(-1) ?? ''],
  };
}

function servicesOf({ lines }: Estimate): ServiceRow[] {
  return [...new Set(lines.map(({ service }) => service))]
    .map((service) => {
      const own = lines.filter((line) => line.service === service);
      const part = (name: 'fixed' | 'usage'): number => rangeOf(own.filter((line) => line.part === name)).expected;
      const confirmed = own.every((line) => line.confirmed || line.expected === 0);
      return { service, ...rangeOf(own), fixed: part('fixed'), usage: part('usage'), confirmed };
    })
    .filter(({ limit }) => limit > 0)
    .sort((a, b) => b.expected - a.expected);
}
