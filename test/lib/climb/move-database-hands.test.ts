import { Box } from '../../support/climb/box';
import { Ledger } from '../../support/climb/ledger';
import { ON_A_SERVER } from '../../support/climb/runbook';
import { describeNeeding, testInCi } from '../../support/needs';
import { eventually } from '../../support/processes';
import { describeWithServers } from '../../support/servers';

const SCHEDULES = Number(process.env.SCHEDULES ?? 200);
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const READY = ['freeze', 'copy', 'verify'] as const;

/** A small generator, so that a printed seed is a schedule. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describeNeeding(ON_A_SERVER, 'two hands at once', () => {
  describeWithServers(['postgres', 'moto'], 'on one move of a database', (servers) => {
    testInCi(
      `switch and abort in ${SCHEDULES} random schedules: one side serves, with every acknowledged write`,
      async () => {
        const next = random(SEED);
        const moto = await servers.moto();
        for (let schedule = 0; schedule < SCHEDULES; schedule += 1) {
          const plan = { seed: SEED, schedule, delay: Math.floor(next() * 4_000), killed: next() < 0.3, after: Math.floor(next() * 3_000) };
          console.info(JSON.stringify(plan));
          const box = await Box.create(servers, moto, `hands${schedule}`, 200, { SETTLE: '1' });
          const ledger = new Ledger(box);
          await eventually(() => ledger.writes > 20);
          await box.runbook.steps(...READY);
          const begin = Date.now();
          const switching = box.runbook.step(
            'switch',
            plan.killed ? async () => Promise.resolve(Date.now() - begin > plan.after) : undefined,
          );
          await new Promise((resolve) => setTimeout(resolve, plan.delay));
          await box.runbook.step('abort');
          await switching;
          // Whoever comes afterwards brings it to an end, and the report says which.
          const end = await box.runbook.step('abort');
          const serves = end.code === 0 ? box.old : box.fresh;
          if (end.code !== 0) await box.runbook.steps('switch');
          expect([plan, await box.writer()]).toEqual([plan, serves.endpoint]);
          const before = ledger.writes;
          await eventually(() => ledger.writes > before + 20, 60_000);
          await ledger.close();
          expect([plan, await ledger.differences(serves.endpoint)]).toEqual([plan, []]);
          expect([plan, await box.takesWrites()]).toEqual([plan, serves === box.old]);
          await Promise.all([box.old.stop(), box.fresh.stop()]);
        }
      },
      SCHEDULES * 120_000,
    );
  });
});
