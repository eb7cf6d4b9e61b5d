import { type Blueprint, Reach } from '../lib';
import { dataScaling } from './5-data-scaling';

/**
 * Stage 6, more than a million users all over the world: the same architecture in two to five regions.
 *
 * What broke: a region can go dark, and far users wait for light. The fix: every region has servers, caches, queue and copies of the data;
 * DNS sends each request to the nearest healthy region; copies are asynchronous; a failover is a document that is drilled.
 * It costs double the bill, lag between regions, and the way of every write to the founding region.
 */
export const multiRegion: Blueprint = {
  ...dataScaling,
  reach: Reach.global({ writeForwarding: true }),
};
