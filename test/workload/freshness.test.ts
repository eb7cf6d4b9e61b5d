import type { DatabaseServer } from '../../workload/data/database-server';
import { Freshness, MOST_STALE_MS } from '../../workload/data/freshness';
import { Unavailable } from '../../workload/timing';

/** A server whose log is at some position, or that fails. */
class Log {
  public readonly endpoint = 'somewhere';
  public asked = 0;

  public constructor(public position: string | null | Error | Promise<never>) {}

  public async query(): Promise<unknown[]> {
    this.asked += 1;
    const { position } = this;
    if (position instanceof Error) throw position;
    return position instanceof Promise ? position : Promise.resolve([{ position }]);
  }
}

const as = (log: Log): DatabaseServer => log as unknown as DatabaseServer;

describe('which readers are fresh enough', () => {
  let now = 0;
  beforeEach(() => {
    jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    now = 0;
  });
  afterEach(() => jest.restoreAllMocks());

  const [writer, near, far] = ['0/500', '0/4F0', '0/100'].map((position) => new Log(position));
  const among = (...readers: Log[]): Freshness => new Freshness(as(writer), readers.map(as), () => now);
  /** Looks once a second, for so long. */
  const watch = async (freshness: Freshness, seconds: number): Promise<readonly DatabaseServer[]> => {
    for (let second = 0; second < seconds; second += 1) {
      now += 1_001;
      await freshness.fresh();
      await new Promise(setImmediate);
    }
    return freshness.fresh();
  };

  test('those that have what the writer had written five seconds ago', async () => {
    const freshness = among(near, far);
    writer.position = '0/400';
    expect(await watch(freshness, 1)).toEqual([as(near)]);
    writer.position = '0/500';
    // Nearly caught up is enough while it was so five seconds ago.
    expect(await watch(freshness, 4)).toEqual([as(near)]);
    near.position = '0/500';
    expect(await watch(freshness, 8)).toEqual([as(near)]);
    far.position = '1/0';
    expect(await watch(freshness, 2)).toEqual([near, far].map(as));
    writer.position = '0/900';
    near.position = '0/500';
    expect(await watch(freshness, 8)).toEqual([as(far)]);
  });

  test('one that hangs is passed by and not asked again; one that can’t tell is believed, and not asked again', async () => {
    const hanging = new Log(new Promise<never>(() => undefined));
    const aurora = new Log(null);
    writer.position = '0/500';
    const freshness = among(hanging, aurora);
    await watch(freshness, 1);
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect(await watch(freshness, 3)).toEqual([as(aurora)]);
    expect([hanging.asked, aurora.asked]).toEqual([1, 1]);
  });

  test('while the writer is away, what was known of it last decides; where nothing was ever known, all are believed', async () => {
    const reader = new Log('0/500');
    writer.position = '0/500';
    const freshness = among(reader);
    await watch(freshness, 8);
    writer.position = new Unavailable('the writer', 'gone');
    expect(await watch(freshness, 20)).toEqual([as(reader)]);
    expect(await watch(among(new Log('0/1')), 3)).toHaveLength(1);
  });

  test('after a pause the first read waits for a look, others in the second after don’t', async () => {
    const reader = new Log('0/500');
    writer.position = '0/500';
    const freshness = among(reader);
    await watch(freshness, 8);
    now += 60_000;
    reader.position = '0/100';
    writer.position = '0/900';
    expect(await freshness.fresh()).toEqual([]);
    const { asked } = reader;
    await freshness.fresh();
    expect(reader.asked).toBe(asked);
    expect(MOST_STALE_MS).toBeGreaterThan(1_000);
  });
});
