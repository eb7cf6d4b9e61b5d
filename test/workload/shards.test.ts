import fc from 'fast-check';
import { ShardMap, ShardStrategy } from '../../lib';
import type { Database } from '../../workload/data/database';
import { jumpHash } from '../../workload/shards/jump-hash';
import { parseShardMap, shardInRanges } from '../../workload/shards/shard-map';
import type { ShardPlace } from '../../workload/shards/shard-places';
import { Shards } from '../../workload/shards/shards';
import { Full, Turns } from '../../workload/shards/turns';
import { Unavailable } from '../../workload/timing';
import { eventually } from '../../tools/servers/processes';

const id = fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }).map(String);

beforeEach(() => jest.spyOn(process.stdout, 'write').mockReturnValue(true));
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

describe('the shard of an id', () => {
  test('by hash is the one that the library says', () => {
    fc.assert(
      fc.property(id, fc.integer({ min: 1, max: 1024 }), (key, shards) => jumpHash(key, shards) === ShardMap.hash(shards).shardOf(key)),
      { numRuns: 10_000 },
    );
  });

  test('by range is the one that the library says, or none where it has none', () => {
    const own = ShardMap.ofRanges(3, [
      { from: 0, to: 10, shard: 2 },
      { from: 10, to: 1_000, shard: 0 },
      { from: 1_000, to: 2_000, shard: 2 },
    ]);
    for (const map of [own, ShardMap.range(7, 100), ShardMap.range(3)]) {
      const parsed = parseShardMap(map.toText());
      expect(parsed.ranges).toEqual(map.ranges.map(({ from, to, shard }) => ({ from: BigInt(from), to: BigInt(to), shard })));
      fc.assert(
        fc.property(fc.oneof(id, fc.integer({ min: 1, max: 3_000 }).map(String)), (key) => {
          const expected = map.ranges.find(({ from, to }) => BigInt(from) <= BigInt(key) && BigInt(key) < BigInt(to))?.shard;
          expect(shardInRanges(parsed, key)).toBe(expected);
          if (expected !== undefined) expect(map.shardOf(key)).toBe(expected);
        }),
      );
    }
  });

  test.each(Object.values(ShardStrategy))('by %s is said by a map that comes from the library', (strategy) => {
    const map = ShardMap.of(strategy, 5);
    expect(parseShardMap(map.toText())).toMatchObject({ strategy, shards: 5, version: map.version });
  });

  test.each([
    '',
    'null',
    '{"strategy":"random","version":1,"shards":2}',
    '{"strategy":"hash","version":1,"shards":0}',
    '{"strategy":"hash","version":1,"shards":1025}',
    '{"strategy":"hash","shards":2}',
    '{"strategy":"range","version":2,"shards":2}',
    '{"strategy":"range","version":2,"shards":2,"size":0}',
    '{"strategy":"range","version":2,"shards":2,"ranges":[{"from":0,"to":9,"shard":2}]}',
    '{"strategy":"range","version":2,"shards":2,"ranges":[{"from":0,"to":9,"shard":0},{"from":8,"to":20,"shard":1}]}',
  ])('is refused by a map that makes no sense: %s', (text) => {
    expect(() => parseShardMap(text)).toThrow("the shard map can't be read");
  });
});

