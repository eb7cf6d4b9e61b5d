import type { IConstruct } from 'constructs';
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
}

/** What holds data which nobody could bring again: not replicas, caches, static files or logs. */
export function holdersOf({ web, edge, database, databases }: DataTiers): IConstruct[] {
  const holders: (IConstruct | undefined)[] = [
    web.server?.dataVolume,
    database?.instance,
    ...(databases ? [databases.products, databases.orders, ...databases.users] : []).map(({ cluster }) => cluster.node.defaultChild),
    edge.uploads,
  ];
  return holders.filter((holder) => holder !== undefined);
}
