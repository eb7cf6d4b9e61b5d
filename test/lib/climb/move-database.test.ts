import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brief } from '../../../lib/climb/shell-text';
import { Box, MOVE, MOVE_FILES } from '../../support/climb/box';
import { Ledger } from '../../support/climb/ledger';
import { ON_A_SERVER } from '../../support/climb/runbook';
import { describeNeeding, SHELLCHECK, testInCi } from '../../support/needs';
import { eventually } from '../../../tools/servers/processes';
import { describeWithServers } from '../../support/servers';

const ROWS = Number(process.env.ROWS ?? (process.env.CI === 'true' ? 1_000_000 : 1_000));
const FILES = MOVE_FILES.map((file) => join(__dirname, '../../../lib/climb', file));

describeNeeding([SHELLCHECK], 'the script that moves the database', () => {
  test('passes shellcheck and fits into a document', () => {
    const input = FILES.map((file) => readFileSync(file, 'utf8')).join('\n');
    // The options of PostgreSQL are changed in a subshell on purpose.
    expect(spawnSync('shellcheck', ['--shell=bash', '-e', 'SC2030,SC2031', '-'], { input, encoding: 'utf8' })).toMatchObject({
      stdout: '',
      status: 0,
    });
    expect(Buffer.byteLength(JSON.stringify(brief(input)))).toBeLessThan(60_000);
    // Systems Manager would take them for parameters of its own.
    expect(input).not.toContain('{{');
  });
});

describeNeeding(ON_A_SERVER, 'the runbook that moves the database', () => {
  describeWithServers(['postgres', 'moto'], 'with writers at work', (servers) => {
    /** Moves, and says what somebody reads who must be sure that nothing is lost. */
    async function move(name: string, rows: number): Promise<{ readonly box: Box; readonly ledger: Ledger; readonly output: string }> {
      const box = await Box.create(servers, await servers.moto(), name, rows);
      const ledger = new Ledger(box);
      await eventually(() => ledger.writes > 50);
      const output = await box.runbook.steps(...MOVE);
      const before = ledger.writes;
      await eventually(() => ledger.writes > before + 50);
      await ledger.close();
      const [, figures] = /runbook: (\d+ rows moved, .* s);/.exec(output) ?? [];
      console.info(
        `1→2: ${figures}; ${ledger.writes} writes meanwhile, none acknowledged for ${ledger.longestPauseMs / 1_000} s at the most`,
      );
      return { box, ledger, output };
    }

    testInCi(`${ROWS} rows: none is lost, none is doubled, and nothing else is missing`, async () => {
      const { box, ledger, output } = await move('climb', ROWS);
      expect(await ledger.differences(box.fresh.endpoint)).toEqual([]);
      // Refused, or sent away; anything else would be a fault of the writers.
      expect([...ledger.refusals].filter((code) => !['25006', '57P01', 'connection'].includes(code))).toEqual([]);
      expect(output).toMatch(/runbook: \d+ rows moved, 0 lost, 0 doubled, pause \d+\.\d s;/);
      expect(await box.writer()).toBe(box.fresh.endpoint);
      expect(readFileSync(box.runbook.calls, 'utf8')).toBe('disable --now postgresql\n');

      const facts = `SELECT (SELECT string_agg(md5(lo_get(picture)), ' ' ORDER BY id) FROM people WHERE id <= 3) AS pictures,
          (SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm') AS extensions, obj_description('people'::regclass) AS comment,
          (SELECT count(*) FROM pg_indexes WHERE schemaname IN ('public', 'billing')) AS indexes,
          (SELECT count(*) FROM pg_constraint WHERE convalidated) AS constraints, shout('a') AS shout,
          (SELECT count(*) FROM billing.debtors) AS debtors, (SELECT cents FROM totals) AS totals`;
      expect(await box.fresh.sql(facts)).toEqual(await box.old.sql(facts));
      const owners = "SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname IN ('public', 'billing')";
      expect(await box.fresh.sql(owners)).toEqual([{ tableowner: 'stagecraft' }]);
      const next = `SELECT nextval('tickets') > (SELECT max(ticket) FROM events) AS tickets,
          nextval(pg_get_serial_sequence('people', 'id')) > (SELECT max(id) FROM people) AS ids`;
      expect(await box.fresh.sql(next)).toEqual([{ tickets: true, ids: true }]);

      // What was left behind takes no writes, and running it again changes nothing.
      expect(await box.takesWrites()).toBe(false);
      await box.fresh.sql("INSERT INTO people (key, note) VALUES ('after', 'after')");
      expect(await box.runbook.steps('rehearse', 'copy')).toBe(
        'runbook: switched already, nothing to rehearse\nrunbook: switched already, nothing to copy\n',
      );
      expect(await box.runbook.refusal('abort')).toBe(
        `switched already: ${box.fresh.endpoint} has the newest data; the way back is in docs/runbooks/1-to-2.md`,
      );
      expect(await box.runbook.steps('switch', 'finish')).toContain(/\d+ rows moved.*$/m.exec(output)?.[0]);
      expect(await box.fresh.sql("SELECT note FROM people WHERE key = 'after'")).toEqual([{ note: 'after' }]);
    });

    testInCi('1000 rows: the same', async () => {
      const { box, ledger } = await move('small', 1_000);
      expect(await ledger.differences(box.fresh.endpoint)).toEqual([]);
    });

    testInCi('an empty database moves, and one that nobody uses: the application is restarted, then named', async () => {
      const box = await Box.create(servers, await servers.moto(), 'quiet', 0, { PATIENCE: '1' });
      await box.runbook.steps('freeze', 'copy', 'verify');
      const message = `switched, but the application does not connect to ${box.fresh.endpoint}: look at /var/log/app/app.log; the way back is in docs/runbooks/1-to-2.md`;
      expect(await box.runbook.refusal('switch')).toBe(message);
      expect(readFileSync(box.runbook.calls, 'utf8')).toBe('restart app\n');
      expect(await box.runbook.refusal('finish')).toContain('run the step switch first');
    });
  });
});
