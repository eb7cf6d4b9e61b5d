import { Size } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Awake } from '../foundation/awake/awake';
import type { Nat } from '../foundation/network/nat';
import type { Monitoring } from '../operate/observe/monitoring';
import type { AuroraClusterOptions } from '../tiers/data/aurora-cluster';
import type { Blueprint } from './blueprint';

/** The least and the most of something. */
export interface Bounds {
  /** The least. */
  readonly min: number;
  /** The most. */
  readonly max: number;
}

/** What an architecture costs by. Every one changes in place; what is left out stays as the blueprint says. */
export interface Sizes {
  /**
   * Instance type of the web servers, arm64.
   * @default - as the blueprint says
   */
  readonly size?: ec2.InstanceType;
  /**
   * Data volume of a single server in GiB; it grows and never shrinks.
   * @default - as the blueprint says
   */
  readonly disk?: number;
  /**
   * Instance type of the one database and its replicas, with or without `db.`.
   * @default - as the blueprint says
   */
  readonly databaseClass?: ec2.InstanceType;
  /**
   * Storage of the one database in GiB; it grows and never shrinks.
   * @default - as the blueprint says
   */
  readonly storage?: number;
  /**
   * Whether another instance takes over from each database.
   * @default - as the blueprint says
   */
  readonly standby?: boolean;
  /**
   * Read replicas of the one database.
   * @default - as the blueprint says
   */
  readonly replicas?: number;
  /**
   * Capacity units or instance type of the clusters.
   * @default - as the blueprint says
   */
  readonly capacity?: AuroraClusterOptions;
  /**
   * Node type of cache and sessions, with or without `cache.`.
   * @default - as the blueprint says
   */
  readonly cacheNode?: string;
  /**
   * Servers of a fleet.
   * @default - as the blueprint says
   */
  readonly fleet?: Bounds;
  /**
   * Workers.
   * @default - as the blueprint says
   */
  readonly workers?: Bounds;
  /**
   * Percentage of servers and workers above the least that are on Spot.
   * @default - as the blueprint says
   */
  readonly spot?: number;
  /**
   * The way out of private subnets.
   * @default - as the blueprint says
   */
  readonly nat?: Nat;
  /**
   * Zones in which the endpoint of Secrets Manager stands.
   * @default - as the blueprint says
   */
  readonly endpoints?: number;
  /**
   * How much is watched.
   * @default - as the blueprint says
   */
  readonly monitoring?: Monitoring;
  /**
   * When it is awake; for the rest of the week what can be stopped is stopped.
   * @default - as the blueprint says
   */
  readonly awake?: Awake;
}

/** A blueprint in other sizes. */
export interface Sized {
  /** The blueprint. */
  readonly blueprint: Blueprint;
  /** Sizes that were given and that no tier of the blueprint has. */
  readonly unused: string[];
}

/** What a size changes. A tier that changes returns another one; one that has nothing to choose returns itself. */
type Change = (blueprint: Blueprint) => Partial<Blueprint>;

/** Gives a blueprint other sizes. */
export class Sizing {
  /**
   * The same architecture in other sizes.
   * @param blueprint any blueprint.
   * @param sizes what shall change.
   */
  public static of(blueprint: Blueprint, sizes: Sizes): Sized {
    const unused: string[] = [];
    let sized = blueprint;
    for (const [key, change] of Object.entries(changesOf(sizes))) {
      if (!change) continue;
      const changed = change(sized);
      if (Object.entries(changed).every(([tier, value]) => value === sized[tier as keyof Blueprint])) unused.push(key);
      sized = { ...sized, ...changed };
    }
    return { blueprint: sized, unused };
  }
}

function changesOf(sizes: Sizes): Readonly<Record<string, Change | undefined>> {
  const { size, disk, databaseClass, storage, standby, replicas, capacity, cacheNode, fleet, workers, spot, nat, endpoints, monitoring } =
    sizes;
  const { awake } = sizes;
  const step = <Choice>(choice: Choice | undefined, change: (one: Choice, of: Blueprint) => Partial<Blueprint>): Change | undefined =>
    choice === undefined ? undefined : (of) => change(choice, of);
  return {
    size: step(size, (one, { web }) => ({ web: web.withInstanceType(one) })),
    disk: step(disk, (one, { web }) => ({ web: web.withDataVolume(Size.gibibytes(one)) })),
    databaseClass: step(databaseClass, (instanceType, { database }) => ({ database: database.sized({ instanceType }) })),
    storage: step(storage, (allocatedStorage, { database }) => ({ database: database.sized({ allocatedStorage }) })),
    standby: step(standby, (one, { database }) => ({ database: database.sized({ standby: one }) })),
    replicas: step(replicas, (one, { database }) => ({ database: database.withReadReplicas(one) })),
    capacity: step(capacity, (cluster, { database }) => ({ database: database.sized({ cluster }) })),
    cacheNode: step(cacheNode, (one, { cache, sessions }) => ({ cache: cache.withNodeType(one), sessions: sessions.withNodeType(one) })),
    fleet: step(fleet, (bounds, { web }) => ({ web: web.withFleet(bounds) })),
    workers: step(workers, (bounds, { jobs }) => ({ jobs: jobs.withWorkers(bounds) })),
    spot: step(spot, (spotPercentage, { web, jobs }) => ({
      web: web.withFleet({ spotPercentage }),
      jobs: jobs.withWorkers({ spotPercentage }),
    })),
    nat: step(nat, (one, { network }) => ({ network: network.withNat(one) })),
    endpoints: step(endpoints, (one, { network }) => ({ network: network.withEndpointZones(one) })),
    monitoring: step(monitoring, (one) => ({ monitoring: one })),
    awake: step(awake, (one) => ({ awake: one })),
  };
}
