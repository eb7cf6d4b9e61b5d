import type { Json } from '../../shared/template';
import { type Charge, type Item, type Meter, type Month, at, isCalled, listAt } from '../plan';

/** Gigabytes of files that come with a release. */
const RELEASE_GB = 1;
const DAYS_IN_MONTH = 30;
/** Storage classes of lifecycle rules, and what they are priced by. */
const CLASSES: Readonly<Record<string, string>> = { STANDARD_IA: 's3:infrequent', GLACIER: 's3:glacier' };

interface Rule {
  readonly ExpirationInDays?: number;
  readonly Transitions?: readonly { readonly StorageClass: string; readonly TransitionInDays: number }[];
}

/** A bucket costs by what is in it. What that is depends on its role, which its name says; of another bucket nothing is known. */
export const ROLES: Readonly<Record<string, Meter>> = {
  Logs: (item, { plan, usage }) => tiers(item, (usage.accessLogGb + usage.flowLogGb) / plan.regions),
  StaticFiles: () => [standard(RELEASE_GB, 'fixed')],
  Copy: (_, { usage }) => [standard(usage.storageGb)],
  Uploads: (item, month) => {
    const { plan, usage } = month;
    const buckets = plan.of('AWS::S3::Bucket').filter((bucket) => isCalled('Uploads', bucket));
    // The founding region's bucket receives the files of all others too.
    const kept = buckets[0].id === item.id && buckets[0].stack === item.stack ? usage.storageGb : usage.storageGb / buckets.length;
    return [
      standard(kept),
      { what: 'uploads', part: 'usage', price: 's3:put', quantity: usage.uploads / buckets.length / 1000 },
      {
        what: 'reads that the CDN misses',
        part: 'usage',
        price: 's3:get',
        quantity: (usage.requests * (1 - usage.cacheHitShare)) / buckets.length / 1000,
      },
      ...copies(item, usage.uploads / buckets.length, usage.uploadGb / buckets.length),
    ];
  },
};

/** The role of a bucket; undefined where its name says none. */
export function roleOf(item: Item): string | undefined {
  return Object.keys(ROLES).find((role) => isCalled(role, item));
}

/** A bucket. */
export const bucket: Meter = (item: Item, month: Month) => {
  const role = roleOf(item);
  return role === undefined ? [] : ROLES[role](item, month);
};

function standard(gigabytes: number, part: 'fixed' | 'usage' = 'usage'): Charge {
  return { what: 'storage', part, price: 's3:standard', quantity: gigabytes };
}

/** What is sent to the buckets of other regions: once for each. */
function copies(item: Item, files: number, gigabytes: number): Charge[] {
  return listAt(item, 'ReplicationConfiguration', 'Rules').flatMap((rule): Charge[] => {
    const timed = JSON.stringify(rule).includes('"ReplicationTime":{"Status":"Enabled"');
    return [
      { what: 'data between regions', part: 'usage', price: 'transfer:region', quantity: gigabytes },
      { what: 'copies', part: 'usage', price: 's3:put', quantity: files / 1000 },
      ...(timed ? [{ what: 'replication time control', part: 'usage', price: 's3:replication-time', quantity: gigabytes } as const] : []),
    ];
  });
}

/** What is kept when as much comes in every month, class by class, once the lifecycle has been running for its full length. */
function tiers(item: Item, monthly: number): Charge[] {
  const [rule = {}] = rules(item);
  const steps = [...(rule.Transitions ?? [])].sort((a, b) => a.TransitionInDays - b.TransitionInDays);
  const end = rule.ExpirationInDays ?? 365;
  const from = [
    { price: 's3:standard', day: 0 },
    ...steps.map((step) => ({ price: CLASSES[step.StorageClass] ?? step.StorageClass, day: step.TransitionInDays })),
  ];
  return from.map(({ price, day }, index) => ({
    what: index === 0 ? 'logs' : 'older logs',
    part: 'usage',
    price,
    quantity: (monthly * Math.max(0, (from[index + 1]?.day ?? end) - day)) / DAYS_IN_MONTH,
  }));
}

function rules(item: Item): readonly Rule[] {
  const all = at(item, 'LifecycleConfiguration', 'Rules');
  return Array.isArray(all) ? (all as readonly Json[] as readonly Rule[]) : [];
}
