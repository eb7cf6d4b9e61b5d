import { parseShardMap } from '../../../workload/shards/shard-map';
import { expectReadOnly, expectTidy } from './place-climb';
import { PlaceRunbook } from './place-runbook';
import type { Place, Scene } from './place-scene';
import { directoryOf, type ModelSchema } from './model-schemas';
import { placeOf } from './homes';
import { ModelWriters } from './model-writers';
import { type Run, STEPS } from './replicating-runbook';
import type { ShardMap } from '../../../lib';

/** Runs the runbook in some way; usually all steps. */
export type ModelWork = (runbook: PlaceRunbook) => Promise<Run>;

const AT_ONCE: ModelWork = async (runbook) => runbook.run();

/** Sequences that would give a number which is there already. */
const BEHIND = `SELECT format('SELECT %L AS it FROM public.%I HAVING max(%I) > coalesce(pg_sequence_last_value(%L::regclass), 0)', s.relname, t.relname, attname, s.oid::regclass) AS ask
  FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') JOIN pg_class t ON t.oid = d.refobjid
  JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid WHERE s.relkind = 'S'`;

/** A new deployment of a schema with so many rows. */
export async function deployModel(scene: Scene, schema: ModelSchema, rows: number): Promise<void> {
  await scene.deploy(undefined, [schema.make, schema.fill(rows), 'ANALYZE']);
}

/** The runbook of a schema; by its map unless another one is given. */
export function modelRunbook(
  scene: Scene,
  { map, model }: ModelSchema,
  to = map,
  environment: Readonly<Record<string, string>> = {},
): PlaceRunbook {
  return new PlaceRunbook(scene, to, { MODEL: model.toText(), ...environment });
}

/** Everything that the climb has to keep while writers write: prints the line with its figures. */
export async function climbUnderLoad(scene: Scene, schema: ModelSchema, rows: number, work = AT_ONCE): Promise<ModelWriters> {
  await deployModel(scene, schema, rows);
  const writers = await ModelWriters.start(scene, schema);
  await moveUnderLoad(scene, schema, writers, rows, schema.map, work);
  await expectReadOnly(scene, true);
  return writers;
}

/** The same to more shards, with the writers of the climb. */
export async function growUnderLoad(
  scene: Scene,
  schema: ModelSchema,
  rows: number,
  writers: ModelWriters,
  to: ShardMap,
  work = AT_ONCE,
): Promise<void> {
  writers.begin();
  await moveUnderLoad(scene, schema, writers, rows, to, work);
}

async function moveUnderLoad(
  scene: Scene,
  schema: ModelSchema,
  writers: ModelWriters,
  rows: number,
  to: ShardMap,
  work: ModelWork,
): Promise<void> {
  await writers.more(100);
  writers.longestPause = 0;
  const { failed, said } = await work(modelRunbook(scene, schema, to));
  expect(failed === undefined ? '' : said).toBe('');
  await writers.more(200);
  await writers.stop();
  expect(await scene.map()).toBe(to.toText());
  expect(writers.surprises).toEqual([]);
  const found = await audit(scene, schema, writers, rows);
  expect(found).toEqual({ rows: found.rows, lost: [], doubled: [], misplaced: [], behind: [] });
  await expectTidy(scene);
  const pause = (writers.longestPause / 1_000).toFixed(1);
  console.info(
    `${schema.title}, ${to.shards} shards: ${found.rows} rows, 0 lost, 0 doubled, 0 misplaced, sequences ahead, pause ${pause} s`,
  );
}

/** What became of the rows. */
export interface ModelAudit {
  readonly rows: number;
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  readonly misplaced: readonly string[];
  readonly behind: readonly string[];
}

async function audit(scene: Scene, schema: ModelSchema, writers: ModelWriters, before: number): Promise<ModelAudit> {
  const map = parseShardMap(await scene.map());
  const shards = Array.from({ length: map.shards }, (_, shard) => `shard${shard}`);
  const { spread, whole, model } = schema;
  const found = new Map<string, string>();
  const homes = new Map<string, Place>();
  const [lost, doubled, misplaced]: [string[], string[], string[]] = [[], [], []];
  for (const [places, it] of [[shards, spread] as const, [[whole.at], whole] as const]) {
    for (const place of places) {
      const key = it === spread ? `${spread.key}::text` : 'NULL';
      const rows = await read(scene, place, `SELECT ${it.reference}, ${it.note}, ${key} FROM public.${it.table}`);
      for (const [reference, note, home] of rows) {
        const name = `${it.table} ${reference}`;
        if (found.has(name)) doubled.push(name);
        found.set(name, note);
        if (home === null) continue;
        if (!homes.has(home)) homes.set(home, await placeOf(scene, map, home, directoryOf(schema)));
        if (homes.get(home) !== place) misplaced.push(`${name} is on ${place}`);
      }
    }
  }
  for (const [reference, { key, allowed }] of writers.ledger) {
    const note = found.get(`${key === undefined ? whole.table : spread.table} ${reference}`);
    if (!allowed.includes(note)) lost.push(`${reference} is ${note}, not ${allowed.join(' or ')}`);
  }
  const old = [...found.keys()].filter((name) => / p-\d+$/.test(name)).length;
  if (old !== before + Math.floor(before / 10)) lost.push(`${old} rows from before, not ${before} and a tenth`);
  for (const name of found.keys())
    if (name.includes(' w-') && !writers.ledger.has(name.split(' ')[1])) lost.push(`${name} came from nowhere`);
  const behind: string[] = [];
  for (const place of [...model.functions, ...shards]) {
    for (const { ask } of await scene.sql<{ ask: string }>(place, BEHIND)) {
      behind.push(...(await scene.sql<{ it: string }>(place, ask)).map(({ it }) => `${place}: ${it}`));
    }
    if (!schema.everywhere) continue;
    const [copy, original] = await Promise.all(
      [place, 'core'].map(async (at) => read(scene, at, `SELECT * FROM ${schema.everywhere} ORDER BY 1`)),
    );
    if (JSON.stringify(copy) !== JSON.stringify(original)) lost.push(`${schema.everywhere} on ${place} is another`);
  }
  return { rows: found.size, lost, doubled, misplaced, behind };
}

async function read(scene: Scene, place: Place, text: string): Promise<[string, string, string | null][]> {
  return (await scene.in(place).query<[string, string, string | null]>({ text, rowMode: 'array' })).rows;
}

/** What can be seen on a source in the midst of a step; of other steps, that somebody works there. */
const MIDST: Readonly<Record<string, string>> = {
  prepare: "SELECT FROM pg_replication_slots WHERE slot_name LIKE 'place%'",
  freeze: "SELECT FROM pg_db_role_setting WHERE 'default_transaction_read_only=on' = ANY (setconfig)",
};
const WORKS = "SELECT FROM pg_stat_activity WHERE application_name = 'stagecraft-place'";

/** Kills steps once, in their midst, and begins again from the first. The switch dies between its parameter and what comes after it. */
export function killedAt(scene: Scene, source: Place, to: ShardMap, steps: readonly string[] = STEPS): ModelWork {
  return async (runbook) => {
    for (const step of steps) {
      const before = STEPS.slice(
        0,
        STEPS.findIndex((one) => one === step),
      );
      expect(await runbook.run(before)).not.toHaveProperty('failed');
      await runbook.step(step, async () =>
        step === 'switch' ? (await scene.map()) === to.toText() : (await scene.sql(source, MIDST[step] ?? WORKS)).length > 0,
      );
    }
    return runbook.run();
  };
}
