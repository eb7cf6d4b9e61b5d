import fc from 'fast-check';
import { SYSTEM_CLOCK, type Clock } from '../../workload/ids/clock';
import { IdMaker, WAIT_MS } from '../../workload/ids/id-maker';
import { EPOCH, idOf, LAST_TIME, partsOf } from '../../workload/ids/k-sortable';

const FOREVER = { from: EPOCH, until: LAST_TIME, deadline: Infinity };

/** A clock that goes only when it is waited for, or set. */
class FakeClock implements Clock {
  public monotonicTime = 0;

  public constructor(public time: number) {}

  public now(): number {
    return this.time;
  }

  public monotonic(): number {
    return this.monotonicTime;
  }

  public async pause(milliseconds: number): Promise<void> {
    this.time += milliseconds;
    return Promise.resolve();
  }
}

const isIncreasing = (ids: readonly bigint[]): boolean => ids.every((id, index) => index === 0 || id > ids[index - 1]);

describe('k-sortable ids', () => {
  test('are positive 64-bit numbers in the order of time, worker and sequence, and say what they are made of', () => {
    const parts = fc.record({
      time: fc.integer({ min: EPOCH + 1, max: LAST_TIME }),
      worker: fc.integer({ min: 0, max: 1023 }),
      sequence: fc.integer({ min: 0, max: 4095 }),
    });
    fc.assert(
      fc.property(parts, parts, (one, other) => {
        expect(partsOf(idOf(one))).toEqual(one);
        expect(idOf(one) > 0n && idOf(one) < 2n ** 63n).toBe(true);
        const order = one.time - other.time || one.worker - other.worker || one.sequence - other.sequence;
        expect(Math.sign(Number(idOf(one) - idOf(other)))).toBe(Math.sign(order));
      }),
    );
    expect(() => idOf({ time: EPOCH - 1, worker: 0, sequence: 0 })).toThrow('no id can hold');
    expect(() => idOf({ time: LAST_TIME + 1, worker: 0, sequence: 0 })).toThrow('no id can hold');
  });

  test('are unique and in order: 100,000 of each of four workers at once', async () => {
    const makers = [0, 1, 512, 1023].map((worker) => new IdMaker({ ...FOREVER, worker }, SYSTEM_CLOCK));
    const start = Date.now();
    const made = await Promise.all(
      makers.map(async (maker) => {
        const ids: bigint[] = [];
        while (ids.length < 100_000) ids.push(await maker.next());
        return ids;
      }),
    );
    expect(made.every(isIncreasing)).toBe(true);
    expect(new Set(made.flat()).size).toBe(400_000);
    const times = made.flat().map((id) => partsOf(id).time);
    expect(times.every((time) => time >= start && time <= Date.now())).toBe(true);
  });

  test('are unique for many who ask one maker at the same time', async () => {
    const maker = new IdMaker({ ...FOREVER, worker: 1 }, SYSTEM_CLOCK);
    const ids = await Promise.all(Array.from({ length: 20_000 }, async () => maker.next()));
    expect(new Set(ids).size).toBe(20_000);
  });

  test('wait for the next millisecond when one is used up', async () => {
    const clock = new FakeClock(EPOCH + 5);
    const maker = new IdMaker({ ...FOREVER, worker: 1 }, clock);
    const ids: bigint[] = [];
    while (ids.length < 4_097) ids.push(await maker.next());
    expect(partsOf(ids[4_095])).toEqual({ time: EPOCH + 5, worker: 1, sequence: 4_095 });
    expect(partsOf(ids[4_096])).toEqual({ time: EPOCH + 6, worker: 1, sequence: 0 });
  });

  test('never repeat and never go back, however the clock is set; only a clock far behind is refused', async () => {
    const steps = fc.array(fc.oneof(fc.integer({ min: -3 * WAIT_MS, max: 3 * WAIT_MS }), fc.integer({ min: -3, max: 3 })), {
      minLength: 1,
      maxLength: 200,
    });
    await fc.assert(
      fc.asyncProperty(steps, async (moves) => {
        const clock = new FakeClock(EPOCH + 10 ** 6);
        const maker = new IdMaker({ ...FOREVER, worker: 7 }, clock);
        const ids: bigint[] = [];
        for (const move of moves) {
          clock.time += move;
          const behind = maker.lastTime - clock.time;
          const id = await maker.next().catch((error: unknown) => String(error));
          if (typeof id === 'bigint') ids.push(id);
          expect(typeof id === 'bigint').toBe(behind <= WAIT_MS);
          if (typeof id === 'string') expect(id).toContain('the clock went back');
        }
        expect(isIncreasing(ids)).toBe(true);
      }),
    );
  });

  test('are not made outside of what the lease allows: by this clock and by the monotonic one', async () => {
    const clock = new FakeClock(EPOCH + 100);
    const maker = new IdMaker({ worker: 1, from: EPOCH + 150, until: EPOCH + 200, deadline: 1_000 }, clock);
    expect(partsOf(await maker.next()).time).toBeGreaterThanOrEqual(EPOCH + 150);
    clock.time = EPOCH + 201;
    await expect(maker.next()).rejects.toThrow('its lease has ended');
    maker.extend(EPOCH + 300, 1_000);
    expect(partsOf(await maker.next()).time).toBe(EPOCH + 201);
    clock.monotonicTime = 1_000;
    await expect(maker.next()).rejects.toThrow('its lease has ended');
    maker.extend(EPOCH + 300, 2_000);
    await maker.next();
    maker.end();
    maker.extend(EPOCH + 300, 3_000);
    await expect(maker.next()).rejects.toThrow('its lease has ended');
  });
});
