import { isObject, readJson } from '../shared/project';
import { BadInput } from '../shared/bad-input';

/** Whose usage an application has that is no stage. */
export const ANY_STAGE = 4;

/** What people do with the website in a month, all regions together. */
export interface Usage {
  /** People who come in a month. */
  readonly users: number;
  /** HTTP requests. */
  readonly requests: number;
  /** Gigabytes sent to them. */
  readonly gbOut: number;
  /** Share of requests and bytes that the CDN answers, 0 to 1. */
  readonly cacheHitShare: number;
  /** Files uploaded. */
  readonly uploads: number;
  /** Gigabytes uploaded. */
  readonly uploadGb: number;
  /** Gigabytes of uploads kept. */
  readonly storageGb: number;
  /** Gigabytes in all databases together. */
  readonly databaseGb: number;
  /** Queries that reach a database. */
  readonly reads: number;
  /** Rows written. */
  readonly writes: number;
  /** Jobs in the queue. */
  readonly jobs: number;
  /** Seconds that a worker needs for one. */
  readonly jobSeconds: number;
  /** Gigabytes in a cache, each of them. */
  readonly cacheGb: number;
  /** Gigabytes of logs into CloudWatch, all log groups together. */
  readonly logGb: number;
  /** Gigabytes of access logs into S3: load balancer, CDN, buckets. */
  readonly accessLogGb: number;
  /** Gigabytes of VPC flow logs into S3. */
  readonly flowLogGb: number;
  /** Gigabytes through the NAT gateways. */
  readonly natGb: number;
  /** Gigabytes through interface endpoints: secrets, here. */
  readonly endpointGb: number;
  /** Gigabytes between zones: servers, databases, caches. */
  readonly crossZoneGb: number;
  /** How far the web servers are between their least and their most number on average, 0 to 1. */
  readonly fleetLoad: number;
  /** Capacity units that all serverless databases together use above their least, on average. */
  readonly databaseUnits: number;
}

/** How busy a stage is: its lower end, its middle, its upper end. */
export type Level = keyof typeof LEVELS;

/** What one user does in a month. A million of them: 5 TB out, 10 TB kept, 100,000 jobs a day, as in docs/cost.md. */
const PER_USER = {
  ...{ requests: 100, gbOut: 0.005, uploads: 1, uploadGb: 0.001, storageGb: 0.01, databaseGb: 0.0001, reads: 100, writes: 20, jobs: 3 },
  ...{ logGb: 0.0001, accessLogGb: 0.0001, flowLogGb: 0.00005, natGb: 0.0002, endpointGb: 0.00001, crossZoneGb: 0.0005 },
  databaseUnits: 0.0000125,
};

const ANYWHERE = { cacheHitShare: 0.8, jobSeconds: 5, cacheGb: 1 };

const LEVELS = {
  small: { fleetLoad: 0.1 },
  medium: { fleetLoad: 0.4 },
  large: { fleetLoad: 0.8 },
};

/** Users of each stage, from its page in docs/stages: lower end, middle, upper end. */
const USERS: readonly Readonly<Record<Level, number>>[] = [
  { small: 100, medium: 500, large: 1_000 },
  { small: 1_000, medium: 5_000, large: 10_000 },
  { small: 10_000, medium: 50_000, large: 100_000 },
  { small: 100_000, medium: 250_000, large: 500_000 },
  { small: 500_000, medium: 1_000_000, large: 2_000_000 },
  { small: 1_000_000, medium: 2_000_000, large: 5_000_000 },
];

const KEYS = [...Object.keys(PER_USER), ...Object.keys(ANYWHERE), ...Object.keys(LEVELS.medium), 'users'] as (keyof Usage)[];
const SHARES: readonly (keyof Usage)[] = ['cacheHitShare', 'fleetLoad'];

/** As AWS's own calculator counts a month. */
export const SECONDS_IN_MONTH = 730 * 3600;
/** How much busier the busiest minute is than the average, and how often somebody who is there asks. Assumptions, as in docs/cost.md. */
export const PEAK = { factor: 5, secondsBetweenRequests: 10 };

