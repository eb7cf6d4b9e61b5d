import { jumpHash } from '../../../lib/tiers/data/jump-hash';
import { shardInRanges, type ShardMap } from '../../../workload/shards/shard-map';
import type { Place, Scene } from './place-scene';

/** A table that names the shard of each key, and the database that it is in. */
export interface Directory {
  readonly at: Place;
  readonly table: string;
}

/** The shard of a key, where the map alone says it. */
export function homeOf(map: ShardMap, key: string): number | undefined {
  return map.strategy === 'hash' ? jumpHash(key, map.shards) : shardInRanges(map, key);
}

/** Where a key is, by the map in force or by the directory that it leaves this to. */
export async function placeOf(scene: Scene, map: ShardMap, key: string, { at, table }: Directory): Promise<Place> {
  if (map.strategy !== 'directory') return `shard${homeOf(map, key)}`;
  const { rows } = await scene.in(at).query<{ shard: number }>(`SELECT shard FROM ${table} WHERE id = $1`, [key]);
  return `shard${rows[0]?.shard}`;
}
