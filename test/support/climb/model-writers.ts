import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { KeyType } from '../../../lib';
import { jumpHash } from '../../../lib/tiers/data/jump-hash';
import { parseShardMap, shardInRanges, type ShardMap } from '../../../workload/shards/shard-map';
import type { ModelSchema } from './model-schemas';
import { CORE_MAP, type Place, type Scene } from './place-scene';

const LOOPS = 5;
type Allowed = readonly (string | undefined)[];

/** A row that was written to: where it belongs, and what its note may be. */
export interface Entry {
  /** The key; nothing for rows of the whole function. */
  readonly key?: string;
  readonly allowed: Allowed;
}

/** Where a key is, by the map in force; nothing while everything is in the one database. */
export async function placeOf(scene: Scene, { stem, functions }: ModelSchema, map: ShardMap, key: string): Promise<Place> {
  if (map.strategy === 'range') return `shard${shardInRanges(map, key)}`;
  if (map.strategy === 'hash') return `shard${jumpHash(key, map.shards)}`;
  const sql = `SELECT shard FROM ${stem}_directory WHERE id = $1`;
  const { rows } = await scene.in(functions[functions.length - 1]).query<{ shard: number }>(sql, [key]);
  return `shard${rows[0]?.shard}`;
}

/** Insert, change and delete all the time, where the map in force says, and keep a ledger of what was acknowledged. */
export class ModelWriters {
  /** Acknowledged writes. */
  public written = 0;
  /** The longest time without an acknowledged write to the sharded function, in milliseconds. */
  public longestPause = 0;
  /** What went wrong other than that a database takes no writes or ended a connection. */
  public readonly surprises: string[] = [];
  /** What each row that was written to may be, by its reference. */
  public readonly ledger = new Map<string, Entry>();
  private lastWrite = Date.now();
  private stopped = false;
  private map?: ShardMap;
  private loops: Promise<void>[] = [];
  private serial = 0;

  private constructor(
    private readonly scene: Scene,
    private readonly schema: ModelSchema,
    private readonly keys: string[],
  ) {}

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
    this.stopped = false;
    this.lastWrite = Date.now();
    this.scene.stoppedAtEnd(async () => this.stop());
    this.loops = [this.follow(), ...Array.from({ length: LOOPS }, async () => this.write())];
  }

  /** Stops. */
  public async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.loops);
  }

  /** Waits until so many more writes were acknowledged. */
  public async more(count: number, limitMs = 60_000): Promise<void> {
    const [wanted, end] = [this.written + count, Date.now() + limitMs];
    while (this.written < wanted) {
      if (Date.now() > end) throw new Error(`${this.written} writes, waited for ${wanted}: ${this.surprises.join('; ')}`);
      await pause(20);
    }
  }

  private async follow(): Promise<void> {
    while (!this.stopped) {
      const text = await this.scene.map();
      this.map = text === CORE_MAP ? undefined : parseShardMap(text);
      await pause(100);
    }
  }

  private async write(): Promise<void> {
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
    const { anchor, stem, model } = this.schema;
    const { map } = this;
    try {
      let key = `new ${randomUUID()}`;
      if (model.keyType === KeyType.UUID) key = randomUUID();
      if (model.keyType === KeyType.WHOLE_NUMBER) {
        const last = map?.ranges.at(-1);
        const from = last ? `'${stem}_ids_${last.from}'` : `pg_get_serial_sequence('${anchor.table}', '${anchor.key}')`;
        const at = this.scene.in(last ? `shard${last.shard}` : 'core');
        key = (await at.query<{ id: string }>(`SELECT nextval(${from}) AS id`)).rows[0].id;
      }
      if (map?.strategy === 'directory') {
        const shard = Math.floor(Math.random() * map.shards);
        await this.scene.in(this.schema.functions[0]).query(`INSERT INTO ${stem}_directory VALUES ($1, $2)`, [key, shard]);
      }
      const place = map ? await placeOf(this.scene, this.schema, map, key) : 'core';
      await this.scene.in(place).query(anchor.insert, [key]);
      this.keys.push(key);
    } catch (error) {
      this.judge(error);
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
      this.written += 1;
      if (key !== undefined) {
        this.longestPause = Math.max(this.longestPause, Date.now() - this.lastWrite);
        this.lastWrite = Date.now();
      }
      return true;
    } catch (error) {
      if (this.judge(error)) return !isNew;
      this.ledger.set(reference, { key, allowed: [...before, note] });
      return false;
    }
  }

  private async poolOf(key: string | undefined): Promise<Pool> {
    const { map, schema } = this;
    if (!map) return this.scene.in('core');
    return this.scene.in(key === undefined ? schema.whole.at : await placeOf(this.scene, schema, map, key));
  }

  /** Whether a statement was refused and did nothing; where the connection ended nobody knows. */
  private judge(error: unknown): boolean {
    const { code, message } = error as { code?: string; message: string };
    if (code === '25006') return true;
    if (code !== undefined && !/^(57P|ECONN|EPIPE)/.test(code)) this.surprises.push(`${code} ${message}`);
    return false;
  }
}

async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
