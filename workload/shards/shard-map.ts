import { Setting, type Settings } from '../settings';

/** The strategy that says: all users are in the one database, whatever shards there are. */
const NONE_YET = 'core';

const STRATEGIES = ['range', 'hash', 'directory'] as const;
const MOST = 1024;

/** How the shard of a user is found. */
export type Strategy = (typeof STRATEGIES)[number];

/** Ids from the first up to, and without, the last, on one shard. */
export interface Range {
  readonly from: bigint;
  readonly to: bigint;
  readonly shard: number;
}

/** Which shard holds which user, as the setting says. */
export interface ShardMap {
  readonly strategy: Strategy;
  readonly version: number;
  readonly shards: number;
  /** In order; empty unless the strategy is `range`. */
  readonly ranges: readonly Range[];
}

/** The map in the settings, or nothing while all users are in one database. */
export function shardMapIn(settings: Settings): ShardMap | undefined {
  const text = settings.get(Setting.SHARD_MAP);
  return text === undefined || objectOf(parseJson(text)).strategy === NONE_YET ? undefined : parseShardMap(text);
}

/** Reads the setting. One that makes no sense is refused. */
export function parseShardMap(text: string): ShardMap {
  const map = objectOf(parseJson(text));
  const strategy = STRATEGIES.find((one) => one === map.strategy);
  if (!strategy) throw wrong(`strategy is none of ${STRATEGIES.join(', ')}`);
  const shards = wholeNumber(map, 'shards');
  if (shards < 1 || shards > MOST) throw wrong(`shards is not 1 to ${MOST}`);
  return { strategy, version: wholeNumber(map, 'version'), shards, ranges: strategy === 'range' ? rangesOf(map, shards) : [] };
}

/** The shard whose range holds an id. */
export function shardInRanges({ ranges }: ShardMap, id: string): number | undefined {
  const wanted = BigInt(id);
  return ranges.find(({ from, to }) => from <= wanted && wanted < to)?.shard;
}

type Fields = Readonly<Record<string, unknown>>;

function rangesOf(map: Fields, shards: number): Range[] {
  if (!Array.isArray(map.ranges)) {
    const size = BigInt(wholeNumber(map, 'size'));
    if (size < 1n) throw wrong('size is less than 1');
    return Array.from({ length: shards }, (_, shard) => ({ from: BigInt(shard) * size, to: BigInt(shard + 1) * size, shard }));
  }
  const ranges = map.ranges.map(objectOf).map((range) => ({
    from: BigInt(wholeNumber(range, 'from')),
    to: BigInt(wholeNumber(range, 'to')),
    shard: wholeNumber(range, 'shard'),
  }));
  if (ranges.some(({ from, to, shard }) => from >= to || shard >= shards)) throw wrong('a range is empty or on no shard');
  ranges.sort((a, b) => (a.from < b.from ? -1 : 1));
  if (ranges.some(({ from }, index) => index > 0 && from < ranges[index - 1].to)) throw wrong('two ranges overlap');
  return ranges;
}

function wholeNumber(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw wrong(`${name} is not a whole number`);
  return value;
}

function objectOf(value: unknown): Fields {
  if (typeof value !== 'object' || value === null) throw wrong('it is not a JSON object');
  return value as Fields;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function wrong(reason: string): Error {
  return new Error(`the shard map can't be read: ${reason}`);
}
