import { type Blueprint, DatabaseTier, NetworkTier, SubnetGroup } from '../lib';
import { singleServer } from './1-single-server';

/**
 * Stage 2, 1,000 to 10,000 users: the database gets its own memory and disk.
 *
 * What broke: every page waits for a disk that the database and the web server share.
 * The fix: RDS with a standby, in subnets that have no way out, reachable from the web server alone. The server stays public
 * and keeps its address. It costs a network hop and a second thing to run.
 */
export const privateDatabase: Blueprint = {
  ...singleServer,
  network: NetworkTier.vpc({ groups: [SubnetGroup.PUBLIC, SubnetGroup.DATA] }),
  database: DatabaseTier.instance(),
};
