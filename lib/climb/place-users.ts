import type { Construct } from 'constructs';
import type { Blueprint } from '../architecture/blueprint';
import type { FederatedDatabases } from '../tiers/data/federated-databases';
import { ShardMap } from '../tiers/data/shard-map';
import type { Foundation } from '../foundation/foundation';
import { Setting } from '../foundation/settings/settings';
import { BothDatabases } from './both-databases';
import type { Ends } from '../architecture/move';
import { Crossing } from './crossing';
import { allowToFollow, PLACE_SCRIPTS, replicating } from './replicating';
import type { ServerRunbook } from './server-runbook';

/** From one database to databases by function, one of them over shards, by native logical replication. The old one stays, protected. */
export class PlaceUsers extends Crossing {
  public override isNeeded(from: Blueprint, to: Blueprint): boolean {
    return from.database.shardMap === undefined && to.database.shardMap !== undefined && !from.database.needsDataVolume;
  }

  public override sideBySide(from: Blueprint, bridge: Blueprint): Blueprint {
    return { ...bridge, database: new BothDatabases(from.database, bridge.database, Setting.SHARD_MAP, ShardMap.CORE) };
  }

  public override bind(scope: Construct, foundation: Foundation, ends: Ends): void {
    allowToFollow(severalOf(ends), ends.databases);
    placeUsers(scope, foundation, ends, `Moves the data of ${foundation.name} out of its one database, by function and by shard.`);
  }
}

/** From shards to more shards. No climb needs it: `Bridge.resharding` does. */
export class Reshard extends Crossing {
  public override isNeeded(): boolean {
    return false;
  }

  public override sideBySide(from: Blueprint, bridge: Blueprint): Blueprint {
    const serves = from.database.shardMap?.toText();
    return { ...bridge, database: new BothDatabases(undefined, bridge.database, Setting.SHARD_MAP, serves) };
  }

  public override bind(scope: Construct, foundation: Foundation, ends: Ends): void {
    placeUsers(scope, foundation, ends, `Moves the users of ${foundation.name} who belong to a new shard.`);
  }
}

function severalOf({ databases: { federated } }: Ends): FederatedDatabases {
  if (!federated) throw new Error('there are databases by function');
  return federated;
}

function placeUsers(scope: Construct, foundation: Foundation, ends: Ends, what: string): ServerRunbook {
  return replicating(scope, foundation, ends, {
    id: 'PlaceUsers',
    title: 'place-users',
    description: `${what} Until its step switch the old side serves.`,
    scripts: PLACE_SCRIPTS,
    environment: { SHARD_MAP: foundation.settings.heldBack(Setting.SHARD_MAP), MODEL: severalOf(ends).model.toText() },
    switches: [Setting.SHARD_MAP],
  });
}
