import { Box, MOVE } from '../../support/climb/box';
import { Ledger } from '../../support/climb/ledger';
import { QuickAws } from '../../support/climb/quick-aws';
import { ON_A_SERVER } from '../../support/climb/runbook';
import { describeNeeding, testInCi } from '../../support/needs';
import { eventually } from '../../../tools/servers/processes';
import { describeWithServers } from '../../support/servers';

const ROWS = Number(process.env.ROWS ?? (process.env.CI === 'true' ? 1_000_000 : 1_000));

/** Steps, and what the new side says of itself when they are killed. */
const KILLED = [
  ['rehearse', ['clearing', 'beginning', 'following']],
  ['freeze', ['copied', 'void', 'verified', 'open']],
] as const;

/** What following leaves on either side while it lasts. */
const LEFT = `SELECT slot_name::text AS it FROM pg_replication_slots UNION ALL SELECT subname FROM pg_subscription UNION ALL SELECT pubname FROM pg_publication
  UNION ALL SELECT nspname FROM pg_namespace WHERE nspname LIKE 'stagecraft%' UNION ALL SELECT roname FROM pg_replication_origin
  UNION ALL SELECT rolname FROM pg_roles WHERE rolname LIKE 'stagecraft\\_%' UNION ALL SELECT setting FROM pg_settings WHERE name = 'ssl_cert_file' AND setting LIKE 'follow%'
  UNION ALL SELECT array_to_string(user_name, ' ') FROM pg_hba_file_rules WHERE 'stagecraft_follow' = ANY (user_name)`;

