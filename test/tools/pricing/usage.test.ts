import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Level, parseUsage, scaled, usageOf, peakOf } from '../../../tools/pricing/usage';

const literal = (each: number): string => each.toFixed(7).replace(/\.?0+$/, '');

const LEVELS: Level[] = ['small', 'medium', 'large'];

function file(content: unknown): string {
  const path = join(mkdtempSync(join(tmpdir(), 'usage-')), 'ours.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

test('a stage begins where the one before ends', () => {
  for (const stage of [2, 3, 4, 5]) expect(usageOf(stage, 'small').users).toBe(usageOf(stage - 1, 'large').users);
  for (const stage of [1, 2, 3, 4, 5, 6]) {
    const [small, medium, large] = LEVELS.map((level) => usageOf(stage, level));
    for (const key of ['users', 'gbOut', 'fleetLoad', 'databaseUnits'] as const) {
      expect(small[key]).toBeLessThan(medium[key]);
      expect(medium[key]).toBeLessThan(large[key]);
    }
  }
});

test('a million users are what the texts say: 10 TB kept, 5 TB out, 100,000 jobs a day', () => {
  expect(usageOf(5)).toMatchObject({ users: 1e6, storageGb: 10_000, gbOut: 5000, jobs: 3e6 });
});

test('a file scales with its users and overrides what it names', () => {
  expect(parseUsage(file({ users: 20_000, gbOut: 900 }), 3)).toEqual({
    ...usageOf(3),
    ...scaled(usageOf(3), 0.4),
    gbOut: 900,
    fleetLoad: 0.4,
  });
});

test.each([
  [{ user: 5 }, /user in .*ours\.json is not a usage: did you mean users; allowed are requests, /],
  [{ storageGB: 5 }, /did you mean storageGb/],
  [{ gbout: 5 }, /did you mean gbOut/],
  [{ users: -1 }, /users=-1 in .* is not possible: a number from 0 is needed, as "users": 250000/],
  [{ users: '5' }, /users="5" in /],
  [{ cacheHitShare: 80 }, /cacheHitShare=80 in .* a share from 0 to 1 is needed/],
  [[], /holds no usage: write \{"users": 20000\}/],
  ['{', /is not JSON/],
])('%j is refused in one line', (content, message) => {
  expect(() => parseUsage(file(content), 4)).toThrow(message);
});

test('an unknown level is refused', () => {
  expect(() => parseUsage('big', 4)).toThrow(
    '--usage big is not possible: allowed are small, medium, large and a JSON file; type --usage medium',
  );
  expect(() => parseUsage('toString', 4)).toThrow(/not possible/);
  expect(() => parseUsage('./none.json', 4)).toThrow(/does not exist/);
});

test('more of everything, but no share above 1', () => {
  const twice = scaled(usageOf(4, 'large'), 2);
  expect(twice).toMatchObject({ users: 1e6, fleetLoad: 1, cacheHitShare: 0.8, jobSeconds: 5 });
});

test('docs/cost.md says the same', () => {
  const rows = readFileSync(join(__dirname, '../../../docs/cost.md'), 'utf8')
    .split('\n')
    .map((line: string) => line.split('|').map((cell) => cell.trim()));
  for (const stage of [1, 2, 3, 4, 5, 6]) {
    const users: string[] = LEVELS.map((level) => usageOf(stage, level).users.toLocaleString('en-US'));
    expect(rows).toContainEqual(['', String(stage), ...users, '']);
  }
  const cells = rows.flat();
  const one = scaled(usageOf(5), 1e-6) as unknown as Record<string, number>;
  for (const [key, each] of Object.entries(one)) {
    if (['users', 'cacheHitShare', 'jobSeconds', 'cacheGb', 'fleetLoad'].includes(key)) continue;
    expect([key, cells[cells.indexOf(`\`${key}\``) + 1]]).toEqual([key, literal(each)]);
  }
});

test('a million users a month are 1,900 at a time, 190 requests and 38 writes a second at the peak', () => {
  const { people, requests, writes } = peakOf(usageOf(5));
  expect(requests).toBeCloseTo((5 * 100 * 1e6) / (730 * 3600), 6);
  expect([people, requests, writes].map((one) => Number(one.toPrecision(2)))).toEqual([1_900, 190, 38]);
});
