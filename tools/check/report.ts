import type { StackTemplate } from '../shared/template';
import { type LinkedRole, type Once, linkedRoles, needsByRegion, needsOnce, regionsOf } from './account';
import { type Name, namesOf } from './names';
import { type Capacity, capacityFor } from '../pricing/capacity';
import { ANY_STAGE, type Usage, usageOf } from '../pricing/usage';
import type { Amount, Needs } from './needs';
import { asOf, quotas } from './quotas.json';

/** How a quota and a deployment go together. */
export type Fit = 'fits' | 'tight' | 'stops growing' | 'exceeded';

/** One quota in one region. */
export interface QuotaRow extends Amount {
  readonly region: string;
  readonly name: string;
  readonly service: string;
  /** Code in Service Quotas, where it can be raised there. */
  readonly code?: string;
  /** What the account may have; the default, unless the account was asked. */
  readonly limit: number;
  /** What others in the account have of it already; unknown without asking. */
  readonly used?: number;
  readonly fit: Fit;
}

/** A line of what the account said, with `--live`. */
export interface Answer {
  readonly what: string;
  /** Whether it stands against a deployment; unknown where the credentials may not see it. */
  readonly state: 'fine' | 'missing' | 'taken' | 'unknown';
  readonly how: string;
}

/** What an account said of its quotas: limit and use by others, by region and name of the need. */
export type Asked = (region: string, need: string) => { readonly limit?: number; readonly used?: number };

/** All that is said. */
export interface Report {
  readonly title: string;
  readonly notes: readonly string[];
  /** Day of the table of defaults. */
  readonly asOf: string;
  readonly regions: readonly string[];
  /** Whether it can be deployed as far as this page knows. */
  readonly works: boolean;
  readonly quotas: readonly QuotaRow[];
  /** What it bears, in times of a usage; nothing where nobody answers requests. */
  readonly load?: { readonly usage: Usage; readonly capacity: Capacity };
  /** What constructs say: what a region lacks, which choices are final. */
  readonly remarks: readonly string[];
  readonly names: readonly Name[];
  readonly once: readonly Once[];
  readonly roles: readonly LinkedRole[];
  /** What the account said; empty without `--live`. */
  readonly answers: readonly Answer[];
}

/** What stands in `quotas.json`. */
export interface Quota {
  readonly need: string;
  readonly service: string;
  readonly code?: string;
  readonly name: string;
  readonly default: number;
  readonly elsewhere?: Readonly<Record<string, number>>;
}

/** The committed table of default quotas. */
export const QUOTAS: readonly Quota[] = quotas;

/** A second deployment fits as often as not below this share. */
const TIGHT = 0.5;

/** Puts together what a deployment needs of an account. */
export function reportOf(
  title: string,
  stacks: readonly StackTemplate[],
  notes: readonly string[],
  asked: Asked = () => ({}),
  answers: readonly Answer[] = [],
): Report {
  const regions = regionsOf(stacks);
  const needs = needsByRegion(stacks);
  const rows = regions.flatMap((region) => rowsOf(region, needs.get(region) ?? new Map(), asked));
  const all = [...needs.values()];
  return {
    ...{ title, notes, asOf, regions, answers },
    works: rows.every(({ fit }) => fit !== 'exceeded') && answers.every(({ state }) => state === 'fine' || state === 'unknown'),
    quotas: rows,
    ...loadOf(stacks),
    remarks: [...new Set(stacks.flatMap(({ remarks = [] }) => remarks))],
    names: namesOf(stacks),
    once: needsOnce(stacks, all),
    roles: linkedRoles(stacks, all),
  };
}

function loadOf(stacks: readonly StackTemplate[]): Pick<Report, 'load'> {
  const usage = usageOf(ANY_STAGE);
  const capacity = capacityFor(stacks, usage);
  return capacity === undefined ? {} : { load: { usage, capacity } };
}

function rowsOf(region: string, needs: Needs, asked: Asked): QuotaRow[] {
  return QUOTAS.flatMap((quota) => {
    const amount = needs.get(quota.need);
    if (amount === undefined || amount.most === 0) return [];
    const { limit = quota.elsewhere?.[region] ?? quota.default, used } = asked(region, quota.need);
    const { name, service, code } = quota;
    return [{ ...amount, region, name, service, code, limit, used, fit: fitOf(amount, limit - (used ?? 0)) }];
  });
}

function fitOf({ start, most }: Amount, room: number): Fit {
  if (start > room) return 'exceeded';
  if (most > room) return 'stops growing';
  return most > room * TIGHT ? 'tight' : 'fits';
}
