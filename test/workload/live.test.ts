import { Live } from '../../workload/live';
import type { Parts } from '../../workload/parts';

function fakeParts(): { parts: Parts; close: jest.Mock } {
  const close = jest.fn(async () => Promise.resolve());
  return { parts: { close } as unknown as Parts, close };
}

describe('live parts', () => {
  const [old, young] = [fakeParts(), fakeParts()];
  const live = new Live();

  test('are not there before the first', () => {
    expect(() => live.lease()).toThrow('has not been connected');
  });

  test('stay open for the requests that began with them', async () => {
    live.exchange(old.parts);
    await live.ready;
    const [one, another] = [live.lease(), live.lease()];
    live.exchange(young.parts);
    expect(live.lease().parts).toBe(young.parts);
    one.release();
    one.release();
    expect(old.close).not.toHaveBeenCalled();
    another.release();
    await new Promise(setImmediate);
    expect(old.close).toHaveBeenCalledTimes(1);
    expect(young.close).not.toHaveBeenCalled();
  });

  test('are closed in the end, however long a request takes', async () => {
    jest.useFakeTimers();
    const closed = live.close();
    await jest.advanceTimersByTimeAsync(29_000);
    expect(young.close).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1_000);
    await closed;
    expect(young.close).toHaveBeenCalledTimes(1);
    jest.useRealTimers();
  });
});
