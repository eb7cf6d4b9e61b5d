import * as fc from 'fast-check';
import { aYearOn, type Need, parseNeed, usageFor } from '../../../tools/cost/fit/need';
import { propose } from '../../../tools/cost/fit/propose';
import { capacityFor } from '../../../tools/pricing/capacity';
import { peakOf } from '../../../tools/pricing/usage';
import { stacksOf } from '../pricing/stacks';

const keysOf = (stage: number, need: Need, clusters = 4): Record<string, string> =>
  Object.fromEntries(propose(stage, aYearOn(need), clusters).map(({ key, value }) => [key, value]));

test('the month of a need has the need as its peak', () => {
  const need = parseNeed('requests=200,writes=15,reads=90,data=40');
  const peak = peakOf(usageFor(need, 4));
  expect([peak.requests, peak.writes, peak.reads]).toEqual([200, 15, 90].map((rate) => expect.closeTo(rate, 6) as number));
  expect(usageFor(need, 4).databaseGb).toBe(40);
});

test.each([
  [1, 'requests=5,data=10'],
  [2, 'requests=80,writes=40,data=200'],
  [3, 'requests=900,writes=60,workingSet=30,data=400,growth=3'],
  [4, 'requests=4000,writes=200,workingSet=20,data=300'],
  [5, 'requests=6000,writes=3000,workingSet=100,data=900,growth=1.5'],
  [6, 'requests=3000,writes=900,data=500'],
])('stage %i with the sizes for %s bears it a year on, and not ten times of it', (stage, text) => {
  const need = parseNeed(text);
  const { times } = capacityFor(stacksOf(stage, keysOf(stage, need)), usageFor(aYearOn(need), stage))!;
  expect(times).toBeGreaterThanOrEqual(0.999);
  expect(times).toBeLessThan(10);
});

test('by hand: 1,000 requests a second behind a CDN, a year that doubles them', () => {
  // 400 pages a second miss the CDN: four vCPUs at all, seven with two fifths free, three servers of two and a half; one more may be lost.
  expect(keysOf(4, parseNeed('requests=1000,writes=100,workingSet=8,data=100'))).toEqual({
    ...{ size: 'm7g.large', fleet: '2-5', cacheNode: 'r6g.large' },
    ...{ databaseClass: 'r6g.xlarge', storage: '260', replicas: '0' },
  });
});

test('no size is fuller than its headroom allows, and more is never proposed less', () => {
  const need = fc.record({
    requests: fc.integer({ min: 1, max: 1900 }),
    writes: fc.integer({ min: 1, max: 500 }),
    reads: fc.integer({ min: 1, max: 2000 }),
    workingSet: fc.integer({ min: 1, max: 60 }),
    data: fc.integer({ min: 1, max: 2000 }),
    growth: fc.constant(1),
  });
  fc.assert(
    fc.property(need, fc.integer({ min: 2, max: 5 }), (some, stage) => {
      for (const { key, used } of propose(stage, some, 4)) {
        expect(used).toBeGreaterThanOrEqual(0);
        expect([key, used <= (['storage', 'disk', 'cacheNode'].includes(key) ? 1 : 0.7001)]).toEqual([key, true]);
      }
    }),
    { numRuns: 300 },
  );
});

test.each([
  ['writes=5', '--fit writes=5 says no requests a second at the peak'],
  ['requests=5,speed=3', 'speed in --fit requests=5,speed=3 is not known: allowed are requests, writes, reads, workingSet, data, growth'],
  ['requests=many', 'requests=many in --fit requests=many is not possible: a number above 0 and up to 1,000,000 is needed'],
  ['requests=0', 'requests=0 in --fit requests=0 is not possible'],
])('--fit %s is refused in one line', (text, line) => {
  expect(() => parseNeed(text)).toThrow(line);
});

test('what no size bears is refused, with the stage that does', () => {
  expect(() => keysOf(2, parseNeed('requests=90000'))).toThrow(
    /^the largest single server, m7g.8xlarge, is too small .*; type npx stagecraft cost 4$/,
  );
  expect(() => keysOf(4, parseNeed('requests=100,writes=20000'))).toThrow(
    /^the largest class here, r6g.16xlarge, .*; type npx stagecraft cost 5$/,
  );
  expect(() => keysOf(5, parseNeed('requests=100,writes=200000'))).toThrow(
    /capacity units in each of 4 clusters, and Aurora has 256: type -c shards=\d+$/,
  );
});
