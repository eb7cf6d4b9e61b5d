import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';
import { idOf } from '../../../workload/ids/k-sortable';
import { parseShardMap, type ShardMap } from '../../../workload/shards/shard-map';
import { type Allowed, BusyWriters } from './busy-writers';
import { placeOf } from './homes';
import { CORE_MAP, type Place, type Scene } from './place-scene';

const POLL_MS = 200;
const LOOPS = 6;
/** A sequence has come to its end. */
const RANGE_FULL = '2200H';
/** The table isn't there: so it is on a target that abort has wiped and left read-only, while a switch puts the map that it is about to take back. */
const NO_TABLE = '42P01';

/** Tables that are written to; users apart, because they are on shards. */
const TABLES = {
  users: { column: 'name', insert: 'INSERT INTO users (id, name, bio) OVERRIDING SYSTEM VALUE VALUES ($1, $2, $2)' },
  products: { column: 'name', insert: 'INSERT INTO products (id, name, cents) VALUES ($1, $2, 1)' },
  orders: { column: 'quantity', insert: 'INSERT INTO orders (id, user_id, product_id, quantity) VALUES ($1, 1, 1, $2)' },
} as const;

/** A table that is written to. */
export type Table = keyof typeof TABLES;

/** What each row that was written to may be. */
export type Ledger = Readonly<Record<Table, Map<string, Allowed>>>;

/** Writes all the time, where the map in force says, as the application does: and keeps a ledger of what was acknowledged. */
export class Writers extends BusyWriters {
  private map?: ShardMap;

  private constructor(
    private readonly scene: Scene,
    /** Users with the ids 1 to this were there before. */
    public readonly preloaded: number,
    /** What each row that was written to may be. */
    public readonly ledger: Ledger,
    private readonly mayBeWiped: boolean,
  ) {
    super({ loops: LOOPS, patienceMs: 20_000, refusals: [RANGE_FULL, ...(mayBeWiped ? [NO_TABLE] : [])] });
  }

  /**
   * Starts writing.
   * @param mayBeWiped whether a target without tables is a refusal, and no surprise.
   */
  public static async start(scene: Scene, preloaded: number, ledger?: Ledger, mayBeWiped = false): Promise<Writers> {
    const writers = new Writers(scene, preloaded, ledger ?? { users: new Map(), products: new Map(), orders: new Map() }, mayBeWiped);
    await writers.look();
    writers.run(scene);
    return writers;
  }

  /** Goes on where these have stopped. */
  public async again(): Promise<Writers> {
    return Writers.start(this.scene, this.preloaded, this.ledger, this.mayBeWiped);
  }

  protected async follow(): Promise<void> {
    while (!this.stopped) {
      await pause(POLL_MS);
      await this.look();
    }
  }

  private async look(): Promise<void> {
    const text = await this.scene.map();
    this.map = text === CORE_MAP ? undefined : parseShardMap(text);
  }

  // A loop has rows of its own, so that the order of its writes is the order of the ledger.
  protected async write(loop: number): Promise<void> {
    const own: Record<Table, string[]> = { users: [], products: [], orders: [] };
    // Every other one of those who were there before is left alone.
    for (let id = 2 * loop + 1; id <= Math.min(this.preloaded, 600); id += 2 * LOOPS) {
      const known = this.ledger.users.get(String(id));
      if (!known || (known.length === 1 && known[0] !== undefined)) own.users.push(String(id));
    }
    while (!this.stopped) {
      const table = (['users', 'users', 'products', 'orders'] as const)[Math.floor(Math.random() * 4)];
      await this.writeOnce(table, own[table]);
      await pause(8);
    }
  }

  private async writeOnce(table: Table, own: string[]): Promise<void> {
    const text = String(++serial);
    const { column } = TABLES[table];
    const choice = Math.random();
    if (choice < 0.4 || own.length === 0) {
      const id = await this.insert(table, text);
      if (id !== undefined) own.push(id);
      return;
    }
    const index = Math.floor(Math.random() * own.length);
    const id = own[index];
    const remove = choice > 0.85;
    const sql = remove
      ? `DELETE FROM ${table} WHERE id = $1 RETURNING id`
      : `UPDATE ${table} SET ${column} = $2 WHERE id = $1 RETURNING id`;
    const known = this.ledger[table].get(id) ?? [`User ${id}`];
    const done = await this.attempt(table, id, known, remove ? undefined : text, async (pool) =>
      pool.query(sql, remove ? [id] : [id, text]),
    );
    if (remove ? done !== 'refused' : done === 'unknown') own.splice(index, 1);
  }

  private async insert(table: Table, text: string): Promise<string | undefined> {
    const id = table === 'users' ? await this.newUserId() : newId();
    if (id === undefined) return undefined;
    const done = await this.attempt(table, id, [undefined], text, async (pool) => pool.query(TABLES[table].insert, [id, text]));
    return done === 'done' ? id : undefined;
  }

  // Ids of the one database come from its sequence, as those of ranges do.
  private async newUserId(): Promise<string | undefined> {
    const { map } = this;
    try {
      if (!map) return await next(this.scene.in('core'), "pg_get_serial_sequence('users', 'id')");
      if (map.strategy === 'range') {
        const range = map.ranges[Math.floor(Math.random() * map.ranges.length)];
        return await next(this.scene.in(`shard${range.shard}`), `'user_ids_${range.from}'`);
      }
      const id = newId();
      if (map.strategy === 'directory') {
        const shard = Math.floor(Math.random() * map.shards);
        await this.scene.in('orders').query('INSERT INTO user_directory VALUES ($1, $2)', [id, shard]);
      }
      return id;
    } catch (error) {
      this.isRefused(error);
      return undefined;
    }
  }

  private async placeOf(table: Table, id: string): Promise<Place> {
    const { map } = this;
    if (!map) return 'core';
    if (table !== 'users') return table;
    return placeOf(this.scene, map, id, { at: 'orders', table: 'user_directory' });
  }

  private async attempt(
    table: Table,
    id: string,
    before: Allowed,
    after: string | undefined,
    work: (pool: Pool) => Promise<{ rowCount: number | null }>,
  ): Promise<'done' | 'refused' | 'unknown'> {
    try {
      const place = await this.placeOf(table, id);
      const { rowCount } = await work(this.scene.in(place));
      if (rowCount !== 1) this.surprises.push(`${table} ${id} is not on ${place}`);
      this.ledger[table].set(id, [after]);
      this.acknowledged(table === 'users');
      return 'done';
    } catch (error) {
      if (this.isRefused(error)) return 'refused';
      this.ledger[table].set(id, [...before, after]);
      return 'unknown';
    }
  }
}

let serial = 0;
let sequence = 0;
function newId(): string {
  sequence = (sequence + 1) % 4096;
  return idOf({ time: Date.now(), worker: 300, sequence }).toString();
}

async function next(pool: Pool, name: string): Promise<string> {
  return (await pool.query<{ id: string }>(`SELECT nextval(${name}) AS id`)).rows[0].id;
}