describe('open shards', () => {
  const place = (writer: string): ShardPlace => ({ writer });
  /** What a shard's database is to those who hold it. */
  interface FakeDatabase extends Database {
    close: jest.Mock;
  }

  const database = (writer: string): FakeDatabase =>
    ({ place: writer, close: jest.fn(async () => Promise.resolve()) }) as unknown as FakeDatabase;

  test('are few, whatever the number of shards: the one not needed for longest makes room', async () => {
    const find = jest.fn(async (shard: number) => Promise.resolve(place(`at-${shard}`)));
    const opened = new Map<number, ReturnType<typeof database>>();
    const open = async (shard: number, { writer }: ShardPlace): Promise<Database> => {
      opened.set(shard, database(writer));
      return Promise.resolve(opened.get(shard) as Database);
    };
    const shards = new Shards({ find, open, mostOpen: 3 });
    for (const shard of [0, 1, 2, 0, 3]) await shards.use(shard, async () => Promise.resolve());
    expect(find).toHaveBeenCalledTimes(4);
    expect(shards.openCount).toBe(3);
    expect([...opened].map(([shard, { close }]) => [shard, close.mock.calls.length])).toEqual([
      [0, 0],
      [1, 1],
      [2, 0],
      [3, 0],
    ]);
    for (let shard = 4; shard < 1_000; shard += 1) await shards.use(shard, async () => Promise.resolve());
    expect(shards.openCount).toBe(3);
    expect((await shards.sample(2)).map(({ shard }) => shard)).toEqual([998, 999]);
  });

  test('are looked for again when they can’t be connected, and not all the time', async () => {
    jest.useFakeTimers();
    let where = 'old';
    const find = jest.fn(async () => Promise.resolve(place(where)));
    const made: ReturnType<typeof database>[] = [];
    const open = async (_: number, { writer }: ShardPlace): Promise<Database> => {
      made.push(database(writer));
      return Promise.resolve(made.at(-1) as Database);
    };
    const shards = new Shards({ find, open });
    const work = async (one: Database): Promise<string> => {
      const at = (one as unknown as { place: string }).place;
      return at === where ? Promise.resolve(at) : Promise.reject(new Unavailable('it', 'gone'));
    };
    expect(await shards.use(0, work)).toBe('old');
    where = 'new';
    await expect(shards.use(0, work)).rejects.toThrow('gone');
    expect(find).toHaveBeenCalledTimes(1);
    jest.advanceTimersByTime(5_000);
    expect(await Promise.all([shards.use(0, work), shards.use(0, work)].map(async (one) => one.catch(() => 'failed')))).toContain('new');
    expect(find).toHaveBeenCalledTimes(3);
    expect(made.map(({ close }) => close.mock.calls.length)).toEqual([1, 0]);
    await expect(shards.use(0, async () => Promise.reject(new Error('ours')))).rejects.toThrow('ours');
  });

  test('that can’t be opened are tried again after a second', async () => {
    const find = jest.fn(async () => Promise.reject(new Unavailable('shard 0', 'not there yet')));
    const shards = new Shards({ find, open: async () => Promise.resolve(database('')) });
    for (let n = 0; n < 3; n += 1) await expect(shards.use(0, async () => Promise.resolve())).rejects.toThrow('not there yet');
    expect(find).toHaveBeenCalledTimes(1);
    await eventually(() => shards.openCount === 0);
  });
});

describe('turns', () => {
  test('go round, and pass by what is full or doesn’t answer', async () => {
    const turns = new Turns(['a', 'b', 'full', 'down']);
    const tried: string[] = [];
    const taken: string[] = [];
    for (let n = 0; n < 12; n += 1) {
      taken.push(
        await turns.take(async (one) => {
          tried.push(one);
          if (one === 'full') throw new Full();
          if (one === 'down') throw new Unavailable(one, 'no answer');
          return Promise.resolve(one);
        }),
      );
    }
    expect(taken.filter((one) => one === 'a').length).toBeGreaterThanOrEqual(3);
    expect(taken.filter((one) => one === 'b').length).toBeGreaterThanOrEqual(3);
    expect(tried.filter((one) => one === 'full' || one === 'down')).toHaveLength(2);
  });

  test('end with the reason: no room only where all are full', async () => {
    const full = async (): Promise<never> => Promise.reject(new Full());
    await expect(new Turns([1, 2]).take(full)).rejects.toMatchObject({ status: 507 });
    const one = async (n: number): Promise<never> => Promise.reject(n === 1 ? new Full() : new Unavailable('2', 'down'));
    await expect(new Turns([1, 2]).take(one)).rejects.toThrow('2 is not available');
    const broken = async (): Promise<never> => Promise.reject(new Error('broken'));
    await expect(new Turns([1, 2]).take(broken)).rejects.toThrow('broken');
  });
});