describeNeeding(ON_A_SERVER, 'the runbook that moves the database by its log', () => {
  describeWithServers(['postgres', 'moto'], 'with writers at work', (servers) => {
    async function left(box: Box): Promise<string[]> {
      const found = await Promise.all([box.old, box.fresh].map(async (side) => side.sql<{ it: string }>(LEFT)));
      return found.flat().map(({ it }) => it);
    }

    /** One that asks a quick AWS: these tests aren't about AWS. */
    async function quick(name: string, rows: number): Promise<{ readonly box: Box; readonly aws: QuickAws }> {
      const moto = await servers.moto();
      const aws = servers.stoppedAtEnd(await QuickAws.create(servers.directory, moto));
      const box = await Box.followable(servers, moto, name, rows, { PROGRAMS: aws.programs, SETTLE: '0.5', CALL_SECONDS: '3' });
      return { box, aws };
    }

    /** Ends the writers, and fails if any acknowledged write isn't there. */
    async function expectAll(ledger: Ledger, endpoint: string): Promise<void> {
      const before = ledger.writes;
      await eventually(() => ledger.writes > before + 50);
      await ledger.close();
      expect(await ledger.differences(endpoint)).toEqual([]);
      expect([...ledger.refusals].filter((code) => !['25006', '57P01', 'connection'].includes(code))).toEqual([]);
    }

    test(`${ROWS} rows: none is lost or doubled, and writers wait for the newest alone`, async () => {
      const box = await Box.followable(servers, await servers.moto(), 'follow', ROWS);
      const ledger = new Ledger(box);
      await eventually(() => ledger.writes > 50);
      const output = await box.runbook.steps(...MOVE);
      await expectAll(ledger, box.fresh.endpoint);
      const [, figures] = /runbook: (\d+ rows moved, 0 lost, 0 doubled, pause .* s);/.exec(output) ?? [];
      const [, pause] = /nobody could write for (.*) s/.exec(output) ?? [];
      expect(output).toContain('moves by replication');
      expect(output).toContain('switched already, nothing to copy');
      console.info(
        `1→2 by its log: ${figures}, of these ${pause} s until the new side was there; ${ledger.writes} writes meanwhile, none acknowledged for ${ledger.longestPauseMs / 1_000} s at the most`,
      );
      expect(await box.takesWrites()).toBe(false);
      expect(await left(box)).toEqual([]);
      const next = `SELECT nextval('tickets') > (SELECT max(ticket) FROM events) AS tickets,
          nextval(pg_get_serial_sequence('people', 'id')) > (SELECT max(id) FROM people) AS ids, (SELECT cents FROM totals) > 0 AS totals`;
      expect(await box.fresh.sql(next)).toEqual([{ tickets: true, ids: true, totals: true }]);
      expect(await box.runbook.steps('switch', 'finish')).toContain(figures);
    });

    test('is taken back before and after the freeze, and nothing of it stays', async () => {
      const { box } = await quick('back', 1_000);
      const ledger = new Ledger(box);
      await eventually(() => ledger.writes > 50);
      await box.runbook.steps('check', 'rehearse');
      expect((await left(box)).length).toBeGreaterThan(5);
      expect(await box.runbook.steps('status')).toContain('not switched; people write; the copy: following');
      await box.runbook.steps('abort');
      expect(await left(box)).toEqual([]);
      // Killed when nobody writes any more, and before anything is decided.
      await box.runbook.steps('rehearse');
      const { code } = await box.runbook.step('freeze', async () => !(await box.takesWrites()));
      expect(code).toBeNull();
      await box.runbook.steps('abort');
      expect(await left(box)).toEqual([]);
      await expectAll(ledger, box.old.endpoint);
      expect(await box.takesWrites()).toBe(true);
    });

    testInCi('killed in the middle of every step, and run again from the start, comes to the same end', async () => {
      const { box } = await quick('killed', 5_000);
      const ledger = new Ledger(box);
      await eventually(() => ledger.writes > 50);
      for (const [step, states] of KILLED) {
        for (const state of states) {
          await box.runbook.step(step, async () => (await box.state()) === state);
          await box.runbook.steps('check', 'rehearse');
        }
      }
      const output = await box.runbook.steps(...MOVE);
      await expectAll(ledger, box.fresh.endpoint);
      expect(await left(box)).toEqual([]);
      console.info(`1→2 by its log, killed in every step: ${/\d+ rows moved, .* s;/.exec(output)?.[0]} ${ledger.writes} writes meanwhile`);
    });

    testInCi('stopped before its calls while abort runs: one side serves, with every write', async () => {
      for (let at = 3, there = true; there; at += 7) {
        const { box, aws } = await quick(`hands${at}`, 200);
        const ledger = new Ledger(box);
        await eventually(() => ledger.writes > 30);
        await box.runbook.steps('check', 'rehearse');
        const [first, second] = ['freeze', 'abort'].map((step) => async () => box.runbook.step(step));
        there = await aws.preempt('freeze', at, first, second);
        const { code } = await box.runbook.step('abort');
        if (code !== 0) await box.runbook.steps('switch', 'finish');
        const serves = code === 0 ? box.old.endpoint : box.fresh.endpoint;
        expect([at, await box.writer()]).toEqual([at, serves]);
        await expectAll(ledger, serves);
        expect([at, await left(box)]).toEqual([at, []]);
      }
    });

    test('what the log does not carry goes by a dump, and check says why', async () => {
      const { box } = await quick('dumped', 100);
      const client = await box.connect(box.old.endpoint);
      await client.query('CREATE TABLE logbook (line text)');
      await client.end();
      const reason = /because tables without a primary key, whose changes can't follow: logbook: ALTER TABLE … ADD PRIMARY KEY/;
      expect(await box.runbook.steps('check')).toMatch(reason);
      expect(await box.runbook.steps('rehearse')).toMatch(reason);
      expect(await box.runbook.steps('freeze')).toBe('runbook: from now on the old side is read, and nobody writes\n');
      expect(await box.runbook.steps('copy', 'verify')).toMatch(/verified: \d+ rows in 6 tables/);
      expect(await left(box)).toEqual([]);
    });

    test('a table that comes meanwhile is found when nobody writes, and nothing is switched', async () => {
      const { box } = await quick('late', 100);
      await box.runbook.steps('check', 'rehearse');
      const client = await box.connect(box.old.endpoint);
      await client.query('CREATE TABLE late (a int PRIMARY KEY); INSERT INTO late VALUES (1)');
      await client.end();
      expect(await box.runbook.refusal('freeze')).toMatch(/^the copy differs \(1 rows lost, 0 doubled\), the first difference .*late/);
      await box.runbook.steps('abort');
      expect([await box.takesWrites(), await left(box), await box.writer()]).toEqual([true, [], box.old.endpoint]);
    });
  });
});
