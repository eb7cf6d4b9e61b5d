import type { Construct } from 'constructs';
import type { Blueprint } from '../architecture/blueprint';
import type { Foundation } from '../foundation/foundation';
import { Setting } from '../foundation/settings/settings';
import { allowMaster } from './as-master';
import { BothDatabases } from './both-databases';
import type { Ends } from '../architecture/move';
import { Crossing } from './crossing';
import { ServerRunbook } from './server-runbook';

/** From PostgreSQL on the server to one in private subnets: a dump and restore, because nothing on the server is an RDS source. */
export class MoveDatabase extends Crossing {
  public override isNeeded(from: Blueprint, to: Blueprint): boolean {
    return from.database.needsDataVolume && !to.database.needsDataVolume;
  }

  public override sideBySide(from: Blueprint, bridge: Blueprint): Blueprint {
    return { ...bridge, database: new BothDatabases(from.database, bridge.database, Setting.DATABASE_WRITER) };
  }

  public override bind(scope: Construct, foundation: Foundation, { web }: Ends): void {
    const { name, settings, servers } = foundation;
    allowMaster(foundation);
    new ServerRunbook(scope, 'MoveDatabase', {
      ...{ name, settings, servers },
      title: 'move-database',
      description: `Moves the database of ${name} from the server to RDS. Until its step switch the server's own database serves.`,
      scripts: ['hand.sh', 'restore.sh', 'compare-databases.sh', 'move-sides.sh', 'move-check.sh', 'move-database.sh', 'move-abort.sh'],
      steps: ['check', 'rehearse', 'freeze', 'copy', 'verify', 'switch', 'finish'],
      environment: { TARGET: settings.heldBack(Setting.DATABASE_WRITER) },
      switches: [Setting.DATABASE_WRITER],
      instanceId: web.server?.instance.ref,
    });
  }
}
