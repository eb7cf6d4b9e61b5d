import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from 'pg';
import { type Allowed, BusyWriters } from './busy-writers';
import type { PublicSchema } from './public-schemas';
import type { Side, WholeScene } from './whole-scene';

/** What became of the rows. */
export interface Audit {
  /** Rows of the table that was written to. */
  readonly rows: number;
  /** Acknowledged writes that aren't there, and rows that nobody wrote or somebody deleted. */
  readonly lost: readonly string[];
}

/** Insert, change and delete all the time, where the settings say, and keep a ledger of what was acknowledged. */
export class WholeWriters extends BusyWriters {
  private readonly ledger = new Map<string, Allowed>();
  private side: Side = 'core';

  private constructor(
    private readonly scene: WholeScene,
    private readonly schema: PublicSchema,
  ) {
    super({ loops: 5, patienceMs: 30_000 });
  }

  /** Starts writing. */
  public static start(scene: WholeScene, schema: PublicSchema): WholeWriters {
    const writers = new WholeWriters(scene, schema);
    writers.run(scene);
    return writers;
  }

  /** Compares what is there with what is known, the rows from before included. */
  public async audit(before: number): Promise<Audit> {
    const [table, reference, note] = this.schema.written;
    const rows = await this.scene.as<{ reference: string; note: string }>(this.side, [
      `SELECT ${reference} AS reference, ${note} AS note FROM ${table}`,
    ]);
    const found = new Map(rows.map((row) => [row.reference, row.note]));
    const lost = [...this.ledger].filter(([key, allowed]) => !allowed.includes(found.get(key))).map(([key]) => key);
    const old = [...found.keys()].filter((key) => key.startsWith('p-')).length;
    if (old !== before) lost.push(`${old} rows from before, not ${before}`);
    lost.push(...[...found.keys()].filter((key) => key.startsWith('w-') && !this.ledger.has(key)));
    if (found.size !== rows.length) lost.push(`${rows.length - found.size} rows are there twice`);
    return { rows: rows.length, lost };
  }

  protected async follow(): Promise<void> {
    while (!this.stopped) {
      await pause(100);
      this.side = (await this.scene.serves().catch(() => undefined)) ?? this.side;
    }
  }

  protected async write(loop: number): Promise<void> {
    const [table, reference, note] = this.schema.written;
    const own: string[] = [];
    let at: Side = this.side;
    let client: Client | undefined;
    for (let n = 1; !this.stopped; n += 1) {
      await pause(8);
      const choice = Math.random();
      const key = choice < 0.5 || own.length === 0 ? `w-${loop}-${n}` : own[Math.floor(Math.random() * own.length)];
      const [sql, values, after]: [string, string[], string | undefined] = key.endsWith(`-${n}`)
        ? [this.schema.insert, [key, `note ${n}`], `note ${n}`]
        : choice < 0.85
          ? [`UPDATE ${table} SET ${note} = $2 WHERE ${reference} = $1`, [key, `changed ${n}`], `changed ${n}`]
          : [`DELETE FROM ${table} WHERE ${reference} = $1`, [key], undefined];
      try {
        if (!client || at !== this.side) {
          await client?.end().catch(() => undefined);
          at = this.side;
          client = await this.scene.connect(at);
        }
      } catch {
        continue;
      }
      try {
        await client.query(sql, values);
        this.ledger.set(key, [after]);
        this.acknowledged();
        if (after === undefined) own.splice(own.indexOf(key), 1);
        else if (!own.includes(key)) own.push(key);
      } catch (error) {
        if (this.isRefused(error)) continue;
        this.ledger.set(key, [...(this.ledger.get(key) ?? [undefined]), after]);
        client = undefined;
        if (own.includes(key)) own.splice(own.indexOf(key), 1);
      }
    }
    await client?.end().catch(() => undefined);
  }
}
