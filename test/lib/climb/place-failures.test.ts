import { ShardMap } from '../../../lib';
import {
  describePlacingQuickly,
  expectReadOnly,
  expectTidy,
  placeUnderLoad,
  reshardUnderLoad,
  type Work,
} from '../../support/climb/place-climb';
import { PlaceRunbook } from '../../support/climb/place-runbook';
import { STEPS } from '../../support/climb/replicating-runbook';
import type { Place, Scene } from '../../support/climb/place-scene';
import { Writers } from '../../support/climb/place-writers';

const MAP = ShardMap.hash(2);
const GROWN = ShardMap.hash(4);
const WORKS = "SELECT FROM pg_stat_activity WHERE application_name = 'stagecraft-place'";
/** What can be seen on a source in the midst of a step. */
const MIDST: Readonly<Record<string, string>> = {
  prepare: "SELECT FROM pg_replication_slots WHERE slot_name LIKE 'place%'",
  freeze: "SELECT FROM pg_db_role_setting WHERE 'default_transaction_read_only=on' = ANY (setconfig)",
  finish: 'SELECT WHERE NOT EXISTS (SELECT FROM pg_publication) OR NOT EXISTS (SELECT FROM pg_replication_slots)',
};

/** Kills some steps once, in its midst, and begins again from the first. The switch dies between its parameter and what comes after it. */
function killedAt(steps: readonly string[], scene: Scene, source: Place, map: ShardMap): Work {
  return async (runbook) => {
    for (const step of steps) {
      await expectRun(
        runbook,
        STEPS.slice(
          0,
          STEPS.findIndex((one) => one === step),
        ),
      );
      await runbook.step(step, async () =>
        step === 'switch' ? (await scene.map()) === map.toText() : (await scene.sql(source, MIDST[step] ?? WORKS)).length > 0,
      );
    }
    return runbook.run();
  };
}

/** The model of the reference application with other tables beside the orders, as the runbook reads it. */
function modelOf(orders: readonly string[], left: readonly string[] = ['worker_lease']): { MODEL: string } {
  const lines = [
    'sharded users bigint user users:id',
    'whole products products',
    `whole orders ${orders.join(' ')}`,
    `left ${left.join(' ')}`,
  ];
  return { MODEL: lines.join('\n') };
}

async function expectRun(runbook: PlaceRunbook, steps: readonly string[]): Promise<void> {
  expect(await runbook.run(steps)).not.toHaveProperty('failed');
}

