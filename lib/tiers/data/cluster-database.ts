import type { RegionalStack } from '../../foundation/network/regional-stack';
import type { Construct } from 'constructs';
import type { Geography } from '../../foundation/regions/geography';
import type { ServerIdentity } from '../../foundation/servers/server-identity';
import { AuroraCluster, type AuroraClusterOptions } from './aurora-cluster';
import { AuroraDatabases } from './aurora-databases';
import type { ClusterEndpoints, ClusterGroundProps } from './cluster-ground';
import { SecondaryCluster } from './secondary-cluster';

/** Props of {@link ClusterDatabase}. */
export interface ClusterDatabaseProps extends ClusterGroundProps {
  /**
   * What can be chosen about the cluster, the same in every region.
   * @default - Serverless v2, 0.5 to 16 capacity units, one reader
   */
  readonly cluster?: AuroraClusterOptions;
  /**
   * The regions: the founding one has the cluster, a further one has a copy of it.
   * @default - one region
   */
  readonly geography?: Geography;
}

/** What it holds: all of the application's data. Its identifier, its secret and its global database are named so. */
const ROLE = 'core';
const ZONES = 3;

/**
 * One Aurora cluster with all of an application's data, and in several regions the founding member of a global database or, in a further
 * region, its copy there.
 *
 * **Stateful**.
 */
export class ClusterDatabase extends AuroraDatabases {
  /** Where it is. */
  public readonly endpoints: ClusterEndpoints;
  /** The cluster, in the founding region. */
  public readonly cluster?: AuroraCluster;
  /** Its copy, in a further region. */
  public readonly copy?: SecondaryCluster;
  /** Name of the database in it. */
  public readonly databaseName = 'app';
  /** None: one cluster needs no stack of its own. */
  public readonly shardStacks: RegionalStack[] = [];

  public constructor(scope: Construct, id: string, props: ClusterDatabaseProps) {
    super(scope, id, props);
    const { name, geography } = props;
    const shared = { ...props.cluster, name, role: ROLE, ground: this.ground, zones: this.zones(0, ZONES) };
    if (geography && !geography.isFounding) {
      this.copy = new SecondaryCluster(this, 'Core', { ...shared, writeForwarding: geography.writeForwarding });
      this.endpoints = this.copy;
    } else {
      this.cluster = new AuroraCluster(this, 'Core', { ...shared, users: this.users([ROLE]), geography });
      this.endpoints = this.cluster;
    }
  }

  /** The identifier of the cluster, or of its copy. */
  public get clusters(): string[] {
    return [this.cluster ?? this.copy].flatMap((cluster) => cluster?.clusterIdentifier ?? []);
  }

  /** The cluster, in the founding region. */
  public get founded(): AuroraCluster[] {
    return this.cluster ? [this.cluster] : [];
  }

  /** Lets an identity connect, and read the secret. */
  public admit(identity: ServerIdentity): void {
    this.admitTo(identity, [ROLE], "the secret of this one cluster; the end of a secret's ARN is random");
  }

  /** The same: there is one database. */
  public admitToShared(identity: ServerIdentity): void {
    this.admit(identity);
  }
}
