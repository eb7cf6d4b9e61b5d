import type { SessionTable } from '../../tiers/cache/session-table';
import type { Valkey } from '../../tiers/cache/valkey';
import type { AuroraDatabases } from '../../tiers/data/aurora-databases';
import type { PrivateDatabase } from '../../tiers/data/private-database';
import type { Edge } from '../../tiers/edge/edge-tier';
import type { Jobs } from '../../tiers/jobs/jobs-tier';
import type { Geography } from '../../foundation/regions/geography';
import type { Web } from '../../tiers/web/web-tier';

/** The tiers that exist, for whatever looks at them; a tier that doesn't exist has nothing to show. */
export interface ObservedTiers {
  /** The web tier. */
  readonly web: Web;
  /** The edge. */
  readonly edge: Edge;
  /**
   * The one database.
   * @default - it is on the server or on Aurora, or there are several
   */
  readonly database?: PrivateDatabase;
  /**
   * The databases on Aurora: the one cluster, or those by function.
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
   * @default - sessions are on the server or in a table
   */
  readonly sessions?: Valkey;
  /**
   * The table of sessions.
   * @default - sessions are elsewhere
   */
  readonly sessionTable?: SessionTable;
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
}
