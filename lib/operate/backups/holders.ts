import type { IConstruct } from 'constructs';
import type { ClusterDatabase } from '../../tiers/data/cluster-database';
import type { FederatedDatabases } from '../../tiers/data/federated-databases';
import type { PrivateDatabase } from '../../tiers/data/private-database';
import type { Edge } from '../../tiers/edge/edge-tier';
import type { Web } from '../../tiers/web/web-tier';

/** Tiers that may hold data which nobody could bring again. */
export interface DataTiers {
  /** The web tier. */
  readonly web: Web;
  /** The edge. */
  readonly edge: Edge;
  /**
   * The one database.
   * @default - none
   */
  readonly database?: PrivateDatabase;
  /**
   * Databases by function.
   * @default - none
   */
  readonly databases?: FederatedDatabases;
  /**
   * The one database on Aurora.
   * @default - none
   */
  readonly cluster?: ClusterDatabase;
}

/** What holds data which nobody could bring again: not replicas, caches, static files or logs. */
export function holdersOf({ web, edge, database, databases, cluster }: DataTiers): IConstruct[] {
  const holders: (IConstruct | undefined)[] = [
    web.server?.dataVolume,
    database?.instance,
    ...[databases, cluster].flatMap((aurora) => aurora?.founded ?? []).map((founded) => founded.cluster.node.defaultChild),
    edge.uploads,
  ];
  return holders.filter((holder) => holder !== undefined);
}
