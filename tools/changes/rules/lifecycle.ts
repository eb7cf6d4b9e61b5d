import type { Json } from '../../shared/template';
import { at } from '../tests';

/** How soon a rule deletes, in days; a date counts as at once. Path of the field, as S3 writes it. */
const FIELDS = [
  'ExpirationInDays',
  'ExpirationDate',
  'NoncurrentVersionExpiration.NoncurrentDays',
  'NoncurrentVersionExpirationInDays',
] as const;

/**
 * Whether a lifecycle configuration deletes what the one before kept, or deletes it earlier. Rules are matched by what they apply to, so a rule that only
 * gets another name is the same rule.
 */
export function deletesMore(before: Json | undefined, after: Json | undefined): boolean {
  const old = new Map(rulesOf(before).map((rule) => [scopeOf(rule), rule]));
  return rulesOf(after).some((rule) =>
    FIELDS.some((field) => {
      const [was, is] = [old.get(scopeOf(rule)), rule].map((one) => days(at(one, field)));
      return is < was;
    }),
  );
}

function rulesOf(configuration: Json | undefined): Json[] {
  const rules = at(configuration, 'Rules');
  return Array.isArray(rules) ? (rules as Json[]).filter((rule) => at(rule, 'Status') === 'Enabled') : [];
}

function scopeOf(rule: Json): string {
  return JSON.stringify(['Prefix', 'TagFilters', 'ObjectSizeGreaterThan', 'ObjectSizeLessThan'].map((field) => at(rule, field) ?? null));
}

function days(value: Json | undefined): number {
  if (value === undefined) return Infinity;
  const number = Number(value);
  return Number.isFinite(number) ? number : 0;
}
