import type { Blueprint } from './blueprint';
import type { Edge } from '../tiers/edge/edge-tier';
import type { Jobs } from '../tiers/jobs/jobs-tier';
import type { Valkey } from '../tiers/cache/valkey';
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
  readonly jobs?: Jobs;
}

/** Such an application has one DATABASE_URL, uses the same parts wherever it runs, and knows by which name users find it. */
export function serveOrdinary({ release, settings, edge, cache, sessions, jobs }: Around, blueprint: Blueprint): void {
  if (!release.startTime) return;
  refuseSeveralDatabases(blueprint);
  settings.write('ApplicationUrl', 'config/application/url', edge.url);
  if (!jobs) return;
  for (const part of [cache, sessions]) part?.admit(jobs.identity);
  edge.uploads?.admit(jobs.identity.role);
}

function refuseSeveralDatabases({ database }: Blueprint): void {
  if (!database.shardMap) return;
  throw new InvalidInput(
    'an application of a Procfile has one database, and this blueprint spreads users over several: choose DatabaseTier.cluster() or DatabaseTier.instance(), or give it a script named start that reads Parameter Store',
  );
}
