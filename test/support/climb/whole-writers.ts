import type { Client } from 'pg';
import type { PublicSchema } from './public-schemas';
import type { Side, WholeScene } from './whole-scene';

const LOOPS = 5;
type Allowed = readonly (string | undefined)[];

/** What became of the rows. */
export interface Audit {
  /** Rows of the table that was written to. */
  readonly rows: number;
  /** Acknowledged writes that aren't there, and rows that nobody wrote or somebody deleted. */
  readonly lost: readonly string[];
}

/** Insert, change and delete all the time, where the settings say, and keep a ledger of what was acknowledged. */
export class WholeWriters {
  /** Acknowledged writes. */
  public written = 0;
  /** The longest time without an acknowledged write, in milliseconds. */
  public longestPause = 0;
  /** What went wrong other than that a database takes no writes, isn't there or ended a connection. */
  public readonly surprises: string[] = [];
  private readonly ledger = new Map<string, Allowed>();
  private lastWrite = Date.now();
  private stopped = false;
  private side: Side = 'core';
  private loops: Promise<void>[] = [];

  private constructor(
    private readonly scene: WholeScene,
    private readonly schema: PublicSchema,
  ) {}

  /** Starts writing. */
  public static start(scene: WholeScene, schema: PublicSchema): WholeWriters {
    const writers = new WholeWriters(scene, schema);
    scene.stoppedAtEnd(async () => writers.stop());
    writers.loops = [writers.follow(), ...Array.from({ length: LOOPS }, async (_, loop) => writers.write(loop))];
    return writers;
  }

  /** Stops. */
  public async stop(): Promise<void> {
    this.stopped = true;
    await Promise.all(this.loops);
  }

  /** Waits until so many more writes were acknowledged. */
  public async more(count: number, limitMs = 30_000): Promise<void> {
    const [wanted, end] = [this.written + count, Date.now() + limitMs];
    while (this.written < wanted) {
      if (Date.now() > end) throw new Error(`${this.written} writes, waited for ${wanted}: ${this.surprises.join('; ')}`);
      await pause(20);
    }
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

  private async follow(): Promise<void> {
    while (!this.stopped) {
      await pause(100);
      this.side = (await this.scene.serves().catch(() => undefined)) ?? this.side;
    }
  }

  private async write(loop: number): Promise<void> {
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
        const { code, message } = error as { code?: string; message: string };
        // A statement that was refused did nothing; where the connection ended nobody knows.
        if (code === '25006') continue;
        if (code !== undefined && !/^(57P|ECONN|EPIPE)/.test(code)) this.surprises.push(`${code} ${message}`);
        this.ledger.set(key, [...(this.ledger.get(key) ?? [undefined]), after]);
        client = undefined;
        if (own.includes(key)) own.splice(own.indexOf(key), 1);
      }
    }
    await client?.end().catch(() => undefined);
  }

  private acknowledged(): void {
    this.written += 1;
    this.longestPause = Math.max(this.longestPause, Date.now() - this.lastWrite);
    this.lastWrite = Date.now();
  }
}

async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
