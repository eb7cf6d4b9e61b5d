import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';
import { KeyType } from '../../../lib';
import { parseShardMap, type ShardMap } from '../../../workload/shards/shard-map';
import { type Allowed, BusyWriters } from './busy-writers';
import { placeOf } from './homes';
import { directoryOf, type ModelSchema } from './model-schemas';
import { CORE_MAP, type Scene } from './place-scene';

/** A row that was written to: where it belongs, and what its note may be. */
export interface Entry {
  /** The key; nothing for rows of the whole function. */
  readonly key?: string;
  readonly allowed: Allowed;
}

/** Insert, change and delete all the time, where the map in force says, and keep a ledger of what was acknowledged. */
export class ModelWriters extends BusyWriters {
  /** What each row that was written to may be, by its reference. */
  public readonly ledger = new Map<string, Entry>();
  private map?: ShardMap;
  private serial = 0;

  private constructor(
    private readonly scene: Scene,
    private readonly schema: ModelSchema,
    private readonly keys: string[],
  ) {
    super({ loops: 5, patienceMs: 60_000 });
  }

  /** Starts writing. */
  public static async start(scene: Scene, schema: ModelSchema): Promise<ModelWriters> {
    const { table, key } = schema.anchor;
    const { rows } = await scene.in('core').query<{ key: string }>(`SELECT ${key}::text AS key FROM ${table}`);
    const writers = new ModelWriters(
      scene,
      schema,
      rows.map((row) => row.key),
    );
    writers.begin();
    return writers;
  }

  /** Goes on where it was stopped. */
  public begin(): void {
    this.run(this.scene);
  }

  protected async follow(): Promise<void> {
    while (!this.stopped) {
      const text = await this.scene.map();
      this.map = text === CORE_MAP ? undefined : parseShardMap(text);
      await pause(100);
    }
  }

  protected async write(): Promise<void> {
    const own: string[] = [];
    while (!this.stopped) {
      await pause(8);
      const choice = Math.random();
      const index = Math.floor(Math.random() * own.length);
      if (choice < 0.03) await this.newKey();
      else if (choice < 0.55 || own.length === 0) {
        const reference = `w-${(this.serial += 1)}`;
        const key = choice < 0.4 ? this.keys[Math.floor(Math.random() * this.keys.length)] : undefined;
        if (await this.change(reference, key, `note of ${reference}`, true)) own.push(reference);
      } else {
        const reference = own[index];
        const note = choice < 0.9 ? `changed ${(this.serial += 1)}` : undefined;
        const done = await this.change(reference, this.ledger.get(reference)?.key, note, false);
        if (note === undefined || !done) own.splice(index, 1);
      }
    }
  }

  /** A row of the first table, whose key nobody had: of ranges they come from the sequence of the one database, and then from that of a shard. */
  private async newKey(): Promise<void> {
    const { anchor, model } = this.schema;
    const { map } = this;
    try {
      let key = `new ${randomUUID()}`;
      if (model.keyType === KeyType.UUID) key = randomUUID();
      if (model.keyType === KeyType.WHOLE_NUMBER) {
        const last = map?.ranges.at(-1);
        const from = last ? `'${model.sharded}_ids_${last.from}'` : `pg_get_serial_sequence('${anchor.table}', '${anchor.key}')`;
        const at = this.scene.in(last ? `shard${last.shard}` : 'core');
        key = (await at.query<{ id: string }>(`SELECT nextval(${from}) AS id`)).rows[0].id;
      }
      if (map?.strategy === 'directory') {
        const shard = Math.floor(Math.random() * map.shards);
        const { at, table } = directoryOf(this.schema);
        await this.scene.in(at).query(`INSERT INTO ${table} VALUES ($1, $2)`, [key, shard]);
      }
      const place = map ? await placeOf(this.scene, map, key, directoryOf(this.schema)) : 'core';
      await this.scene.in(place).query(anchor.insert, [key]);
      this.keys.push(key);
    } catch (error) {
      this.isRefused(error);
    }
  }

  private async change(reference: string, key: string | undefined, note: string | undefined, isNew: boolean): Promise<boolean> {
    const { spread, whole } = this.schema;
    const it = key === undefined ? whole : spread;
    const before = this.ledger.get(reference)?.allowed ?? [undefined];
    const values = [reference, ...(note === undefined ? [] : [note]), ...(key === undefined ? [] : [key])];
    const mine = key === undefined ? '' : ` AND ${spread.key} = $${values.length}`;
    const insert = `INSERT INTO public.${it.table} (${it.reference}, ${it.note}${key === undefined ? '' : `, ${spread.key}`})`;
    const sql = isNew
      ? `${insert} VALUES (${values.map((_, index) => `$${index + 1}`).join(', ')})`
      : note === undefined
        ? `DELETE FROM public.${it.table} WHERE ${it.reference} = $1${mine}`
        : `UPDATE public.${it.table} SET ${it.note} = $2 WHERE ${it.reference} = $1${mine}`;
    try {
      const { rowCount } = await (await this.poolOf(key)).query(sql, values);
      if (rowCount !== 1) this.surprises.push(`${reference} of ${key} is not where the map says`);
      this.ledger.set(reference, { key, allowed: [note] });
      this.acknowledged(key !== undefined);
      return true;
    } catch (error) {
      if (this.isRefused(error)) return !isNew;
      this.ledger.set(reference, { key, allowed: [...before, note] });
      return false;
    }
  }

  private async poolOf(key: string | undefined): Promise<Pool> {
    const { map, schema } = this;
    if (!map) return this.scene.in('core');
    return this.scene.in(key === undefined ? schema.whole.at : await placeOf(this.scene, map, key, directoryOf(schema)));
  }
}
