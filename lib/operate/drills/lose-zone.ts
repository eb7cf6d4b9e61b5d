import { Aws, Stack } from 'aws-cdk-lib';
import type * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import type { Construct } from 'constructs';
import type { Valkey } from '../../tiers/cache/valkey';
import type { AuroraCluster } from '../../tiers/data/aurora-cluster';
import type { PrivateDatabase } from '../../tiers/data/private-database';
import { InvalidInput } from '../../foundation/invalid-input';
import { type Network, SubnetGroup } from '../../foundation/network/network';
import { Drill, type DrillProps, type Experiment } from './drill';
import { DRILL_TAG, markForDrills, ONLY_TAG } from './drill-tag';
import { NetworkOutage } from './network-outage';

/** Props of {@link LoseZone}. */
export interface LoseZoneProps extends DrillProps {
  /** The VPC and its groups of subnets. */
  readonly network: Network;
  /** The groups of servers, which get no new server in the zone. */
  readonly groups: autoscaling.AutoScalingGroup[];
  /** The Valkey groups, whose nodes in the zone lose their power. */
  readonly valkeys: Valkey[];
  /** Clusters that fail over where their writer is in the zone, one to five. */
  readonly clusters: AuroraCluster[];
  /**
   * The one database, which fails over where its primary is in the zone.
   * @default - there is none, or several
   */
  readonly database?: PrivateDatabase;
  /**
   * The zone.
   * @default - the first of the network
   */
  readonly zone?: string;
}

const DURATION = 'PT20M';
const TITLE = 'lose-zone';

/** Takes a whole zone away for twenty minutes: its subnets, new servers in it, cache nodes, and writers that stand in it. */
export class LoseZone extends Drill {
  public constructor(scope: Construct, id: string, props: LoseZoneProps) {
    const { ground, network, groups, valkeys, clusters, database } = props;
    const { vpc } = network;
    const { name } = ground;
    const zone = props.zone ?? vpc.availabilityZones[0];
    if (!vpc.availabilityZones.includes(zone)) {
      throw new InvalidInput(`zone=${zone} is not in this network: allowed are ${vpc.availabilityZones.join(', ')}`);
    }
    const subnets = Object.values(SubnetGroup).flatMap(
      (group) => vpc.selectSubnets({ ...network.subnets(group), availabilityZones: [zone] }).subnets,
    );
    const outage = new NetworkOutage(vpc, subnets);
    for (const group of groups) markForDrills(group, name);
    for (const { group } of valkeys) markForDrills(group, name);
    // Replicas carry the tag of the deployment too, and can't fail over.
    if (database) markForDrills(database.instance, name, TITLE);
    for (const { cluster } of clusters) markForDrills(cluster.node.defaultChild ?? cluster, name, TITLE);
    const tagged = (resourceType: string, parameters?: Record<string, string>, only?: string) => ({
      resourceType,
      resourceTags: { [DRILL_TAG]: name, ...(only !== undefined && { [ONLY_TAG]: only }) },
      parameters,
      selectionMode: 'ALL',
    });
    const experiment: Experiment = {
      ground,
      title: TITLE,
      description: `Takes ${zone} away from ${name} for twenty minutes`,
      skipEmpty: true,
      targets: {
        Subnets: { resourceType: 'aws:ec2:subnet', resourceArns: outage.subnetArns, selectionMode: 'ALL' },
        Groups: tagged('aws:ec2:autoscaling-group'),
        ...(valkeys.length > 0 && { Caches: tagged('aws:elasticache:replicationgroup', { availabilityZoneIdentifier: zone }) }),
        ...(database && { Database: tagged('aws:rds:db', { availabilityZoneIdentifiers: zone }, TITLE) }),
        ...(clusters.length > 0 && { Clusters: tagged('aws:rds:cluster', { writerAvailabilityZoneIdentifiers: zone }, TITLE) }),
      },
      actions: {
        CutOff: {
          actionId: 'aws:network:disrupt-connectivity',
          parameters: { scope: 'all', duration: DURATION },
          targets: { Subnets: 'Subnets' },
        },
        RefuseServers: {
          actionId: 'aws:ec2:asg-insufficient-instance-capacity-error',
          parameters: { availabilityZoneIdentifiers: zone, duration: DURATION, percentage: '100' },
          targets: { AutoScalingGroups: 'Groups' },
        },
        ...(valkeys.length > 0 && {
          CutCachePower: {
            actionId: 'aws:elasticache:replicationgroup-interrupt-az-power',
            parameters: { duration: DURATION },
            targets: { ReplicationGroups: 'Caches' },
          },
        }),
        ...(database && {
          FailOverDatabase: {
            actionId: 'aws:rds:reboot-db-instances',
            parameters: { forceFailover: 'true' },
            targets: { DBInstances: 'Database' },
          },
        }),
        ...(clusters.length > 0 && {
          FailOverClusters: { actionId: 'aws:rds:failover-db-cluster', targets: { Clusters: 'Clusters' } },
        }),
      },
    };
    super(scope, id, experiment);

    for (const permission of outage.permissions) this.allow(permission);
    const arn = (service: string, resource: string): string =>
      `arn:${Aws.PARTITION}:${service}:${Stack.of(this).region}:${Aws.ACCOUNT_ID}:${resource}`;
    this.allow({
      actions: ['ec2:InjectApiError'],
      resources: ['*'],
      conditions: {
        StringEquals: { 'ec2:FisActionId': 'aws:ec2:asg-insufficient-instance-capacity-error' },
        'ForAllValues:ArnLike': {
          'ec2:FisTargetArns': groups.map(({ autoScalingGroupName }) =>
            arn('autoscaling', `autoScalingGroup:*:autoScalingGroupName/${autoScalingGroupName}`),
          ),
        },
      },
      because: 'the action knows no resource: bound to these groups by its condition',
    });
    if (valkeys.length > 0) {
      this.allow({
        actions: ['elasticache:InterruptClusterAzPower'],
        resources: valkeys.map(({ group }) => arn('elasticache', `replicationgroup:${group.ref}`)),
        conditions: this.tagged,
      });
    }
    if (database) this.allow({ actions: ['rds:RebootDBInstance'], resources: [database.instance.instanceArn], conditions: this.tagged });
    if (clusters.length > 0) {
      this.allow({
        actions: ['rds:FailoverDBCluster'],
        resources: clusters.map(({ cluster }) => cluster.clusterArn),
        conditions: this.tagged,
      });
    }
    this.allowToFind(
      ...outage.descriptions,
      'autoscaling:DescribeAutoScalingGroups',
      'tag:GetResources',
      ...(valkeys.length > 0 ? ['elasticache:DescribeReplicationGroups'] : []),
      ...(database ? ['rds:DescribeDBInstances'] : []),
      ...(clusters.length > 0 ? ['rds:DescribeDBClusters'] : []),
    );
  }
}