describePlacingQuickly('the runbook that places users', 4, (scene) => {
  test('comes to the same end when it is killed at every step, and when the shards grow too', async () => {
    const { writers } = await placeUnderLoad(scene(), MAP, 1_000, killedAt(STEPS, scene(), 'core', MAP));
    await reshardUnderLoad(scene(), GROWN, writers, killedAt(['prepare', 'freeze', 'switch', 'finish'], scene(), 'shard0', GROWN));
  });

  test('aborts at every step before the switch, and the one database serves as before', async () => {
    await scene().deploy();
    await scene().preload(1_000);
    const writers = await Writers.start(scene(), 1_000);
    const runbook = new PlaceRunbook(scene(), MAP);
    for (const end of [2, 4, 6]) {
      await expectRun(runbook, STEPS.slice(0, end));
      await expectRun(runbook, ['abort']);
      await expectReadOnly(scene(), false);
      await writers.more(50);
      await expectTidy(scene());
    }
    await expectRun(runbook, STEPS);
    expect(await runbook.refusal('abort')).toMatch(/^the new map is in force and users write by it/);
    for (const step of STEPS) {
      const { code, output } = await runbook.step(step);
      expect([step, code, output]).toEqual([step, 0, expect.stringMatching(/nothing to do|finished|in force/)]);
    }
    await writers.stop();
    expect(writers.surprises).toEqual([]);
  });

  test('aborts when the disk of a target is full, and leaves no slot that would fill the other one', async () => {
    await scene().deploy();
    await scene().preload(60_000, 900);
    await scene().limitFiles('shard1', 20 * 1024 * 1024);
    const writers = await Writers.start(scene(), 1_000);
    const { failed, said } = await new PlaceRunbook(scene(), MAP).run();
    await scene().limitFiles('shard1');
    expect([failed, said]).toEqual(['catch-up', expect.stringMatching(/replication to shard1 failed \d+ times/)]);
    await expectReadOnly(scene(), false);
    await writers.more(50);
    await writers.stop();
    expect(writers.surprises).toEqual([]);
    await expectTidy(scene());
  });

  test('aborts when a target dies in the midst, cleans up after it when it is back, and then comes to the end', async () => {
    let died = '';
    await placeUnderLoad(scene(), MAP, 1_000, async (runbook, writers) => {
      await expectRun(runbook, STEPS.slice(0, 4));
      await scene().server('shard1').stop();
      const { failed, said } = await runbook.run(['drain']);
      died = `${failed} ${said}`;
      await expectReadOnly(scene(), false);
      await expectTidy(scene(), ['core', 'products', 'orders', 'shard0']);
      await writers.more(50);
      await scene().server('shard1').start();
      return runbook.run();
    });
    expect(died).toMatch(/^drain .*shard1 does not answer.*the sources serve and take writes/s);
  });

  test('refuses to begin where something is not as it has to be', async () => {
    await scene().deploy();
    await scene().preload(1_000);
    const check = async (map = MAP, environment = {}): Promise<string> => new PlaceRunbook(scene(), map, environment).refusal('check');
    expect(await check(ShardMap.range(2, 400))).toBe('201 users of core have no shard, ids 800|1000: deploy a map whose ranges hold them');
    await scene().sql(
      'core',
      'CREATE TABLE logs (line text); CREATE TABLE visits (id bigint PRIMARY KEY, user_id bigint REFERENCES users)',
    );
    expect(await check(MAP, modelOf([]))).toBe(
      `no table goes to orders: give it one in the model, or in /${scene().name}/climb/orders-tables`,
    );
    expect(await check(MAP, modelOf(['orders', 'reports', 'logs']))).toBe(
      "the table logs of core has no primary key, without which changes can't follow",
    );
    expect(await check(MAP, modelOf(['orders', 'reports', 'visits']))).toBe(
      'the table visits of core is joined to another table by a foreign key, visits_user_id_fkey to users of users: drop the foreign key, or put both into one function',
    );
    await scene().sql('core', "DROP TABLE visits; INSERT INTO logs VALUES ('a line')");
    await scene().sql(
      'core',
      `CREATE TABLE "per day" (day int) PARTITION BY RANGE (day); CREATE TABLE days PARTITION OF "per day" DEFAULT;
       INSERT INTO "per day" VALUES (1); SELECT lo_create(0); CREATE VIEW longest AS SELECT max(line) FROM logs`,
    );
    expect(await check()).toBe(
      'tables of core hold rows and nobody says where they go: public.logs public."per day" pg_largeobject: put their names into ' +
        `a function of the model, into left, or into /${scene().name}/climb/<function>-tables or left-tables, or empty them`,
    );
    await scene().sql('core', 'DROP TABLE "per day"; SELECT lo_unlink(oid) FROM pg_largeobject_metadata');
    await scene().sql('core', "CREATE SEQUENCE order_no; ALTER TABLE orders ALTER quantity SET DEFAULT nextval('order_no')");
    expect(await check(MAP, modelOf(['orders', 'reports'], ['worker_lease', 'logs']))).toBe(
      'sequences that their table does not own would not be continued: order_no (for orders): ALTER SEQUENCE … OWNED BY the column that they number',
    );
    await scene().sql('core', 'DROP SEQUENCE order_no CASCADE; DROP TABLE logs CASCADE; ALTER TABLE users REPLICA IDENTITY FULL');
    expect(await check(ShardMap.range(2, 1_000))).toMatch(/^the table users of core has a replica identity that is not its primary key/);
    await scene().sql(
      'core',
      'ALTER TABLE users REPLICA IDENTITY DEFAULT; CREATE ROLE worker; ALTER ROLE worker SET default_transaction_read_only = off',
    );
    expect(await check()).toBe(
      'core: the role worker writes on in a frozen database: ALTER ROLE worker RESET default_transaction_read_only',
    );
    await scene().sql('core', 'DROP ROLE worker');
    await scene().sql('shard1', 'CREATE TABLE users AS SELECT 1 AS id');
    expect(await check()).toBe('shard1 has rows in users that this runbook did not bring: make sure nobody needs them and drop the table');
    await scene().redirect('orders', 'localhost:1');
    expect((await new PlaceRunbook(scene(), MAP).step('check')).errors).toContain("orders at localhost:1 can't be reached");
    expect(await check(ShardMap.hash(5))).toBe('no setting says where shard4 is: deploy both sides first');
  });

  test('takes the tables of an application of its own, with their sequences', async () => {
    await scene().deploy();
    await scene().preload(100);
    await scene().sql(
      'core',
      `CREATE TABLE events (n integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, at timestamptz DEFAULT now(), t text DEFAULT 'same');
      CREATE PUBLICATION of_others FOR ALL TABLES;
      ALTER TABLE events OWNER TO stagecraft; INSERT INTO events SELECT FROM generate_series(1, 30); DELETE FROM events WHERE n > 20`,
    );
    const run = await new PlaceRunbook(scene(), MAP, modelOf(['orders', 'reports', 'events'])).run();
    expect(run).not.toHaveProperty('failed');
    expect(await scene().sql('orders', 'INSERT INTO events DEFAULT VALUES RETURNING n')).toEqual([{ n: 31 }]);
  });
});
