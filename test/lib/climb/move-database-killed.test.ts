import { Box, MOVE } from '../../support/climb/box';
import { Ledger } from '../../support/climb/ledger';
import { ON_A_SERVER } from '../../support/climb/runbook';
import { describeNeeding, testInCi } from '../../support/needs';
import { eventually } from '../../../tools/servers/processes';
import { describeWithServers } from '../../support/servers';

type Step = (typeof MOVE)[number];

/** A moment in the middle of each step, by what can be seen from outside. */
const MIDDLE: Readonly<Record<Step, (box: Box) => Promise<boolean>>> = {
  check: async () => after(200),
  rehearse: async (box) => (await box.state()) === 'rehearsing',
  freeze: async (box) => (await frozen(box)) === 'begun',
  copy: async (box) => (await box.state()) === 'copying',
  verify: async (box) => (await box.state()) === 'void',
  switch: async (box) => (await box.writer()) === box.fresh.endpoint,
  finish: async () => after(200),
};

describeNeeding(ON_A_SERVER, 'the runbook that moves the database, killed', () => {
  describeWithServers(['postgres', 'moto'], 'with writers at work', (servers) => {
    testInCi('in the middle of every step once, and run again from the start, comes to the same end', async () => {
      const { box, aws } = await Box.quick(servers, 'killed', 5_000);
      aws.decide = async ({ words }) => {
        if (words[0] === 'aws') await after(300);
        return 'does';
      };
      const ledger = new Ledger(box);
      await eventually(() => ledger.writes > 50);
      const killed: Step[] = [];
      for (const victim of MOVE) {
        const { code } = await box.runbook.step(victim, async () => MIDDLE[victim](box));
        if (code === null) killed.push(victim);
        await box.runbook.steps(...MOVE.slice(0, MOVE.indexOf(victim) + 1));
      }
      expect(killed).toEqual(MOVE);
      const output = await box.runbook.steps('finish');
      const before = ledger.writes;
      await eventually(() => ledger.writes > before + 50);
      await ledger.close();
      expect(await ledger.differences(box.fresh.endpoint)).toEqual([]);
      console.info(`1→2, killed in every step: ${/\d+ rows moved, .* s;/.exec(output)?.[0]} ${ledger.writes} writes meanwhile`);
    });

    testInCi('while it restores: what lives on of it is sent away, and the old side can be given back', async () => {
      const { box } = await Box.quick(servers, 'orphan', 100_000);
      await box.runbook.steps('freeze');
      const restoring = async (): Promise<boolean> => (await restores(box)) > 0;
      expect((await box.runbook.step('copy', restoring)).code).toBeNull();
      expect(await box.runbook.steps('status')).toMatch(/not switched; nobody writes since [\d:]+; the copy: copying/);
      expect(await box.runbook.steps('abort')).toBe('runbook: the old side serves and takes writes; the copy is void\n');
      expect(await restores(box)).toBe(0);
      expect(await box.takesWrites()).toBe(true);
      expect(await box.runbook.refusal('switch')).toContain('the copy is not verified');
    });
  });
});

async function after(milliseconds: number): Promise<true> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  return true;
}

async function frozen(box: Box): Promise<string | undefined> {
  const settings = await box.old.sql<{ setting: string }>('SELECT unnest(setconfig) AS setting FROM pg_db_role_setting');
  return settings.map(({ setting }) => /^stagecraft\.frozen=.*:(.*)$/.exec(setting)?.[1]).find((state) => state !== undefined);
}

async function restores(box: Box): Promise<number> {
  const sessions = await box.fresh.sql("SELECT 1 FROM pg_stat_activity WHERE application_name = 'pg_restore' AND query LIKE 'COPY%'");
  return sessions.length;
}
