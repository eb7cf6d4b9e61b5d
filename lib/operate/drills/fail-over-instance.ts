import type { Construct } from 'constructs';
import type { PrivateDatabase } from '../../tiers/data/private-database';
import { Drill, type DrillProps } from './drill';
import { markForDrills } from './drill-tag';

/** Props of {@link FailOverInstance}. */
export interface FailOverInstanceProps extends DrillProps {
  /** The database. */
  readonly database: PrivateDatabase;
}

/** Makes the standby of the database its primary. */
export class FailOverInstance extends Drill {
  public constructor(scope: Construct, id: string, props: FailOverInstanceProps) {
    const { ground, database } = props;
    const { instance } = database;
    markForDrills(instance, ground.name);
    super(scope, id, {
      ground,
      title: 'fail-over-database',
      description: `Reboots the database of ${ground.name} with failover to its standby`,
      targets: { Database: { resourceType: 'aws:rds:db', resourceArns: [instance.instanceArn], selectionMode: 'ALL' } },
      actions: {
        FailOver: {
          actionId: 'aws:rds:reboot-db-instances',
          parameters: { forceFailover: 'true' },
          targets: { DBInstances: 'Database' },
        },
      },
    });
    this.allow({ actions: ['rds:RebootDBInstance'], resources: [instance.instanceArn], conditions: this.tagged });
    this.allowToFind('rds:DescribeDBInstances', 'tag:GetResources');
  }
}
