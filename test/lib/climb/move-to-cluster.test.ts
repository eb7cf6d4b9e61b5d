import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WHOLE_SCRIPTS } from '../../../lib/climb/replicating';
import { brief } from '../../../lib/climb/shell-text';
import { FORUM, type PublicSchema, SHOP, TENANTS } from '../../support/climb/public-schemas';
import { ON_A_SERVER } from '../../support/climb/runbook';
import { type ReplicatingRunbook, STEPS } from '../../support/climb/replicating-runbook';
import { WholeScene } from '../../support/climb/whole-scene';
import { WholeWriters } from '../../support/climb/whole-writers';
import { describeNeeding, SHELLCHECK } from '../../support/needs';
import { describeWithServers } from '../../support/servers';

const CI = process.env.CI === 'true';
const TEXT = ['common.sh', ...WHOLE_SCRIPTS].map((file) => readFileSync(join(__dirname, '../../../lib/climb', file), 'utf8')).join('\n');

test('the runbook fits into a document of Systems Manager, which has room for 64 KB as JSON', () => {
  expect(Buffer.byteLength(JSON.stringify(brief(TEXT)))).toBeLessThan(60_000);
});

describeNeeding([SHELLCHECK], 'the runbook passes shellcheck', () => {
  test('without a finding', () => {
    // The options of PostgreSQL are changed in a subshell on purpose.
    const found = execFileSync('bash', ['-c', 'shellcheck -s bash -e SC2030,SC2031 - || true'], { input: TEXT, encoding: 'utf8' });
    expect(found).toBe('');
  });
});

