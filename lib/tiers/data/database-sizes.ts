import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Geography } from '../../foundation/regions/geography';
import type { AuroraClusterOptions } from './aurora-cluster';

/** What a database costs by. A tier takes what it has, and it all changes in place. */
export interface DatabaseSizes {
  /**
   * Instance type of the one database and its replicas, with or without `db.`.
   * @default - as the tier says
   */
  readonly instanceType?: ec2.InstanceType;
  /**
   * Storage of the one database in GiB. It never shrinks.
   * @default - as the tier says
   */
  readonly allocatedStorage?: number;
  /**
   * Whether another instance in another zone takes over: the standby of the one database, the first reader of each cluster.
   * @default - as the tier says
   */
  readonly standby?: boolean;
  /**
   * Capacity units or instance type of the clusters.
   * @default - as the tier says
   */
  readonly cluster?: AuroraClusterOptions;
}

/** What can be chosen about a cluster in other sizes; undefined where none of them is a cluster's. */
export function clusterOf({ cluster, standby }: DatabaseSizes, options: AuroraClusterOptions = {}): AuroraClusterOptions | undefined {
  if (cluster === undefined && standby === undefined) return undefined;
  const readers = standby === undefined ? options.readers : standby ? Math.max(1, options.readers ?? 1) : 0;
  return { ...options, ...cluster, ...(readers !== undefined && { readers }) };
}

/** A cluster with logical replication never pauses (Aurora guide, "Scaling to zero ACUs"), and one of a global database doesn't anyway. */
export function followsRows(options?: AuroraClusterOptions, geography?: Geography): boolean {
  return geography !== undefined || options?.minCapacity !== 0;
}
