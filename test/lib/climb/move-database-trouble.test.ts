import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { Box, MOVE } from '../../support/climb/box';
import { ON_A_SERVER } from '../../support/climb/runbook';
import { describeNeeding, testInCi } from '../../support/needs';
import { describeWithServers } from '../../support/servers';

describeNeeding(ON_A_SERVER, 'the runbook that moves the database, in trouble', () => {
  describeWithServers(['postgres', 'moto'], 'gives the old side back', (servers) => {
    let box: Box;

    beforeAll(async () => {
      ({ box } = await Box.quick(servers, 'trouble', 1_000));
    });

    const served = async (): Promise<void> => {
      expect(await box.runbook.steps('abort')).toMatch(/the old side serves and takes writes; .*/);
      expect(await box.takesWrites()).toBe(true);
      expect(await box.writer()).toBe(box.old.endpoint);
    };

    testInCi('steps in a wrong order say what comes first', async () => {
      expect(await box.runbook.refusal('copy')).toBe('people still write to the old side: run the step freeze first');
      expect(await box.runbook.refusal('verify')).toBe('there is no copy since nobody writes: run the steps freeze and copy first');
      expect(await box.runbook.refusal('switch')).toBe('the copy is not verified: run the steps freeze, copy and verify first');
      expect(await box.runbook.refusal('finish')).toBe('not switched yet: run the steps before first');
      expect(await box.runbook.refusal('leap')).toContain('step leap is not known: type check, rehearse, freeze');
    });

    testInCi('what is not ours is never overwritten', async () => {
      await box.fresh.sql("CREATE TABLE theirs AS SELECT 'precious' AS thing");
      const message = `the database at ${box.fresh.endpoint} holds 1 objects that are no copy of this server's: empty it if nobody needs them, then run this again`;
      for (const step of ['check', 'freeze']) expect(await box.runbook.refusal(step)).toBe(message);
      expect(await box.takesWrites()).toBe(true);
      await served();
      expect(await box.fresh.sql('SELECT thing FROM theirs')).toEqual([{ thing: 'precious' }]);
      expect(await box.state()).toBeUndefined();
      await box.fresh.sql('DROP TABLE theirs');
    });

    testInCi('settings that a copy would leave behind are named, and so is a prepared way', async () => {
      await box.old.sql("ALTER DATABASE app SET work_mem = '7MB'");
      expect(await box.runbook.refusal('check')).toContain('settings of the database or its owner do not move: work_mem=7MB');
      await box.fresh.sql("ALTER DATABASE app SET work_mem = '7MB'");
      await box.old.sql('CREATE ROLE reporting LOGIN');
      expect(await box.runbook.steps('check')).toMatch(
        /roles that stay behind, with what was granted to them: reporting;.*\n.* can move to PostgreSQL/,
      );
      await box.old.sql('ALTER DATABASE app SET default_transaction_read_only = on');
      expect(await box.runbook.refusal('check')).toContain('somebody made the database read-only');
      await box.old.sql('ALTER DATABASE app RESET default_transaction_read_only', 'postgres');
    });

    testInCi('a target without room', async () => {
      await box.old.sql('CREATE TABLE heap AS SELECT repeat(md5(i::text), 20) FROM generate_series(1, 40000) i');
      await box.runbook.steps('freeze');
      expect(await box.takesWrites()).toBe(false);
      await limitFiles(box, '20000000');
      expect(await box.runbook.refusal('copy')).toMatch(
        /^pg_restore: error: COPY failed for table "heap": ERROR: {2}could not extend file/,
      );
      await served();
      expect(await box.state()).toBe('void');
      await limitFiles(box, 'unlimited');
      await box.old.sql('DROP TABLE heap');
    });

    testInCi('a copy that differs is void, whatever the difference', async () => {
      const spoil: readonly (readonly [string, RegExp])[] = [
        ["DELETE FROM people WHERE key = 'seed-400'", /1 rows lost, 0 doubled/],
        ['INSERT INTO billing."Bills of 2026" SELECT * FROM billing."Bills of 2026" LIMIT 1', /0 rows lost, 1 doubled/],
        ["UPDATE people SET note = note || ' ' WHERE key = 'seed-400'", /0 rows lost, 0 doubled/],
        ['DROP TABLE days_old', /rows lost/],
        ["SELECT nextval('tickets')", /sequence\tpublic.tickets/],
        ["SELECT lo_put(picture, 1000000, 'x') FROM people WHERE id = 3", /objects/],
        ['DROP INDEX people_note', /the structure differs/],
        ['ALTER VIEW billing.debtors OWNER TO postgres', /billing.debtors belongs to postgres/],
      ];
      await box.runbook.steps('freeze');
      for (const [statement, message] of spoil) {
        await box.runbook.steps('copy');
        await box.spoil(statement);
        expect([statement, await box.runbook.refusal('verify')]).toEqual([statement, expect.stringMatching(message)]);
        expect(await box.state()).toBe('void');
      }
      await served();
    });

    testInCi('a target that is lost in the middle, and does not come back', async () => {
      await box.runbook.steps('freeze');
      const gone = async (): Promise<false> => {
        if ((await box.state().catch(() => undefined)) === 'copying') await box.fresh.stop();
        return false;
      };
      const { code, errors } = await box.runbook.step('copy', gone);
      expect([code, errors]).toEqual([1, expect.stringMatching(/^runbook: .*error: .*\n$/)]);
      await served();
      expect(await box.runbook.refusal('check')).toMatch(
        new RegExp(`the database at ${box.fresh.endpoint} does not answer: .*Connection refused`),
      );
      expect(await box.runbook.refusal('freeze')).toContain('Connection refused');
      expect(await box.takesWrites()).toBe(true);
    });

    testInCi('and moves in the end, with what was written in between', async () => {
      await box.fresh.start();
      await box.old.sql("INSERT INTO people (key, note) VALUES ('late', 'late')");
      await box.runbook.steps(...MOVE.slice(0, -2));
      const client = await box.connect(box.fresh.endpoint);
      expect((await client.query("SELECT note FROM people WHERE key = 'late'")).rows).toEqual([{ note: 'late' }]);
      await box.runbook.steps('switch', 'finish');
      await client.end();
    });
  });
});

/** A real limit of the operating system, for every process that the server starts from now on: larger files can't be written. */
async function limitFiles({ fresh }: Box, bytes: string): Promise<void> {
  const [{ pid }] = await fresh.sql<{ pid: string }>("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1) AS pid");
  const { uid, gid } = statSync(`/proc/${pid}`);
  // Who owns the process may lower its limit; root in a container may not.
  execFileSync('setpriv', [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', 'prlimit', '--pid', pid, `--fsize=${bytes}:`]);
}
