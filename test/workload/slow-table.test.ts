import { Unavailable } from '../../workload/timing';
import { TableShares } from '../../workload/data/table-shares';
import { describeWithServers } from '../support/servers';
import { Browser } from './application';
import { type Single, startSingle } from './single';

describe('statements on one table', () => {
  const sql = 'SELECT 1 FROM slow';
  /** Statements under way, each with what ends it. */
  const started = (shares: TableShares, count: number): { ends: (() => void)[]; done: Promise<PromiseSettledResult<void>[]> } => {
    const ends: (() => void)[] = [];
    const run = async (): Promise<void> => new Promise<void>((resolve) => ends.push(resolve));
    return { ends, done: Promise.allSettled(Array.from({ length: count }, async () => shares.use(sql, run))) };
  };

  test('have their share and no more; others have theirs at once', async () => {
    const shares = new TableShares('database', 2, 60_000);
    const { ends, done } = started(shares, 5);
    await new Promise(setImmediate);
    expect(ends).toHaveLength(2);
    expect(await shares.use('SELECT 1 FROM quick', async () => Promise.resolve('quick'))).toBe('quick');
    while (ends.length > 0) {
      ends.pop()?.();
      await new Promise(setImmediate);
    }
    expect((await done).map(({ status }) => status)).toEqual(Array(5).fill('fulfilled'));
  });

  test('are refused at once after one has waited in vain, until one has ended', async () => {
    const shares = new TableShares('database', 1, 20);
    const { ends } = started(shares, 1);
    await expect(shares.use(sql, async () => Promise.resolve())).rejects.toThrow(Unavailable);
    await expect(shares.use(sql, async () => Promise.resolve())).rejects.toThrow('slow have all connections');
    ends[0]();
    await new Promise(setImmediate);
    expect(await shares.use(sql, async () => Promise.resolve('again'))).toBe('again');
  });
});

describeWithServers(['postgres', 'moto'], 'a table that is locked', (servers) => {
  let single: Single;

  beforeAll(async () => {
    single = await startSingle(servers);
  });

  test('takes no page that does not need it, however many visitors want it', async () => {
    const { postgres, application } = single;
    const browser = (): Browser => new Browser(application.url);
    const person = await browser().addUser('Ada');
    const blocker = await postgres.connect();
    await blocker.query('BEGIN; LOCK TABLE products IN ACCESS EXCLUSIVE MODE');
    let locked = true;
    const refused: number[] = [];
    // Marked as authors, so that each asks the database.
    const crowd = Promise.all(
      Array.from({ length: 40 }, async (_, n) => {
        const headers = { cookie: 'wrote=1', 'x-forwarded-for': `203.0.113.${n}` };
        while (locked) refused.push((await browser().get('/products', headers)).status);
      }),
    );
    while (refused.length === 0) await new Promise((resolve) => setTimeout(resolve, 100));
    const statuses: number[] = [];
    for (let round = 0; round < 10; round += 1) {
      for (const path of ['/users', person, '/orders']) {
        statuses.push((await browser().get(path, { cookie: 'wrote=1' })).status);
      }
    }
    expect(statuses).toEqual(Array(30).fill(200));
    expect(new Set(refused)).toEqual(new Set([503]));
    locked = false;
    await blocker.query('ROLLBACK');
    await blocker.end();
    await crowd;
    expect((await browser().get('/products', { cookie: 'wrote=1' })).status).toBe(200);
  });
});