describeNeeding(ON_A_SERVER, 'a database moves into a cluster as it is', () => {
  describeWithServers(['postgres', 'moto'], 'on real databases', (servers) => {
    let scene: WholeScene;
    beforeAll(async () => {
      scene = await WholeScene.create(servers);
    });

    afterEach(async () => scene.quiet());

    async function expectRun(runbook: ReplicatingRunbook, steps?: readonly string[]): Promise<void> {
      const { failed, said } = await runbook.run(steps);
      expect(failed === undefined ? '' : said).toBe('');
    }

    /** Everything that the move has to keep while writers write: prints the line with its figures. */
    async function moveUnderLoad(schema: PublicSchema, rows: number, work = expectRun): Promise<void> {
      await scene.deploy(schema, rows);
      const writers = WholeWriters.start(scene, schema);
      await writers.more(50);
      await work(scene.runbook());
      await writers.more(100);
      await writers.stop();
      expect(writers.surprises).toEqual([]);
      expect(await scene.serves()).toBe('cluster');
      const { rows: there, lost } = await writers.audit(rows);
      expect(lost).toEqual([]);
      expect(await scene.left()).toEqual([]);
      await expect(scene.as('core', [`DELETE FROM ${schema.written[0]}`])).rejects.toMatchObject({ code: '25006' });
      console.info(
        `${schema.title}: ${there} rows, ${writers.written} writes, 0 lost, 0 doubled, pause ${(writers.longestPause / 1_000).toFixed(1)} s`,
      );
    }

    for (const schema of [TENANTS, SHOP, FORUM]) {
      test(`${schema.title}, a thousand rows`, async () => {
        await moveUnderLoad(schema, 1_000);
        if (schema.number === undefined) return;
        const [before] = await scene.as<{ nextval: string }>('cluster', [schema.number]);
        const [{ most }] = await scene.as<{ most: string }>('cluster', ['SELECT max(invoice) AS most FROM orders']);
        expect(Number(before.nextval)).toBeGreaterThan(Number(most));
        expect(await scene.as('cluster', ['SELECT sum(sold)::int AS sold FROM sales'])).not.toEqual([{ sold: null }]);
      });
    }

    test('aborts at every step before the switch, and the old side serves as before', async () => {
      await scene.deploy(FORUM, 200);
      const writers = WholeWriters.start(scene, FORUM);
      for (const end of [2, 4, 6]) {
        const runbook = scene.runbook();
        await expectRun(runbook, [...STEPS.slice(0, end), 'abort']);
        await writers.more(30);
        expect(await scene.left()).toEqual([]);
        expect(await scene.as('cluster', ["SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"])).toEqual([]);
      }
      const runbook = scene.runbook();
      await expectRun(runbook);
      expect(await runbook.refusal('abort')).toMatch(/^the new database is in force and takes writes/);
      await writers.more(30);
      await writers.stop();
      expect([writers.surprises, (await writers.audit(200)).lost]).toEqual([[], []]);
    });

    /** A change of the forum, and the one line that it is refused with. */
    const REFUSED: readonly (readonly [change: string, line: RegExp])[] = [
      ['CREATE TABLE "no key" (a int)', /^tables without a primary key, whose changes can't follow: "no key": ALTER TABLE/],
      ['CREATE TABLE late (a int PRIMARY KEY DEFERRABLE)', /^tables without a primary key, whose changes can't follow: late: /],
      [
        'ALTER TABLE "page views" ADD data json',
        /^tables without a primary key whose rows have columns that can not be compared: "page views".data/,
      ],
      ["INSERT INTO online VALUES ('me')", /^unlogged tables hold rows, which replication does not carry: online: /],
      [
        'ALTER TABLE votes ENABLE ROW LEVEL SECURITY; ALTER TABLE votes FORCE ROW LEVEL SECURITY',
        /^row level security hides rows from the copy: votes: /,
      ],
      [
        `CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER t BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION f();
         ALTER TABLE notes ENABLE ALWAYS TRIGGER t`,
        /^triggers would fire once more for rows that are copied: t of notes: /,
      ],
      ['SELECT lo_create(0)', /^large objects are not carried by replication: 1 of them: /],
      ["ALTER DATABASE app SET work_mem = '8MB'", /^settings of the database or its user do not move: work_mem=8MB: /],
    ];
    test('refuses in one line with the name of what would not come along, before anything is begun', async () => {
      for (const [change, line] of REFUSED) {
        await scene.deploy(FORUM, 10);
        await scene.as('core', [change]);
        expect(await scene.runbook().refusal('check')).toMatch(line);
        expect(await scene.left()).toEqual([]);
      }
      await scene.deploy(FORUM, 10);
      await scene
        .server('core')
        .sql(
          'CREATE TABLE theirs (a int PRIMARY KEY); CREATE ROLE worker LOGIN; ALTER ROLE worker SET default_transaction_read_only = off',
        );
      const runbook = scene.runbook();
      expect(await runbook.refusal('check')).toMatch(/^core: the role worker writes on in a frozen database/);
      await scene.server('core').sql('DROP ROLE worker');
      expect(await runbook.refusal('check')).toMatch(/^tables, views and sequences belong to others: theirs: /);
      await scene.server('core').sql('DROP TABLE theirs');
      await scene.as('cluster', ['CREATE TABLE kept (a int)']);
      expect(await runbook.refusal('check')).toMatch(/^the cluster holds what this runbook did not bring: kept: /);
    });

    (CI ? test : test.skip)('a million rows', async () => moveUnderLoad(SHOP, 1_000_000), 900_000);

    (CI ? test : test.skip)(
      'comes to the same end when it is killed at every step',
      async () => {
        const works = "SELECT FROM pg_stat_activity WHERE application_name = 'stagecraft-place'";
        await moveUnderLoad(TENANTS, 1_000, async (runbook) => {
          for (const [index, step] of STEPS.entries()) {
            await expectRun(runbook, STEPS.slice(0, index));
            await runbook.step(step, async () =>
              step === 'switch' ? (await scene.serves()) === 'cluster' : (await scene.server('core').sql(works)).length > 0,
            );
          }
          await expectRun(runbook);
        });
      },
      900_000,
    );

    (CI ? test : test.skip)(
      'switch stopped before its calls while abort runs: one side serves, with every write',
      async () => {
        for (let at = 1, there = true; there; at += 4) {
          await scene.deploy(SHOP, 50);
          const writers = WholeWriters.start(scene, SHOP);
          const runbook = scene.runbook({ CALL_SECONDS: '3', SETTLE: '4' });
          await expectRun(runbook, STEPS.slice(0, 6));
          there = await scene.aws.preempt(
            'switch',
            at,
            async () => runbook.step('switch'),
            async () => runbook.step('abort'),
          );
          const { code } = await runbook.step('abort');
          if (code !== 0) await runbook.steps('switch', 'finish');
          await writers.more(30);
          await writers.stop();
          const what = { at, serves: code === 0 ? 'core' : 'cluster' };
          expect({ ...what, surprises: writers.surprises, lost: (await writers.audit(50)).lost }).toEqual({
            ...what,
            surprises: [],
            lost: [],
          });
          expect([what, await scene.serves()]).toEqual([what, what.serves]);
          expect([what, await scene.left()]).toEqual([what, []]);
        }
      },
      1_200_000,
    );
  });
});
