import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Valkey } from '../../tiers/cache/valkey';
import type { AuroraDatabases } from '../../tiers/data/aurora-databases';
import type { AuroraCluster } from '../../tiers/data/aurora-cluster';
import { ClusterDatabase } from '../../tiers/data/cluster-database';
import { FederatedDatabases } from '../../tiers/data/federated-databases';
import type { PrivateDatabase } from '../../tiers/data/private-database';
import type { Edge } from '../../tiers/edge/edge-tier';
import { InvalidInput } from '../../foundation/invalid-input';
import type { Jobs } from '../../tiers/jobs/jobs-tier';
import type { Network } from '../../foundation/network/network';
import type { Geography } from '../../foundation/regions/geography';
import type { Web } from '../../tiers/web/web-tier';
import type { Drill } from './drill';
import { DrillGround } from './drill-ground';
import { DrillSchedule, type ScheduledDrill } from './drill-schedule';
import { FailOverCluster } from './fail-over-cluster';
import { FailOverInstance } from './fail-over-instance';
import { FailPrimary } from './fail-primary';
import { FailShard } from './fail-shard';
import { InterruptSpot } from './interrupt-spot';
import { KillServer } from './kill-server';
import { LoseRegion } from './lose-region';
import { LoseZone } from './lose-zone';
import { PoisonJobs } from './poison-jobs';

/** Props of {@link Drills}: the tiers that exist; a drill whose tier doesn't exist isn't made. */
export interface DrillsProps {
  /** Name of the deployment. */
  readonly name: string;
  /** Encrypts the log of the drills. */
  readonly key: kms.IKey;
  /** The VPC and its groups of subnets. */
  readonly network: Network;
  /** The web tier. */
  readonly web: Web;
  /** The edge. */
  readonly edge: Edge;
  /** A drill stops as soon as one of these goes off: alarms on what users feel, at most five. With none, who starts a drill watches it. */
  readonly stopOn: cloudwatch.IAlarm[];
  /**
   * The database.
   * @default - it is on the server, or there are several
   */
  readonly database?: PrivateDatabase;
  /**
   * The databases on Aurora: the one cluster, or those by function. Copies in a further region have no writer that could fail over.
   * @default - there is none
   */
  readonly databases?: AuroraDatabases;
  /**
   * The cache.
   * @default - there is none
   */
  readonly cache?: Valkey;
  /**
   * The session store.
   * @default - sessions are on the server
   */
  readonly sessions?: Valkey;
  /**
   * Queue and workers.
   * @default - there are none
   */
  readonly jobs?: Jobs;
  /**
   * The regions.
   * @default - there is one
   */
  readonly geography?: Geography;
  /**
   * The zone that is lost in the drill of that name.
   * @default - the first of the network
   */
  readonly zone?: string;
  /**
   * Alarms that stop the loss of this region, at most five. Its own ring as soon as it is dark; give some on what users of all regions feel.
   * @default - none: who starts that drill watches it, and it ends after half an hour
   */
  readonly stopRegionOn?: cloudwatch.IAlarm[];
  /**
   * Drills that start by themselves.
   * @default - none: a person starts each of them
   */
  readonly schedule?: ScheduledDrill[];
}

/** FIS experiments that prove what the architecture promises, one for each part that may fail. None starts by itself unless it is scheduled. */
export class Drills extends Construct {
  /** The drills that this architecture can have. */
  public readonly drills: Drill[];
  /** What was done to what, for a year. */
  public readonly logGroup: logs.LogGroup;

  public constructor(scope: Construct, id: string, props: DrillsProps) {
    super(scope, id);
    const { name, key, stopOn, network, web, edge, database, databases, cache, sessions, jobs, geography } = props;
    const { fleet } = web;
    const ground = new DrillGround(this, 'Ground', { name, key, stopOn });
    this.logGroup = ground.logGroup;
    const drills: Drill[] = [];
    // Without a standby there is nothing to fail over to.
    if (database?.hasStandby) drills.push(new FailOverInstance(this, 'FailOverDatabase', { ground, database }));
    if (cache) drills.push(new FailPrimary(this, 'FailCache', { ground, title: 'fail-cache', valkey: cache }));
    if (sessions) drills.push(new FailPrimary(this, 'FailSessions', { ground, title: 'fail-sessions', valkey: sessions }));
    if (fleet) {
      const groups = [fleet, ...(jobs ? [jobs.workers] : [])].map(({ autoScalingGroup }) => autoScalingGroup);
      const valkeys = [cache, sessions].filter((valkey) => valkey !== undefined);
      // FIS takes five at the most; the further shards stand like these.
      const clusters = (databases?.founded ?? []).filter(({ hasStandby }) => hasStandby).slice(0, 5);
      const failing = database?.hasStandby ? database : undefined;
      drills.push(
        new KillServer(this, 'KillServer', { ground, fleet }),
        new InterruptSpot(this, 'InterruptSpot', { ground, groups }),
        new LoseZone(this, 'LoseZone', { ground, network, groups, valkeys, clusters, database: failing, zone: props.zone }),
      );
    }
    const fails = (one?: AuroraCluster): one is AuroraCluster => one?.hasStandby === true;
    if (!database && databases instanceof ClusterDatabase && fails(databases.cluster)) {
      drills.push(new FailOverCluster(this, 'FailOverCluster', { ground, title: 'fail-over-database', cluster: databases.cluster }));
    }
    if (databases instanceof FederatedDatabases) {
      const { functions, model, shards } = databases;
      const [last] = model.functions.slice(-1);
      if (fails(functions[last])) {
        const drillId = `FailOver${model.idOf(last)}`;
        drills.push(new FailOverCluster(this, drillId, { ground, title: `fail-over-${last}`, cluster: functions[last] }));
      }
      drills.push(new FailShard(this, 'FailShard', { ground, shard: shards[0] }));
    }
    if (jobs) drills.push(new PoisonJobs(this, 'PoisonJobs', { ground, queue: jobs.queue }));
    if (geography && edge.uploads) {
      drills.push(
        new LoseRegion(this, 'LoseRegion', { ground, network, geography, uploads: edge.uploads, stopOn: props.stopRegionOn ?? [] }),
      );
    }
    this.drills = drills;
    for (const { drill, when } of props.schedule ?? [])
      new DrillSchedule(this.named(drill), 'Schedule', { drill: this.named(drill), when });
  }

  /** Identifiers of the experiment templates, `kill-server=EXT…` one after the other. */
  public get templateIds(): string {
    return this.drills.map(({ title, template }) => `${title}=${template.attrId}`).join(' ');
  }

  private named(title: string): Drill {
    const found = this.drills.find((drill) => drill.title === title);
    if (found) return found;
    throw new InvalidInput(
      `drill=${title} is not one of this architecture: allowed are ${this.drills.map((drill) => drill.title).join(', ')}`,
    );
  }
}
