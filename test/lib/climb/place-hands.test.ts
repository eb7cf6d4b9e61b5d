import { ShardMap } from '../../../lib';
import { describePlacingQuickly, expectReadOnly, expectTidy } from '../../support/climb/place-climb';
import { audit } from '../../support/climb/place-audit';
import { PlaceRunbook } from '../../support/climb/place-runbook';
import { STEPS } from '../../support/climb/replicating-runbook';
import { Writers } from '../../support/climb/place-writers';

const MAP = ShardMap.hash(2);
const USERS = 60;
/** Ends the session that holds the lock, as a network does, or an abort on another server: the step goes on all the same. */
const LOSE_LOCK = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'hand %'";

describePlacingQuickly('two hands on users who are placed', 2, (scene) => {
  for (const [unseen, every] of [
    [true, 2],
    [false, 5],
  ] as const) {
    test(`switch stopped before its calls while abort runs, ${unseen ? 'its lock lost' : 'its lock held'}: one side serves with every write`, async () => {
      for (let at = 1, there = true; there; at += every) {
        await scene().deploy();
        await scene().preload(USERS);
        const writers = await Writers.start(scene(), USERS, undefined, true);
        const runbook = new PlaceRunbook(scene(), MAP, { CALL_SECONDS: '3' });
        expect(await runbook.run(STEPS.slice(0, 6))).not.toHaveProperty('failed');
        const abort = async (): Promise<unknown> => {
          if (unseen) await scene().sql('core', LOSE_LOCK);
          return runbook.step('abort');
        };
        there = await scene().aws!.preempt('switch', at, async () => runbook.step('switch'), abort);
        // Whoever doesn't know what happened comes afterwards.
        const { code, errors } = await runbook.patiently('abort');
        if (code !== 0) await runbook.steps('switch', 'finish');
        await writers.more(50);
        await writers.stop();
        const what = { at, unseen, serves: code === 0 ? 'core' : 'shards', errors };
        const { lost, doubled, misplaced } = await audit(scene(), writers);
        expect({ ...what, lost, doubled, misplaced }).toEqual({ ...what, lost: [], doubled: [], misplaced: [] });
        expect([what, writers.surprises]).toEqual([what, []]);
        expect([what, (await scene().map()) === MAP.toText()]).toEqual([what, code !== 0]);
        await expectReadOnly(scene(), code !== 0);
        await expectTidy(scene());
        console.info(JSON.stringify(what));
      }
    }, 1_800_000);
  }
});
