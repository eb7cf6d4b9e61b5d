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
  const old = rulesOf(before);
  return rulesOf(after).some(
    (rule) =>
      FIELDS.some((field) => {
        // Several rules may have one scope: what the earliest of them deletes was deleted before.
        const same = old.filter((one) => scopeOf(one) === scopeOf(rule)).map((one) => days(at(one, field)));
        return days(at(rule, field)) < Math.min(Infinity, ...same);
      }) ||
      keepsFewer(
        rule,
        old.filter((one) => scopeOf(one) === scopeOf(rule)),
      ),
  );
}

/** How many older versions stay whatever their age: fewer than any rule of this scope kept. */
function keepsFewer(rule: Json, same: readonly Json[]): boolean {
  const versions = (one: Json): number => Number(at(one, 'NoncurrentVersionExpiration.NewerNoncurrentVersions') ?? 0);
  const before = same.filter((one) => at(one, 'NoncurrentVersionExpiration') !== undefined).map(versions);
  return at(rule, 'NoncurrentVersionExpiration') !== undefined && before.length > 0 && versions(rule) < Math.min(...before);
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
