import type { Numbers } from '../../../tools/rehearse/meters';
import type { PartNumbers } from '../../../tools/rehearse/part-meters';
import { type Plan, planOf } from '../../../tools/rehearse/plan';
import { type View, viewOf } from '../../../tools/rehearse/view';
import { SITE } from '../../../tools/rehearse/ways';
import { deployed } from '../../support/deployed';

/** A stage that doesn't run, with its picture. */
export function staged(context: Readonly<Record<string, unknown>>): { plan: Plan; view: View } {
  const stacks = deployed(context);
  const plan = planOf(stacks[0]);
  return { plan, view: viewOf(stacks, [{ current: plan, labelled: (name) => name }], `Stage ${String(context.stage)}`) };
}

/** A second in which every part of a plan does something. */
export function second({ databases, stores, queues, servers, cdn, balancer, buckets }: Plan): Numbers {
  const parts: PartNumbers[] = [
    ...servers.flatMap(({ id, name, role }): PartNumbers[] =>
      [1, 2].map((n) =>
        role === 'worker'
          ? { id, name: `${name}-${n}`, cpu: 0.01, jobsDone: 3 }
          : { id, name: `${name}-${n}`, cpu: 0.25, rate: 20, isIn: n === 1 },
      ),
    ),
    ...databases.map(({ id, name, source }) => ({
      ...{ id, name, cpu: 0.1, rate: 12, rowsRead: 90, rowsWritten: source === undefined ? 10 : 0 },
      ...(source !== undefined && { lag: 0.2 }),
    })),
    ...stores.map(({ id, name }, index) => ({ id, name, cpu: 0.02, rate: 100, keys: 7, ...(index === 0 && { hits: 0.9 }) })),
    ...queues.map(({ id, name }) => ({ id, name, queued: 2, setAside: 1 })),
  ];
  const ways = Object.fromEntries([[SITE, 100], ...[cdn, balancer, ...buckets].flatMap((part) => (part ? [[part.id, 40]] : []))]);
  return {
    ...{
      at: 1,
      users: 20,
      signedIn: 18,
      requests: 100,
      failed: 0,
      p50: 5,
      p99: 30,
      writers: 12,
      copies: 12,
      busy: 0.5,
      written: 3,
      broken: 0,
    },
    ...(cdn && { fromCdn: 0.6 }),
    ...{ parts, ways },
  };
}
