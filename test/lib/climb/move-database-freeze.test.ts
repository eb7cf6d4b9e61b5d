import { Box } from '../../support/climb/box';
import type { QuickAws } from '../../support/climb/quick-aws';
import { ON_A_SERVER } from '../../support/climb/runbook';
import { describeNeeding, testInCi } from '../../support/needs';
import { describeWithServers } from '../../support/servers';

const LATE = "INSERT INTO people (key, note) VALUES ('late', 'late')";
const ALL_THE_SAME = 'SET default_transaction_read_only = off';

describeNeeding(ON_A_SERVER, 'the runbook that moves the database', () => {
  describeWithServers(['postgres', 'moto'], 'lets nobody write between freeze and switch, and everybody after abort', (servers) => {
    let aws: QuickAws;
    let box: Box;

    beforeAll(async () => {
      ({ box, aws } = await Box.quick(servers, 'frozen', 200, { PATIENCE: '2' }));
      await box.old.sql('ALTER SYSTEM SET max_prepared_transactions = 5', 'postgres');
      await box.old.createDatabase('metabase');
      await box.old.sql('CREATE TABLE visits (n int)', 'metabase');
      await box.old.stop();
      await box.old.start();
    });

    beforeEach(() => {
      aws.decide = async () => Promise.resolve('does');
    });

    /** Writes as the application does that says so. */
    async function stray(): Promise<void> {
      const client = await box.connect(box.old.endpoint);
      await client.query(ALL_THE_SAME);
      await client.query(LATE).finally(async () => client.end());
    }

    /** The old side serves again, with so many late writes; they are gone then. */
    async function expectServed(late: number): Promise<void> {
      expect(await box.runbook.steps('abort')).toContain('the old side serves and takes writes');
      expect(await box.takesWrites()).toBe(true);
      expect(await box.writer()).toBe(box.old.endpoint);
      expect(await box.old.sql("DELETE FROM people WHERE key LIKE 'late%' RETURNING key")).toHaveLength(late);
    }

    testInCi('names a prepared transaction, which could be committed at any time', async () => {
      const client = await box.connect(box.old.endpoint);
      await client.query(`BEGIN; ${LATE}; PREPARE TRANSACTION 'later'`);
      expect(await box.runbook.refusal('check')).toContain('1 prepared transactions are open');
      expect(await box.runbook.refusal('freeze')).toMatch(
        /^not everybody is stopped: the prepared transaction 'later' of .* is open: COMMIT/,
      );
      await box.old.sql("COMMIT PREPARED 'later'");
      await client.end();
      await expectServed(1);
    });

    testInCi('names a role that was told to write since check', async () => {
      await box.runbook.steps('check');
      await box.old.sql('CREATE ROLE worker LOGIN; ALTER ROLE worker SET default_transaction_read_only = off');
      expect(await box.runbook.refusal('freeze')).toMatch(/^not everybody is stopped: the role worker writes on in a frozen database/);
      await expectServed(0);
      await box.old.sql('DROP ROLE worker');
    });

    testInCi('finds what a session wrote after the verification, and gives the old side back', async () => {
      await box.runbook.steps('freeze', 'copy', 'verify');
      await stray();
      expect(await box.runbook.refusal('switch')).toMatch(/^the copy differs \(1 rows lost, 0 doubled\)/);
      await expectServed(1);
    });

    testInCi('loses nothing of a session that writes all the time, whatever it was told', async () => {
      let writes = 0;
      let leaving = false;
      const work = async (): Promise<void> => {
        const client = await box.connect(box.old.endpoint);
        for (; !leaving; await new Promise((resolve) => setTimeout(resolve, 20))) {
          await client.query(ALL_THE_SAME).catch(() => undefined);
          await client.query(LATE.replace("'late'", `'late ${writes}'`)).then(
            () => (writes += 1),
            () => (leaving = true),
          );
        }
        await client.end();
      };
      await box.runbook.steps('freeze', 'copy', 'verify');
      const working = work();
      expect(await box.runbook.refusal('switch')).toMatch(/^(the copy differs|somebody writes to the frozen side)/);
      leaving = true;
      await working;
      await expectServed(writes);
    });

    testInCi('frees writers without Secrets Manager, without Parameter Store, and without the new side', async () => {
      for (const gone of ['get-secret-value', 'get-parameters', 'the new side']) {
        await box.runbook.steps('freeze');
        aws.decide = async ({ words }) => Promise.resolve(words.includes(gone) ? 'fails' : 'does');
        if (gone === 'the new side') await box.fresh.stop();
        const { code, output } = await box.runbook.step('abort');
        expect([gone, code, output]).toEqual([gone, 0, expect.stringContaining('the old side serves and takes writes')]);
        expect(await box.takesWrites()).toBe(true);
        aws.decide = async () => Promise.resolve('does');
      }
      await box.fresh.start();
    });

    testInCi('says what to do when a switch was decided and Parameter Store is gone, and keeps both sides from writes', async () => {
      await box.runbook.steps('freeze', 'copy', 'verify');
      aws.decide = async ({ words }) =>
        Promise.resolve(words.includes('put-parameter') || words.includes('Parameters[0].Value') ? 'fails' : 'does');
      expect(await box.runbook.refusal('switch')).toMatch(
        /can't be changed .*: the switch is decided and writers wait; run switch again, or abort/,
      );
      aws.decide = async ({ words }) => Promise.resolve(words[0] === 'aws' ? 'fails' : 'does');
      expect(await box.runbook.refusal('abort')).toContain('run switch or abort again when it answers; until then the old side is read');
      expect(await box.takesWrites()).toBe(false);
      aws.decide = async () => Promise.resolve('does');
      await expectServed(0);
    });

    testInCi('goes on beside a database of the same server that is written to all the time', async () => {
      await box.runbook.steps('freeze', 'copy', 'verify');
      await box.old.sql('INSERT INTO visits VALUES (1)', 'metabase');
      const client = await box.connect(box.fresh.endpoint);
      const said = await box.runbook.steps('switch', 'finish');
      await client.end();
      expect(said).toContain('comparing once more, and nobody can write');
      expect(said).toContain('the old database is read-only beside metabase and stays on its volume');
    });
  });
});