/** A usage as a load: what an architecture has to bear at its busiest. */
export interface Load {
  /** Requests a second. */
  readonly requests: number;
  /** Queries a second that reach a database. */
  readonly reads: number;
  /** Rows written a second. */
  readonly writes: number;
  /** People who are there at a time. */
  readonly people: number;
}

/** The load of a usage at its peak. */
export function peakOf({ requests, reads, writes }: Usage): Load {
  const atPeak = (each: number): number => (each / SECONDS_IN_MONTH) * PEAK.factor;
  return {
    requests: atPeak(requests),
    reads: atPeak(reads),
    writes: atPeak(writes),
    people: atPeak(requests) * PEAK.secondsBetweenRequests,
  };
}

/** The usage that a stage is made for. */
export function usageOf(stage: number, level: Level = 'medium'): Usage {
  return { ...usageOfUsers(USERS[stage - 1][level]), ...ANYWHERE, ...LEVELS[level] };
}

/**
 * The usage that a command line names.
 * @param named small, medium, large, or a JSON file with some keys of `Usage`; what it leaves out follows from its `users`.
 */
export function parseUsage(named: string, stage: number): Usage {
  if (Object.hasOwn(LEVELS, named)) return usageOf(stage, named as Level);
  if (!/[./\\]/.test(named)) {
    throw new BadInput(`--usage ${named} is not possible: allowed are small, medium, large and a JSON file; type --usage medium`);
  }
  const content = readJson(named);
  if (!isObject(content)) throw new BadInput(`${named} holds no usage: write {"users": 20000}`);
  for (const [key, value] of Object.entries(content)) refuse(named, key, value);
  const given = content as Partial<Usage>;
  const medium = usageOf(stage);
  return { ...medium, ...usageOfUsers(given.users ?? medium.users), ...given };
}

/** More or less of everything that people do; a share of what scales stays below 1. */
export function scaled(usage: Usage, factor: number): Usage {
  const { cacheHitShare, jobSeconds, cacheGb, fleetLoad, ...quantities } = usage;
  const more = Object.fromEntries(Object.entries(quantities).map(([key, quantity]) => [key, quantity * factor])) as typeof quantities;
  return { ...more, cacheHitShare, jobSeconds, cacheGb, fleetLoad: Math.min(1, fleetLoad * factor) };
}

/** What so many users do in a month. */
export function usageOfUsers(users: number): { readonly users: number } & typeof PER_USER {
  return { users, ...(Object.fromEntries(Object.entries(PER_USER).map(([key, each]) => [key, each * users])) as typeof PER_USER) };
}

function refuse(file: string, key: string, value: unknown): void {
  if (!KEYS.includes(key as keyof Usage)) {
    throw new BadInput(`${key} in ${file} is not a usage: did you mean ${closest(key)}; allowed are ${KEYS.join(', ')}`);
  }
  const highest = SHARES.includes(key as keyof Usage) ? 1 : Infinity;
  if (typeof value !== 'number' || !(value >= 0 && value <= highest)) {
    const allowed = highest === 1 ? 'a share from 0 to 1' : 'a number from 0';
    throw new BadInput(
      `${key}=${JSON.stringify(value)} in ${file} is not possible: ${allowed} is needed, as "${key}": ${usageOf(4)[key as keyof Usage]}`,
    );
  }
}

/** The key with the most pairs of letters in common. */
function closest(word: string): string {
  const pairs = (text: string): string[] =>
    Array.from(text.toLowerCase(), (letter, index) => letter + (text.toLowerCase()[index + 1] ?? ''));
  const known = pairs(word);
  const likeness = (key: string): number => (2 * pairs(key).filter((pair) => known.includes(pair)).length) / (known.length + key.length);
  return KEYS.reduce((best, key) => (likeness(key) > likeness(best) ? key : best));
}
