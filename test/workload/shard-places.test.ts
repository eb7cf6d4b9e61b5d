import { GetParameterCommand, GetParametersByPathCommand, type SSMClient } from '@aws-sdk/client-ssm';
import type { Database } from '../../workload/data/database';
import { ShardPlaces } from '../../workload/shards/shard-places';
import { Shards } from '../../workload/shards/shards';

/** Time that passes when everybody waits. */
class Clock {
  public now = 0;
  private readonly waiting: { readonly at: number; readonly wake: () => void }[] = [];

  public wait = async (milliseconds: number): Promise<void> =>
    new Promise((wake) => {
      this.waiting.push({ at: this.now + milliseconds, wake });
    });

  /** Lets time pass until nobody waits any more. */
  public async run(): Promise<void> {
    for (;;) {
      await new Promise(setImmediate);
      const next = this.waiting.sort((a, b) => a.at - b.at).shift();
      if (!next) return;
      this.now = next.at;
      next.wake();
    }
  }
}

/** Parameter Store of an account: 40 answers a second, of which a second's worth may come at once; the others are refused. */
class ParameterStore {
  public answers = 0;
  public refusals = 0;
  private tokens = 40;
  private filledAt = 0;

  public constructor(
    private readonly clock: Clock,
    private readonly shards: number,
    private readonly broken: readonly number[] = [],
  ) {}

  public get client(): SSMClient {
    return { send: async (command: unknown) => this.answer(command) } as unknown as SSMClient;
  }

  private async answer(command: unknown): Promise<unknown> {
    await this.clock.wait(10);
    this.tokens = Math.min(40, this.tokens + ((this.clock.now - this.filledAt) * 40) / 1_000);
    this.filledAt = this.clock.now;
    if (this.tokens < 1) {
      this.refusals += 1;
      throw new Error('ThrottlingException: Rate exceeded');
    }
    this.tokens -= 1;
    this.answers += 1;
    if (command instanceof GetParameterCommand) return { Parameter: { Value: this.value(Number(command.input.Name?.split('/').at(-1))) } };
    if (!(command instanceof GetParametersByPathCommand)) throw new Error('this is not asked');
    const from = Number(command.input.NextToken ?? 0);
    const numbers = Array.from({ length: Math.min(10, this.shards - from) }, (_, index) => from + index);
    const Parameters = numbers.map((shard) => ({ Name: `/webapp/shards/${shard}`, Value: this.value(shard) }));
    return { Parameters, ...(from + 10 < this.shards && { NextToken: String(from + 10) }) };
  }

  private value(shard: number): string {
    return this.broken.includes(shard) ? 'nonsense' : JSON.stringify({ writer: `at-${shard}` });
  }
}

const database = (place: string): Database => ({ place, close: async () => Promise.resolve() }) as unknown as Database;

beforeEach(() => jest.spyOn(process.stdout, 'write').mockReturnValue(true));
afterEach(() => jest.restoreAllMocks());

test.each([
  [18, 400, 2],
  [128, 400, 13],
  [1_024, 100, 103],
])(
  '%i shards at %i requests a second: each of twenty processes reads the map once, and no request asks or fails',
  async (count, rate, pages) => {
    const clock = new Clock();
    const store = new ParameterStore(clock, count);
    const processes = await started(clock, store, 20);
    expect(store.answers).toBe(20 * pages);
    const readAfter = clock.now;
    let [seed, failed, opened] = [42, 0, 0];
    const [shards] = processes.map((places) => {
      const open = async (_: number, { writer }: { writer: string }): Promise<Database> => {
        opened += 1;
        return Promise.resolve(database(writer));
      };
      return new Shards({ find: async (shard, anew) => (anew ? places.ask(shard) : places.find(shard)), open });
    });
    for (let request = 0; request < 10 * rate; request += 1) {
      seed = (seed * 48_271) % 2_147_483_647;
      await shards.use(seed % count, async () => Promise.resolve()).catch(() => (failed += 1));
    }
    expect([failed, store.answers]).toEqual([0, 20 * pages]);
    if (count <= 256) expect(opened).toBeLessThanOrEqual(count);
    console.log(
      `${count} shards: ${20 * pages} questions of 20 processes were answered within ${Math.round(readAfter / 1_000)} s, ${store.refusals} refused and asked again; then ${opened} logins for ${10 * rate} requests`,
    );
  },
);

/** Processes that start at once, as after a deploy. */
async function started(clock: Clock, store: ParameterStore, count: number): Promise<ShardPlaces[]> {
  const places = Array.from({ length: count }, () => new ShardPlaces(store.client, 'webapp', clock.wait));
  const patient = async (one: ShardPlaces): Promise<void> => {
    // As a server does: it connects again until it can.
    for (;;) {
      try {
        await one.read();
        return;
      } catch {
        await clock.wait(1_000);
      }
    }
  };
  const all = Promise.all(places.map(patient));
  await clock.run();
  await all;
  return places;
}

test('a shard that came later is asked for by itself; one whose parameter makes no sense is told to who asks for it', async () => {
  const clock = new Clock();
  const store = new ParameterStore(clock, 20, [7]);
  const [places] = await started(clock, store, 1);
  const found = Promise.all([places.find(3), places.find(25), places.find(7).catch((error: unknown) => String(error))]);
  await clock.run();
  expect(await found).toEqual([
    { writer: 'at-3' },
    { writer: 'at-25' },
    expect.stringContaining("shard 7 is not available: where it is can't be read: the parameter is not JSON with a writer"),
  ]);
  expect(store.answers).toBe(2 + 2);
  await places.find(25);
  expect(store.answers).toBe(4);
});
