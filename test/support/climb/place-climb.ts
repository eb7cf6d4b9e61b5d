import type { ShardMap } from '../../../lib';
import { SHARD_USERS } from '../../../workload/data/schema';
import { describeInCi, describeNeeding } from '../needs';
import { describeWithServers } from '../servers';
import { audit } from './place-audit';
import { PlaceRunbook } from './place-runbook';
import type { Run } from './replicating-runbook';
import { Scene } from './place-scene';
import { Writers } from './place-writers';
import { ON_A_SERVER } from './runbook';

/** Runs the runbook in some way; usually all steps. */
export type Work = (runbook: PlaceRunbook, writers: Writers) => Promise<Run>;

const AT_ONCE: Work = async (runbook) => runbook.run();

/** Tests that move rows between real databases, in the CI lane alone: they take minutes, and fail where a program is missing. */
export function describePlacingInCi(title: string, shards: number, body: (scene: () => Scene) => void): void {
  describePlacing(title, shards, false, body);
}

/** The same with a quick AWS CLI, for tests that don't measure how long writers wait. */
export function describePlacingQuickly(
  title: string,
  shards: number,
  body: (scene: () => Scene) => void,
  functions?: readonly string[],
): void {
  describePlacing(title, shards, true, body, functions);
}

function describePlacing(
  title: string,
  shards: number,
  quick: boolean,
  body: (scene: () => Scene) => void,
  functions?: readonly string[],
): void {
  describeInCi(title, () => {
    describeNeeding(ON_A_SERVER, title, () => {
      describeWithServers(['postgres', 'moto'], 'on real databases', (servers) => {
        let scene: Scene;
        beforeAll(async () => {
          scene = await Scene.create(servers, shards, quick, functions);
        }, 60_000);
        afterAll(async () => scene.close());
        body(() => scene);
      });
    });
  });
}

/** Everything that the climb has to keep while writers write: prints the line with its figures. */
export async function placeUnderLoad(
  scene: Scene,
  map: ShardMap,
  users: number,
  work = AT_ONCE,
  environment: Readonly<Record<string, string>> = {},
): Promise<{ readonly said: string; readonly writers: Writers }> {
  await scene.deploy();
  await scene.preload(users);
  const writers = await Writers.start(scene, users);
  const said = await moveUnderLoad(scene, writers, new PlaceRunbook(scene, map, environment), map, work);
  const { rows } = await expectKept(scene, writers);
  figures(`4→5 (${map.strategy}, ${map.shards} shards)`, rows, writers);
  await expectReadOnly(scene, true);
  return { said, writers };
}

/** The same for a map that grows, after a climb whose writers are given. */
export async function reshardUnderLoad(scene: Scene, map: ShardMap, before: Writers, work = AT_ONCE): Promise<string> {
  const present = /"shards":(\d+)/.exec(await scene.map())![1];
  // The application makes its table on a shard when it first looks there.
  for (let shard = Number(present); shard < map.shards; shard++) await scene.in(`shard${shard}`).query(SHARD_USERS[0]);
  const writers = await before.again();
  const said = await moveUnderLoad(scene, writers, new PlaceRunbook(scene, map), map, work);
  await expectKept(scene, writers);
  const moved = [...said.matchAll(/(\d+) users who moved are deleted here/g)].reduce((sum, [, count]) => sum + Number(count), 0);
  figures(`reshard (${map.strategy}, ${present}→${map.shards} shards)`, moved, writers);
  for (const shard of Array.from({ length: map.shards }, (_, number) => `shard${number}`)) {
    expect(await scene.in(shard).query('SHOW default_transaction_read_only')).toMatchObject({
      rows: [{ default_transaction_read_only: 'off' }],
    });
  }
  return said;
}

/** That nothing of the runbook is left on any database. */
export async function expectTidy(scene: Scene, places = scene.places): Promise<void> {
  for (const place of places) expect([place, ...(await scene.leftOn(place))]).toEqual([place]);
}

/** Whether new connections to the one database may write. */
export async function expectReadOnly(scene: Scene, readOnly: boolean): Promise<void> {
  const [{ on }] = await scene.sql<{ on: boolean }>(
    'core',
    "SELECT EXISTS (SELECT FROM pg_db_role_setting WHERE 'default_transaction_read_only=on' = ANY (setconfig)) AS on",
  );
  expect(on).toBe(readOnly);
}

async function moveUnderLoad(scene: Scene, writers: Writers, runbook: PlaceRunbook, map: ShardMap, work: Work): Promise<string> {
  await writers.more(100);
  const run = await work(runbook, writers);
  if (run.failed === undefined) await writers.more(200);
  await writers.stop();
  if (run.failed !== undefined) throw new Error(`${run.failed} failed: ${run.said}`);
  expect(await scene.map()).toBe(map.toText());
  return run.said;
}

async function expectKept(scene: Scene, writers: Writers): Promise<{ readonly rows: number }> {
  expect(writers.surprises).toEqual([]);
  const { rows, lost, doubled, misplaced } = await audit(scene, writers);
  expect({ lost, doubled, misplaced }).toEqual({ lost: [], doubled: [], misplaced: [] });
  await expectTidy(scene);
  return { rows };
}

function figures(what: string, rows: number, { longestPause }: Writers): void {
  console.info(`${what}: ${rows} rows moved, 0 lost, 0 doubled, pause ${(longestPause / 1_000).toFixed(1)} s`);
}
