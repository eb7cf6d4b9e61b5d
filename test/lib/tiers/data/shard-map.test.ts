import * as fc from 'fast-check';
import { ShardMap, type ShardRange, ShardStrategy } from '../../../../lib';
import { jumpHash } from '../../../../lib/tiers/data/jump-hash';

test('range is the default story: the first million users on shard 0, the second on shard 1', () => {
  const map = ShardMap.range(2);
  expect(['0', '999999', '1000000', '1999999'].map((id) => map.shardOf(id))).toEqual([0, 0, 1, 1]);
  expect(() => map.shardOf('2000000')).toThrow('id 2000000 is on no shard of this range map');
  expect(JSON.parse(map.toText())).toEqual({ strategy: 'range', version: 2, shards: 2, size: 1_000_000 });
});

const ranges: ShardRange[] = [
  { from: 0, to: 10, shard: 0 },
  { from: 10, to: 20, shard: 1 },
  { from: 20, to: 25, shard: 0 },
];

test("ranges of one's own may come in any order and put several on one shard", () => {
  const map = ShardMap.ofRanges(2, [ranges[2], ranges[0], ranges[1]]);
  expect(['0', '10', '24'].map((id) => map.shardOf(id))).toEqual([0, 1, 0]);
  expect(JSON.parse(map.toText())).toMatchObject({ strategy: 'range', shards: 2, ranges });
});

test.each<[string, number, ShardRange[], string]>([
  ['a gap', 2, [ranges[0], ranges[2]], 'range 20 to 25 leaves a gap: ids from 10 on have no shard'],
  ['a late start', 2, [ranges[1]], 'range 10 to 20 leaves a gap: ids from 0 on have no shard'],
  ['an overlap', 2, [ranges[0], { from: 5, to: 20, shard: 1 }], 'range 5 to 20 overlaps the one before it, which ends at 10'],
  ['an unknown shard', 1, ranges, 'range 10 to 20 is on shard 1, which does not exist: allowed are 0 to 0'],
  ['an empty range', 1, [{ from: 3, to: 3, shard: 0 }], 'range 3 to 3 is empty or not of whole numbers'],
  ['no range', 1, [], 'a shard map needs ranges: give at least one, from 0'],
])('%s is refused', (_, shards, impossible, line) => {
  expect(() => ShardMap.ofRanges(shards, impossible)).toThrow(line);
});

test.each([0, 1025, 2.5, -1])('%p shards are refused', (shards) => {
  expect(() => ShardMap.hash(shards)).toThrow(`shards ${shards} is not possible: allowed are 1 to 1024`);
});

test('shrinking is refused: the data of a shard that goes would be lost', () => {
  expect(() => ShardMap.range(4).grownTo(3)).toThrow(/^shards 3 is less than 4: a map only grows/);
});

test('growing keeps every range and raises the version', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 200 }), (now, more) => {
      const [before, after] = [ShardMap.range(now), ShardMap.range(now).grownTo(now + more)];
      expect(after.ranges.slice(0, now)).toEqual(before.ranges);
      expect(after.version).toBeGreaterThan(before.version);
    }),
    { numRuns: 50 },
  );
});

test('a hash grows from N to M shards by moving only what the new shards take, about (M-N)/M of the keys', () => {
  const keys = Array.from({ length: 20_000 }, (_, index) => String(7_000_000_000 + index * 31));
  for (const [from, to] of [
    [2, 3],
    [4, 8],
    [16, 17],
  ] as const) {
    const moved = keys.filter((key) => jumpHash(key, from) !== jumpHash(key, to));
    expect(moved.every((key) => jumpHash(key, to) >= from)).toBe(true);
    expect(moved.length / keys.length).toBeCloseTo((to - from) / to, 1);
  }
});

test('a hash spreads evenly', () => {
  const counts = new Array<number>(8).fill(0);
  for (let id = 0; id < 80_000; id++) counts[ShardMap.hash(8).shardOf(String(id))]++;
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(600);
});

test('a directory is data: code that asks it for a shard is told so', () => {
  expect(ShardMap.directory(3).strategy).toBe(ShardStrategy.DIRECTORY);
  expect(() => ShardMap.directory(3).shardOf('1')).toThrow('id 1 is on no shard of this directory map');
});

test('the widest map fits into a parameter of 4 KB', () => {
  for (const strategy of Object.values(ShardStrategy)) expect(ShardMap.of(strategy, 1024).toText().length).toBeLessThan(4096);
  expect(() =>
    ShardMap.ofRanges(
      1024,
      Array.from({ length: 1024 }, (_, shard) => ({ from: shard * 10, to: shard * 10 + 10, shard })),
    ),
  ).toThrow(/^1024 ranges take \d+ characters, a parameter holds 4096/);
});
