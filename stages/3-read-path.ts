import { type Blueprint, CacheTier, DatabaseTier, EdgeTier } from '../lib';
import { privateDatabase } from './2-private-database';

/**
 * Stage 3, 10,000 to 100,000 users: reads leave the primary, files leave the server.
 *
 * What broke: every page reads the database, and images, styles and scripts keep web threads busy.
 * The fix: read replicas, a cache in front of them, and a CDN for files. It costs freshness: a replica lags,
 * a cached value is stale for a while, so whoever has just written reads from the primary.
 */
export const readPath: Blueprint = {
  ...privateDatabase,
  database: DatabaseTier.instance({ readReplicas: 2 }),
  cache: CacheTier.valkey(),
  edge: EdgeTier.cdn(),
};
