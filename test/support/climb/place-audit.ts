import { parseShardMap } from '../../../workload/shards/shard-map';
import type { Allowed } from './busy-writers';
import { homeOf } from './homes';
import type { Scene } from './place-scene';
import type { Table, Writers } from './place-writers';

/** What became of the rows. */
export interface Audit {
  /** Rows that are there. */
  readonly rows: number;
  /** Rows or changes that were acknowledged and aren't there, or that were deleted and are. */
  readonly lost: readonly string[];
  /** Users who are on two shards. */
  readonly doubled: readonly string[];
  /** Users who are where the map doesn't say. */
  readonly misplaced: readonly string[];
}

/** Compares all databases of a scene with what writers know, and with the users who were there before them. */
export async function audit(scene: Scene, writers: Writers): Promise<Audit> {
  const text = await scene.map();
  const map = text.includes('"core"') ? undefined : parseShardMap(text);
  const found = new Map<string, string>();
  const [doubled, misplaced]: [string[], string[]] = [[], []];
  const homes = map?.strategy === 'directory' ? await directory(scene) : undefined;
  for (const place of map ? Array.from({ length: map.shards }, (_, shard) => `shard${shard}`) : ['core']) {
    for (const [id, name] of await rowsOf(scene, place, 'SELECT id, name FROM users')) {
      if (found.has(id)) doubled.push(id);
      found.set(id, name);
      if (map && place !== `shard${homes ? homes.get(id) : homeOf(map, id)}`) misplaced.push(`${id} is on ${place}`);
    }
  }
  const expected = new Map<string, Allowed>(
    Array.from({ length: writers.preloaded }, (_, index) => [`${index + 1}`, [`User ${index + 1}`]]),
  );
  for (const [id, allowed] of writers.ledger.users) expected.set(id, allowed);
  const lost = compare('user', expected, found);
  let rows = found.size;
  for (const [table, column] of [
    ['products', 'name'],
    ['orders', 'quantity'],
  ] as const satisfies [Table, string][]) {
    const there = new Map(await rowsOf(scene, map ? table : 'core', `SELECT id, ${column}::text FROM ${table}`));
    lost.push(...compare(table, writers.ledger[table], there));
    rows += there.size;
  }
  return { rows, lost, doubled, misplaced };
}

function compare(what: string, expected: ReadonlyMap<string, Allowed>, found: ReadonlyMap<string, string>): string[] {
  const wrong: string[] = [];
  for (const [id, allowed] of expected) {
    if (!allowed.includes(found.get(id))) wrong.push(`${what} ${id} is ${found.get(id)}, not ${allowed.join(' or ')}`);
  }
  for (const id of found.keys()) if (!expected.has(id)) wrong.push(`${what} ${id} came from nowhere`);
  return wrong;
}

async function directory(scene: Scene): Promise<Map<string, string>> {
  return new Map(await rowsOf(scene, 'orders', 'SELECT id, shard::text FROM user_directory'));
}

async function rowsOf(scene: Scene, place: string, text: string): Promise<[string, string][]> {
  return (await scene.in(place).query<[string, string]>({ text, rowMode: 'array' })).rows;
}
