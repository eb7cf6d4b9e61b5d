import type { Awake } from '../foundation/awake/awake';
import type { Backups } from '../operate/backups/backups';
import type { Move } from './move';
import type { CacheTier } from '../tiers/cache/cache-tier';
import type { SessionStore } from '../tiers/cache/session-store';
import type { DatabaseTier } from '../tiers/data/database-tier';
import type { EdgeTier } from '../tiers/edge/edge-tier';
import { InvalidInput } from '../foundation/invalid-input';
import type { JobsTier } from '../tiers/jobs/jobs-tier';
import type { NetworkTier } from '../foundation/network/network-tier';
import type { Monitoring } from '../operate/observe/monitoring';
import type { Reach } from '../foundation/regions/geography';
import type { WebTier } from '../tiers/web/web-tier';

/** The choice made in every tier. An architecture is a blueprint: plain data, usually spread from a smaller one. */
export interface Blueprint {
  /** The VPC, and which groups of subnets exist. */
  readonly network: NetworkTier;
  /** Where the data is. */
  readonly database: DatabaseTier;
  /** Copies that spare the database. */
  readonly cache: CacheTier;
  /** Where the sessions of users are. */
  readonly sessions: SessionStore;
  /** What answers requests. */
  readonly web: WebTier;
  /** What users meet first. */
  readonly edge: EdgeTier;
  /** Work that nobody waits for. */
  readonly jobs: JobsTier;
  /** How many regions. */
  readonly reach: Reach;
  /**
   * Copies of the data beside those that each service makes itself.
   * @default - each service's own: two weeks of RDS and of volumes, versions in buckets
   */
  readonly backups?: Backups;
  /**
   * How much is watched.
   * @default Monitoring.FULL
   */
  readonly monitoring?: Monitoring;
  /**
   * When it is awake; for the rest of the week what can be stopped is stopped.
   * @default - always
   */
  readonly awake?: Awake;
  /**
   * What has to be moved by a runbook: a blueprint between two others, see `Bridge`.
   * @default - nothing
   */
  readonly moves?: Move[];
}

/** Refuses choices that don't go together, each in one line. */
export function refuseContradictions({ database, sessions, web, edge, reach }: Blueprint): void {
  if (reach.isGlobal && !database.spansRegions) {
    throw new InvalidInput('several regions need databases that span them: choose DatabaseTier.cluster() or DatabaseTier.sharded()');
  }
  if (web.single) return;
  if (database.needsDataVolume) {
    throw new InvalidInput('a fleet has no data volume for DatabaseTier.onServer(): choose DatabaseTier.instance()');
  }
  if (!sessions.shared) {
    throw new InvalidInput('a fleet of stateless servers needs shared sessions: choose SessionStore.valkey() or SessionStore.dynamoDb()');
  }
  if (!edge.isCdn) {
    throw new InvalidInput('a fleet keeps no uploads on its servers: choose EdgeTier.cdn(), which brings a bucket for them');
  }
}
