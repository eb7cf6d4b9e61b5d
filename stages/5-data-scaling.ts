import { Duration } from 'aws-cdk-lib';
import { type Blueprint, DatabaseTier, JobsTier, ShardMap } from '../lib';
import { statelessTier } from './4-stateless-tier';

/**
 * Stage 5, 500,000 to more than a million users: writes are spread, work that can wait does.
 *
 * What broke: one primary can't take the writes, and slow work holds up whoever asked for it.
 * The fix: databases by function (users, products, orders), users over shards by ranges of their ids, and a queue between click and work: the
 * answer is "processing" at once, and workers scale on the backlog. It costs joins across shards, hot shards, and resharding.
 */
export const dataScaling: Blueprint = {
  ...statelessTier,
  database: DatabaseTier.sharded({ shardMap: ShardMap.range(2) }),
  jobs: JobsTier.queue({ min: 0, max: 10, acceptableLatency: Duration.seconds(60), averageJob: Duration.seconds(5) }),
};
