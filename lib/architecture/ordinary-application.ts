import type { Blueprint } from './blueprint';
import type { Edge } from '../tiers/edge/edge-tier';
import type { Jobs } from '../tiers/jobs/jobs-tier';
import type { SessionTable } from '../tiers/cache/session-table';
import type { Valkey } from '../tiers/cache/valkey';
import { DataModel } from '../tiers/data/data-model';
import type { FunctionalDatabases } from '../tiers/data/functional-databases';
import { InvalidInput } from '../foundation/invalid-input';
import type { Release } from '../foundation/servers/release';
import type { Settings } from '../foundation/settings/settings';

/** What an application that knows nothing of this library needs of an architecture. */
interface Around {
  readonly release: Release;
  readonly settings: Settings;
  readonly edge: Edge;
  readonly cache?: Valkey;
  readonly sessions?: Valkey;
  readonly sessionTable?: SessionTable;
  readonly jobs?: Jobs;
  readonly databases?: FunctionalDatabases;
  readonly secondary?: FunctionalDatabases;
}

/** Such an application has one DATABASE_URL, and URLs of functions and shards where it has a model of its own; uses the same parts wherever it runs, and knows by which name users find it. */
export function serveOrdinary(
  { release, settings, edge, cache, sessions, sessionTable, jobs, databases, secondary }: Around,
  blueprint: Blueprint,
): void {
  if (!release.startTime) return;
  const several = databases ?? secondary;
  if (several?.model === DataModel.REFERENCE) refuseSeveralDatabases(blueprint);
  settings.write('ApplicationUrl', 'config/application/url', edge.url);
  if (!jobs) return;
  for (const part of [cache, sessions, sessionTable]) part?.admit(jobs.identity);
  edge.uploads?.admit(jobs.identity.role);
  several?.admitToShards(jobs.identity);
}

function refuseSeveralDatabases({ database }: Blueprint): void {
  if (!database.shardMap) return;
  throw new InvalidInput(
    'an application of a Procfile has tables of its own, and this blueprint spreads users, products and orders over several databases: choose DatabaseTier.cluster() or DatabaseTier.instance(), or declare its DataModel',
  );
}
