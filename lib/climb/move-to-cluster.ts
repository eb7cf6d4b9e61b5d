import type { Construct } from 'constructs';
import type { Blueprint } from '../architecture/blueprint';
import type { Ends } from '../architecture/move';
import type { Foundation } from '../foundation/foundation';
import { Setting } from '../foundation/settings/settings';
import { DatabaseTier, type Databases } from '../tiers/data/database-tier';
import { Crossing } from './crossing';
import { allowToFollow, replicating, WHOLE_SCRIPTS } from './replicating';

/** From one RDS database to one Aurora cluster, as it is, by native logical replication. The old one stays, protected. */
export class MoveToCluster extends Crossing {
  public override isNeeded({ database: from }: Blueprint, { database: to }: Blueprint): boolean {
    return !from.needsDataVolume && !from.spansRegions && to.spansRegions && to.shardMap === undefined;
  }

  public override sideBySide(from: Blueprint, bridge: Blueprint): Blueprint {
    return { ...bridge, database: new BesideCluster(from.database, bridge.database) };
  }

  public override bind(scope: Construct, foundation: Foundation, ends: Ends): void {
    const { core, cluster } = ends.databases;
    if (!core || !cluster) throw new Error('a database and a cluster stand side by side');
    allowToFollow(cluster, ends.databases);
    const { settings } = foundation;
    replicating(scope, foundation, ends, {
      id: 'MoveToCluster',
      title: 'move-to-cluster',
      description: `Moves the database of ${foundation.name} from RDS into one Aurora cluster. Until its step switch RDS serves.`,
      scripts: WHOLE_SCRIPTS,
      environment: {
        OLD_WRITER: core.instance.instanceEndpoint.socketAddress,
        OLD_SECRET: core.secret.secretArn,
        OLD_READERS: readersOf(core),
        TARGET: settings.heldBack(Setting.DATABASE_WRITER),
        TARGET_SECRET: settings.heldBack(Setting.DATABASE_SECRET),
        TARGET_READERS: settings.heldBack(Setting.DATABASE_READERS),
      },
      // In the order in which they change; the last says who serves.
      switches: [Setting.DATABASE_READERS, Setting.DATABASE_SECRET, Setting.DATABASE_WRITER],
    });
  }
}

/** Where reads of a database go; to itself where it has no replicas. */
function readersOf({ instance, replicas }: NonNullable<Databases['core']>): string {
  return (replicas.length > 0 ? replicas : [instance]).map((one) => one.instanceEndpoint.socketAddress).join(',');
}

/** RDS serves, and a cluster is filled. All settings that say where the database is are held back. */
class BesideCluster extends DatabaseTier {
  public constructor(
    private readonly from: DatabaseTier,
    private readonly to: DatabaseTier,
  ) {
    super();
  }

  public override bind(scope: Construct, foundation: Foundation): Databases {
    const { settings } = foundation;
    const old = this.from.bind(scope, foundation);
    if (old.core?.replicas.length === 0) settings.put(Setting.DATABASE_READERS, readersOf(old.core));
    settings.holdBack();
    const next = this.to.bind(scope, foundation);
    settings.endHoldBack();
    return { ...old, ...next };
  }
}
