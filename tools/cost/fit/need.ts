import { BadInput } from '../../shared/bad-input';
import { isObject, readJson } from '../../shared/project';
import { PEAK, SECONDS_IN_MONTH, type Usage, usageOf, usageOfUsers } from '../../pricing/usage';

/** What an application needs today, at its peak. */
export interface Need {
  /** Requests a second, those that the CDN answers included. */
  readonly requests: number;
  /** Rows written a second. */
  readonly writes: number;
  /** Queries a second that reach a database. */
  readonly reads: number;
  /** Gigabytes that are read again and again: they shall stay in memory. */
  readonly workingSet: number;
  /** Gigabytes in all databases together. */
  readonly data: number;
  /** How many times as much it is in a year. */
  readonly growth: number;
}

const KEYS = ['requests', 'writes', 'reads', 'workingSet', 'data', 'growth'] as const;
const MOST: Need = { requests: 1e6, writes: 1e6, reads: 1e6, workingSet: 1e5, data: 1e6, growth: 100 };
const EXAMPLE = 'type --fit requests=200,writes=20,workingSet=4,data=100,growth=2';

/**
 * Reads what `--fit` names.
 * @param text keys and values, or a JSON file with them. `requests` must be said; a fifth of them writes, each asks once, the working set is a tenth
 * of the data, and a year doubles all, unless it is said.
 */
export function parseNeed(text: string): Need {
  const said = /[./\\]\w*$/.test(text) && !text.includes('=') ? fromFile(text) : fromPairs(text);
  for (const [key, value] of Object.entries(said)) refuse(text, key, value);
  const given = said as Partial<Need>;
  const { requests, data = 10, growth = 2 } = given;
  if (requests === undefined) throw new BadInput(`--fit ${text} says no requests a second at the peak: ${EXAMPLE}`);
  return { requests, data, growth, writes: requests / 5, reads: requests, workingSet: data / 10, ...given };
}

/** The need in a year. */
export function aYearOn({ growth, ...need }: Need): Need {
  const grown = Object.fromEntries(Object.entries(need).map(([key, value]) => [key, value * growth])) as Omit<Need, 'growth'>;
  return { ...grown, growth: 1 };
}

/** The month of a need: as many people as make its requests, by the one definition of load. */
export function usageFor(need: Need, stage: number): Usage {
  const perMonth = (aSecond: number): number => (aSecond / PEAK.factor) * SECONDS_IN_MONTH;
  const medium = usageOf(stage);
  const users = (perMonth(need.requests) / medium.requests) * medium.users;
  const { requests, writes, reads } = need;
  return {
    ...{ ...medium, ...usageOfUsers(users) },
    ...{ requests: perMonth(requests), writes: perMonth(writes), reads: perMonth(reads), databaseGb: need.data },
  };
}

function fromFile(file: string): Readonly<Record<string, unknown>> {
  const content = readJson(file);
  if (!isObject(content)) throw new BadInput(`${file} holds no need: write {"requests": 200}`);
  return content;
}

function fromPairs(text: string): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    text.split(',').map((pair) => {
      const [key, value = ''] = pair.split('=').map((part) => part.trim());
      return [key, /^\d{1,9}(?:\.\d{1,6})?$/.test(value) ? Number(value) : value];
    }),
  );
}

function refuse(text: string, key: string, value: unknown): void {
  if (!(KEYS as readonly string[]).includes(key)) {
    throw new BadInput(`${key || 'nothing'} in --fit ${text} is not known: allowed are ${KEYS.join(', ')}; ${EXAMPLE}`);
  }
  const most = MOST[key as keyof Need];
  if (typeof value !== 'number' || !(value > 0 && value <= most)) {
    throw new BadInput(
      `${key}=${String(value)} in --fit ${text} is not possible: a number above 0 and up to ${most.toLocaleString('en-US')} is needed; ${EXAMPLE}`,
    );
  }
}
