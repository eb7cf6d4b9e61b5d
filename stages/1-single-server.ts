import {
  type Blueprint,
  CacheTier,
  DatabaseTier,
  EdgeTier,
  JobsTier,
  NetworkTier,
  Reach,
  SessionStore,
  SubnetGroup,
  WebTier,
} from '../lib';

/**
 * Stage 1, up to about 1,000 users: everything on one server.
 *
 * Fastest to ship and cheapest to run. It scales up by instance type. Web and database fight for memory, CPU and disk,
 * and when the box dies all is down, but its data volume outlives it and has a snapshot a day.
 */
export const singleServer: Blueprint = {
  network: NetworkTier.vpc({ groups: [SubnetGroup.PUBLIC] }),
  database: DatabaseTier.onServer(),
  cache: CacheTier.none(),
  sessions: SessionStore.onServer(),
  web: WebTier.singleServer(),
  edge: EdgeTier.direct(),
  jobs: JobsTier.none(),
  reach: Reach.regional(),
};
