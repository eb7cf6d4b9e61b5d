import { type Blueprint, NetworkTier, SessionStore, SubnetGroup, WebTier } from '../lib';
import { readPath } from './3-read-path';

/**
 * Stage 4, 100,000 to 500,000 users: any server can answer, so any server may die.
 *
 * What broke: the largest server is not enough, and a dead one logs its users out.
 * The fix: a load balancer, private servers that come and go with the load, and sessions in a store of their own. Sticky sessions
 * are refused on purpose. It costs NAT gateways, because the servers have no public address any more.
 */
export const statelessTier: Blueprint = {
  ...readPath,
  network: NetworkTier.vpc({ groups: [SubnetGroup.PUBLIC, SubnetGroup.APP, SubnetGroup.DATA] }),
  sessions: SessionStore.valkey(),
  web: WebTier.fleet({ min: 2, max: 10, scaleOutAbove: 70, scaleInBelow: 30 }),
};
