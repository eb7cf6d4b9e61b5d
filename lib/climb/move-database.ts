import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import type { Blueprint } from '../architecture/blueprint';
import type { Foundation } from '../foundation/foundation';
import { Setting } from '../foundation/settings/settings';
import { allowMaster } from './as-master';
import { BothDatabases } from './both-databases';
import type { Ends } from '../architecture/move';
import { Crossing } from './crossing';
import { ServerRunbook } from './server-runbook';

/** Shell files of the runbook that moves a server's own database. */
export const MOVE_SCRIPTS = [
  ...['hand.sh', 'restore.sh', 'compare-databases.sh', 'replicate-check.sh', 'replicate-flow.sh', 'replicate-whole.sh'],
  ...['sides', 'follow', 'check', 'switch', 'database', 'abort'].map((part) => `move-${part}.sh`),
];

/** From PostgreSQL on the server to one in private subnets: by logical replication, or by a dump where the log doesn't carry everything. */
export class MoveDatabase extends Crossing {
  public override isNeeded(from: Blueprint, to: Blueprint): boolean {
    return from.database.needsDataVolume && !to.database.needsDataVolume;
  }

  public override sideBySide(from: Blueprint, bridge: Blueprint): Blueprint {
    return { ...bridge, database: new BothDatabases(from.database, bridge.database, Setting.DATABASE_WRITER) };
  }

  public override bind(scope: Construct, foundation: Foundation, { web: { server }, databases: { core } }: Ends): void {
    if (!server || !core) throw new Error('a server and a database stand side by side');
    const { name, settings, servers } = foundation;
    allowMaster(foundation);
    core.securityGroup.connections.allowTo(
      servers.securityGroup,
      ec2.Port.tcp(core.port),
      'Logical replication out of the database on the server',
    );
    new ServerRunbook(scope, 'MoveDatabase', {
      ...{ name, settings, servers },
      title: 'move-database',
      description: `Moves the database of ${name} from the server to RDS. Until its step switch the server's own database serves.`,
      scripts: MOVE_SCRIPTS,
      steps: ['check', 'rehearse', 'freeze', 'copy', 'verify', 'switch', 'finish'],
      environment: { TARGET: settings.heldBack(Setting.DATABASE_WRITER), ADDRESS: `${server.instance.attrPrivateIp}:${core.port}` },
      switches: [Setting.DATABASE_WRITER],
      instanceId: server.instance.ref,
    });
  }
}
