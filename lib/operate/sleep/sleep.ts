import { Annotations, Aws, Duration, Stack } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { Awake } from '../../foundation/awake/awake';
import type { Network } from '../../foundation/network/network';
import type { AuroraCluster } from '../../tiers/data/aurora-cluster';
import type { AuroraDatabases } from '../../tiers/data/aurora-databases';
import type { Alarms } from '../observe/alarms';
import type { ObservedTiers } from '../observe/tiers';
import { type Sleeper, SleepSchedules } from './sleep-schedules';

/** Props of {@link Sleep}. */
export interface SleepProps {
  /** When it is awake. */
  readonly awake: Awake;
  /** The tiers that exist. */
  readonly tiers: ObservedTiers;
  /** The network; a NAT instance sleeps, too. */
  readonly network: Network;
  /** Encrypts the data volume of a single server. */
  readonly key: kms.IKey;
  /**
   * Alarms that are quiet meanwhile.
   * @default - there are none
   */
  readonly alarms?: Alarms;
}

/** Databases need some minutes to start (RDS and Aurora guides); servers need them, and the way out, when they boot. */
const DATABASES = { before: 30, after: 15 };
const SERVERS = { before: 15, after: 0 };
/** An alarm needs some minutes to see that somebody answers again. */
const GRACE = 5;

/**
 * Stops at the end of the hours what can be stopped, and wakes it before they begin: first databases and the way out, then servers and workers. Load
 * balancers, NAT gateways, caches and endpoints can't be stopped. RDS and Aurora start again by themselves what was stopped for seven days: no
 * sleep is that long, and the stop comes every day.
 *
 * Nothing of it holds data, and it comes and goes in place: while everything is awake, because a stopped database can't be changed.
 */
export class Sleep extends Construct {
  public constructor(scope: Construct, id: string, props: SleepProps) {
    super(scope, id);
    const { awake, tiers, network } = props;
    const nat = network.node.findAll().find((child): child is ec2.CfnInstance => child instanceof ec2.CfnInstance);
    const first = { ...this.database(tiers), ...this.clusters(tiers), ...(nat && { Nat: instance(this, nat) }) };
    if (Object.keys(first).length > 0) new SleepSchedules(this, 'First', { awake, ...DATABASES, sleepers: first });
    for (const stack of tiers.databases?.shardStacks ?? []) {
      const sleepers = clustersIn(tiers.databases, stack);
      if (tiers.geography === undefined && Object.keys(sleepers).length > 0)
        new SleepSchedules(stack, 'Sleep', { awake, ...DATABASES, sleepers });
    }
    const { server, fleet } = tiers.web;
    if (server) {
      const { role } = new SleepSchedules(this, 'Server', { awake, ...SERVERS, sleepers: { Instance: instance(this, server.instance) } });
      allowStart(role, props.key);
    }
    if (fleet) this.group('Fleet', fleet.autoScalingGroup, awake);
    if (tiers.jobs) this.group('Workers', tiers.jobs.workers.autoScalingGroup, awake);
    if (props.alarms) this.mute(props.alarms, awake);
  }

  private database({ database }: ObservedTiers): { [id: string]: Sleeper } {
    if (!database) return {};
    if (database.replicas.length > 0) {
      Annotations.of(this).addInfo('awake does not stop the database: RDS stops none that has read replicas; type -c replicas=0');
      return {};
    }
    const { instanceIdentifier } = database.instance;
    const input = { DbInstanceIdentifier: instanceIdentifier };
    return { Database: { ...RDS, kind: 'DBInstance', input, arn: rdsArn(this, 'db', instanceIdentifier) } };
  }

  private clusters({ databases, geography }: ObservedTiers): { [id: string]: Sleeper } {
    if (databases && geography) {
      Annotations.of(this).addInfo('awake does not stop the databases: Aurora stops no cluster of a global database');
      return {};
    }
    return clustersIn(databases, Stack.of(this));
  }

  /** Nobody is there, and scaling can't bring anybody back: the most is nobody, too. */
  private group(groupId: string, autoScalingGroup: autoscaling.AutoScalingGroup, awake: Awake): void {
    const { minSize, maxSize } = autoScalingGroup.node.defaultChild as autoscaling.CfnAutoScalingGroup;
    const parent = new Construct(this, groupId);
    const timeZone = awake.timeZone.timezoneName;
    const at = (actionId: 'Start' | 'Stop', recurrence: string, minCapacity: number, maxCapacity: number): void => {
      new autoscaling.ScheduledAction(parent, actionId, {
        autoScalingGroup,
        schedule: autoscaling.Schedule.expression(recurrence),
        timeZone,
        minCapacity,
        maxCapacity,
      });
    };
    at('Start', awake.before(SERVERS.before).recurrence, Number(minSize), Number(maxSize));
    at('Stop', awake.after(SERVERS.after).recurrence, 0, 0);
  }

  /** By rules of CloudWatch, not by turning actions off and on: those of a rule end by themselves. */
  private mute({ users, data }: Alarms, awake: Awake): void {
    awake.asleep(GRACE).forEach(({ begins, minutes }, index) => {
      const { minute, hour, weekDay } = begins;
      new cloudwatch.AlarmMuteRule(this, MUTES[index], {
        description: 'Nobody is to be told that what sleeps does not answer',
        schedule: cloudwatch.ScheduleExpression.cron({ minute, hour, weekDay, timeZone: awake.timeZone }),
        duration: Duration.minutes(minutes),
        alarms: data ? [users, data] : [users],
      });
    });
  }
}

const MUTES = Array.from({ length: 14 }, (_, index) => `Quiet${index + 1}`);
const RDS = { service: 'rds' };

/** Clusters of a stack that don't pause by themselves. */
function clustersIn(databases: AuroraDatabases | undefined, stack: Stack): { [id: string]: Sleeper } {
  const here = (databases?.founded ?? []).filter((cluster: AuroraCluster) => Stack.of(cluster) === stack && !cluster.pauses);
  return Object.fromEntries(
    here.map((cluster) => {
      const { clusterIdentifier } = cluster.cluster;
      const input = { DbClusterIdentifier: clusterIdentifier };
      return [cluster.node.id, { ...RDS, kind: 'DBCluster', input, arn: rdsArn(stack, 'cluster', clusterIdentifier) }];
    }),
  );
}

function rdsArn(scope: Construct, type: string, identifier: string): string {
  return `rds:${Stack.of(scope).region}:${Aws.ACCOUNT_ID}:${type}:${identifier}`;
}

function instance(scope: Construct, { ref }: ec2.CfnInstance): Sleeper {
  const arn = `ec2:${Stack.of(scope).region}:${Aws.ACCOUNT_ID}:instance/${ref}`;
  return { service: 'ec2', kind: 'Instances', input: { InstanceIds: [ref] }, arn };
}

/** Who starts a server lets EC2 use the key of its volume (EC2 guide, "Requirements for Amazon EBS encryption"). */
function allowStart(role: iam.Role, key: kms.IKey): void {
  role.addToPolicy(
    new iam.PolicyStatement({
      actions: ['kms:CreateGrant'],
      resources: [key.keyArn],
      conditions: {
        StringEquals: { 'kms:ViaService': `ec2.${Stack.of(role).region}.amazonaws.com` },
        Bool: { 'kms:GrantIsForAWSResource': 'true' },
      },
    }),
  );
}
