import type { Blueprint } from '../architecture/blueprint';
import { InvalidInput } from '../foundation/invalid-input';
import { CopyUploads } from './copy-uploads';
import { ShardStrategy } from '../tiers/data/shard-map';
import type { Crossing } from './crossing';
import { MoveDatabase } from './move-database';
import { MoveServers } from './move-servers';
import { MoveToCluster } from './move-to-cluster';
import { MoveUploads } from './move-uploads';
import { PlaceUsers, Reshard } from './place-users';

/** In the order in which they are made. */
const MOVES: readonly Crossing[] = [
  new MoveDatabase(),
  new MoveUploads(),
  new MoveServers(),
  new MoveToCluster(),
  new PlaceUsers(),
  new CopyUploads(),
];

/**
 * The deployment between two architectures: both ends side by side, the old one serving, and the runbooks that move what a template can't
 * move. What is only added is there already; what leaves is still there.
 */
export class Bridge {
  /** The bridge from one blueprint to another. Where nothing has to be moved it is the blueprint that it leads to. */
  public static between(from: Blueprint, to: Blueprint): Blueprint {
    const moves = MOVES.filter((move) => move.isNeeded(from, to));
    return moves.reduce<Blueprint>((bridge, move) => move.sideBySide(from, bridge), { ...to, moves: [...moves] });
  }

  /**
   * The bridge to more shards.
   * @param to the blueprint with all shards.
   * @param serving how many of them hold users now; the others are there to be filled. One or more, and less than all.
   */
  public static resharding(to: Blueprint, serving: number): Blueprint {
    const { shardMap } = to.database;
    if (!shardMap) throw new InvalidInput(`serving=${serving} has no shards to grow: it goes with DatabaseTier.sharded()`);
    if (!Number.isInteger(serving) || serving < 1 || serving >= shardMap.shards) {
      throw new InvalidInput(
        `serving=${serving} is not possible with ${shardMap.shards} shards: allowed are 1 to ${shardMap.shards - 1}, the shards that hold users now`,
      );
    }
    if (to.reach.isGlobal) {
      throw new InvalidInput(
        `serving=${serving} is not possible with several regions: each would have to switch at the same moment; ${
          shardMap.strategy === ShardStrategy.HASH
            ? 'by hash half of the users would be looked for in new shards: add shards before the climb to several regions'
            : 'leave it out: nobody moves'
        }`,
      );
    }
    const reshard = new Reshard();
    return reshard.sideBySide({ ...to, database: to.database.withShards(serving) }, { ...to, moves: [...(to.moves ?? []), reshard] });
  }
}
