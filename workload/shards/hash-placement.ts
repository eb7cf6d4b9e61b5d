import { insertWithId, type Profile } from '../data/user-table';
import type { Ids } from '../ids/ids';
import { jumpHash } from './jump-hash';
import type { Placement } from './placement';
import type { ShardMap } from './shard-map';
import type { Shards } from './shards';

/** Users by a hash of their id. */
export class HashPlacement implements Placement {
  public constructor(
    private readonly map: ShardMap,
    private readonly shards: Shards,
    private readonly ids: Ids,
  ) {}

  public async find(id: string): Promise<number> {
    return Promise.resolve(jumpHash(id, this.map.shards));
  }

  public async add(profile: Profile): Promise<string> {
    const id = await this.ids.next();
    await this.shards.use(await this.find(id), async (database) => insertWithId(database, id, profile));
    return id;
  }

  public listed(): number[] {
    return Array.from({ length: this.map.shards }, (_, shard) => shard);
  }
}
