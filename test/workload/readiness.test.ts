import type { Health, PartKind } from '../../workload/health';
import { Readiness } from '../../workload/readiness';

const part = (kind: PartKind, ok: boolean, standsFor?: PartKind): Health => {
  const required = !['reader', 'cache', 'shard'].includes(kind);
  return { kind, place: kind, required, ok, ms: 1, detail: '', ...(standsFor && { standsFor }) };
};
const writerAway = [part('orders', false), part('reader', true, 'orders'), part('sessions', true), part('cache', false)];
const ordersAway = [part('orders', false), part('reader', false, 'orders'), part('reader', true, 'products'), part('products', true)];
const well = [part('orders', true), part('reader', false, 'orders'), part('sessions', true)];

test('in one region every part that is required has to answer', () => {
  const readiness = new Readiness();
  expect(readiness.of(well, false)).toBe(true);
  expect(readiness.of(writerAway, false)).toBe(false);
});

test('with other regions a writer whose data can be read here is no reason to leave, however long it is away', () => {
  let now = 0;
  const readiness = new Readiness(() => now);
  for (now = 0; now < 3_600_000; now += 10_000) expect(readiness.of(writerAway, true)).toBe(true);
});

test.each([
  ['a database without a reader', ordersAway],
  ['the session store', [...well, part('sessions', false)]],
  ['uploads', [...well, part('uploads', false)]],
])('with other regions %s may be away for a minute, and then visitors are sent elsewhere until it is back', (_, away) => {
  let now = 0;
  const readiness = new Readiness(() => now);
  const at = (seconds: number, health: readonly Health[]): boolean => {
    now = seconds * 1_000;
    return readiness.of(health, true);
  };
  expect([at(0, well), at(10, away), at(69, away), at(70, away), at(500, away)]).toEqual([true, true, true, false, false]);
  expect([at(510, well), at(520, away), at(579, away), at(580, away)]).toEqual([true, true, true, false]);
});
