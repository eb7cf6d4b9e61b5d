import { Database } from '../../workload/data/database';
import { DatabaseServer } from '../../workload/data/database-server';
import { createSchema, ORDERS, WORKERS_OF_ONE } from '../../workload/data/schema';
import { SYSTEM_CLOCK } from '../../workload/ids/clock';
import { WAIT_MS } from '../../workload/ids/id-maker';
import { Ids } from '../../workload/ids/ids';
import { partsOf } from '../../workload/ids/k-sortable';
import { WorkerLeases } from '../../workload/ids/worker-leases';
import type { Postgres } from '../../tools/servers/postgres';
import { eventually } from '../../tools/servers/processes';
import { describeWithServers } from '../support/servers';

const LEASE_MS = 600;
const MARGIN_MS = 300;

describeWithServers(['postgres'], 'leases of worker numbers', (servers) => {
  let postgres: Postgres;
  /** As many servers as can be, each with connections of its own. */
  let databases: Database[];

  beforeAll(async () => {
    postgres = await servers.postgres('postgres');
    databases = await Promise.all(
      Array.from({ length: 3 }, async () => new Database(await DatabaseServer.at(postgres.endpoint, 'app'), [])),
    );
    for (const database of databases) servers.stoppedAtEnd({ stop: async () => database.close() });
  });

  beforeEach(async () => {
    jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    await postgres.sql('DROP TABLE IF EXISTS worker_lease');
    await createSchema(databases[0].writer, [...ORDERS, ...WORKERS_OF_ONE]);
  });

  afterEach(() => jest.restoreAllMocks());

  const leases = (index = 0, leaseMs = LEASE_MS): WorkerLeases => new WorkerLeases(databases[index], leaseMs, MARGIN_MS);
  const onlyOne = async (): Promise<unknown> => postgres.sql('DELETE FROM worker_lease WHERE worker > 0');

  test('are never held by two, however many ask at once', async () => {
    const taken = await Promise.all(Array.from({ length: 120 }, async (_, n) => leases(n % 3, 60_000).take(Date.now())));
    expect(new Set(taken.map(({ worker }) => worker)).size).toBe(120);
    expect(taken.every(({ worker }) => worker < 256)).toBe(true);
  });

  test('end some time after the last renewal, and the next holder begins behind all that the last one could make', async () => {
    await onlyOne();
    const first = await leases().take(Date.now());
    await expect(leases(1).take(Date.now())).rejects.toThrow('all worker numbers are leased');
    const renewed = await leases().renew(first, Date.now());
    expect(renewed?.until).toBeGreaterThanOrEqual(first.until);
    const start = Date.now();
    const second = await eventually(async () => leases(1).take(Date.now()));
    expect(Date.now() - start).toBeGreaterThan(LEASE_MS + MARGIN_MS - 100);
    expect(second.worker).toBe(first.worker);
    expect(second.from).toBeGreaterThan(renewed?.until ?? Infinity);
    expect(await leases().renew(first, Date.now())).toBeUndefined();
    await leases().release(first, 0);
    expect(await leases(1).renew(second, Date.now())).toMatchObject({ token: second.token, worker: second.worker });
  });

  test('are not given to a server whose clock is far behind that of the last holder', async () => {
    await onlyOne();
    const ahead = Date.now() + 10 * WAIT_MS;
    const first = await leases().take(ahead);
    await leases().release(first, ahead);
    await new Promise((resolve) => setTimeout(resolve, MARGIN_MS + 50));
    await expect(leases(1).take(Date.now())).rejects.toThrow('all worker numbers are leased');
    const second = await leases(1).take(ahead - WAIT_MS / 2);
    expect(second.from).toBe(ahead + 1);
  });

  test('are renewed as long as ids may be wanted, and given back at the end', async () => {
    await onlyOne();
    const ids = new Ids(leases());
    const made = [await ids.next()];
    const end = Date.now() + 2 * (LEASE_MS + MARGIN_MS);
    while (Date.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      made.push(await ids.next());
    }
    await expect(leases(1).take(Date.now())).rejects.toThrow('all worker numbers are leased');
    await ids.close();
    await expect(ids.next()).rejects.toThrow();
    const lastTime = partsOf(BigInt(made.at(-1) ?? 0)).time;
    expect(await postgres.sql('SELECT ids_until FROM worker_lease')).toEqual([{ ids_until: String(lastTime) }]);
    expect((await eventually(async () => leases(1).take(Date.now()))).from).toBeGreaterThan(lastTime);
    expect([...made].sort()).toEqual(made);
  });

  test('are left to others by a server that slept through the end of its lease, and it takes another', async () => {
    let slept = 0;
    const ids = new Ids(leases(), { ...SYSTEM_CLOCK, monotonic: () => performance.now() + slept });
    const before = partsOf(BigInt(await ids.next()));
    slept = LEASE_MS;
    const after = partsOf(BigInt(await ids.next()));
    expect(after.worker).not.toBe(before.worker);
    await ids.close();
  });

  test('are changed when the clock is set, forwards or backwards: ids go on at once, and none is made twice', async () => {
    let moved = 0;
    const ids = new Ids(leases(0, 60_000), { ...SYSTEM_CLOCK, now: () => Date.now() + moved });
    const made: string[] = [];
    const seconds = 1_000;
    for (const by of [0, -300, -5 * seconds, 3_600 * seconds, -3_600 * seconds, 0, -7_200 * seconds]) {
      moved += by;
      for (let count = 0; count < 50; count += 1) made.push(await ids.next());
    }
    expect(new Set(made).size).toBe(350);
    await ids.close();
  });

  test('make unique ids on several servers at once', async () => {
    const all = databases.map((_, index) => new Ids(leases(index, 60_000)));
    const made = await Promise.all(all.map(async (ids) => Promise.all(Array.from({ length: 20_000 }, async () => ids.next()))));
    expect(new Set(made.flat()).size).toBe(60_000);
    expect(new Set(made.flat().map((id) => partsOf(BigInt(id)).worker)).size).toBe(3);
    await Promise.all(all.map(async (ids) => ids.close()));
  });
});
