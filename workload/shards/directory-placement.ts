import type { Database } from '../data/database';
import { insertWithId, type Profile } from '../data/user-table';
import type { Ids } from '../ids/ids';
import { log } from '../log';
import { reasonOf } from '../timing';
import type { Placement } from './placement';
import type { ShardMap } from './shard-map';
import type { Shards } from './shards';
import { Turns } from './turns';

const REMEMBERED = 10_000;
const REMEMBER_MS = 60_000;

/** Users by a table beside the orders, which names the shard of each. */
export class DirectoryPlacement implements Placement {
  private readonly remembered = new Map<string, { readonly shard: number; readonly until: number }>();
  private readonly all: readonly number[];
  private readonly turns: Turns<number>;

  public constructor(
    { shards: count }: ShardMap,
    private readonly shards: Shards,
    private readonly ids: Ids,
    private readonly directory: Database,
  ) {
    this.all = Array.from({ length: count }, (_, shard) => shard);
    this.turns = new Turns(this.all);
  }

  public async find(id: string, fresh: boolean): Promise<number | undefined> {
    const known = fresh ? undefined : this.remembered.get(id);
    if (known && known.until > Date.now()) return known.shard;
    const shard = await this.lookUp(id, fresh);
    if (shard === undefined) this.remembered.delete(id);
    else this.remember(id, shard);
    return shard;
  }

  /** The directory is written first: a user who isn't in it would never be found, an entry without a user does no harm. */
  public async add(profile: Profile): Promise<string> {
    return this.turns.take(async (shard) => {
      const id = await this.ids.next();
      await this.directory.write('INSERT INTO user_directory (id, shard) VALUES ($1, $2)', [id, shard]);
      try {
        await this.shards.use(shard, async (database) => insertWithId(database, id, profile));
      } catch (error) {
        await this.directory.write('DELETE FROM user_directory WHERE id = $1', [id]).catch((reason: unknown) => {
          log.warn('an entry of the directory stays without a user', { reason: reasonOf(reason) });
        });
        throw error;
      }
      this.remember(id, shard);
      return id;
    });
  }

  public listed(): number[] {
    return [...this.all];
  }

  private async lookUp(id: string, fresh: boolean): Promise<number | undefined> {
    const sql = 'SELECT shard FROM user_directory WHERE id = $1';
    return (await this.directory.read<{ shard: number }>(fresh, sql, [id])).at(0)?.shard;
  }

  private remember(id: string, shard: number): void {
    if (this.remembered.size >= REMEMBERED) {
      for (const oldest of this.remembered.keys()) {
        this.remembered.delete(oldest);
        break;
      }
    }
    this.remembered.set(id, { shard, until: Date.now() + REMEMBER_MS });
  }
}
