/** What somebody who is woken by an alarm reads first. */
export interface Guide {
  /** What it means for users or data. */
  readonly means: string;
  /** Where to look first. */
  readonly look: string;
}

/** Why an alarm below a composite tells nobody by itself, for `acknowledgeRules`. */
export const PART_OF_COMPOSITE = { CloudWatchAlarmAction: 'it rings through a composite alarm, so that one trouble is one message' };

/** All alarms that somebody hears of, alone or through a composite. `docs/observability.md` has a section of the same name for each. */
export const GUIDES = {
  'users-suffer': {
    means: 'Users get errors, wait too long, or reach nobody; this one message stands for all of it',
    look: "which of the alarms below it rings, then the dashboard's first row",
  },
  'data-at-risk': {
    means: 'A copy, a snapshot or an accepted job is not where it should be; users may not feel it yet',
    look: 'which of the alarms below it rings',
  },
  unreachable: {
    means: 'Nobody answers: for three minutes no server passed its health check, or no question from outside was answered',
    look: "the state of the servers, then the application's last log lines",
  },
  errors: {
    means: 'Answers with status 500 or more use up the error budget of thirty days too fast',
    look: 'the saved query errors-by-trace, then the last release',
  },
  slowness: {
    means: 'Too many requests take longer than was promised, so the budget of thirty days is used up too fast',
    look: 'the saved query slowest-routes, then how full each tier is',
  },
  snapshots: {
    means: 'The nightly snapshot of the data volume failed: what is written since the last one has no copy',
    look: 'the lifecycle policy in the EC2 console, then its role',
  },
  'replica-lag': {
    means: 'A read replica is more than ten minutes behind or does not replicate: users read old data',
    look: "the replica's log, long queries on it, and writes on the primary",
  },
  'dead-letters': {
    means: 'A job failed as often as it may and lies in the dead-letter queue: somebody waits for a result that does not come',
    look: 'the saved query errors-by-trace, then the message itself',
  },
  'late-jobs': {
    means: 'An accepted job has waited much longer than it should: workers are missing or can not keep up',
    look: "the workers' group, then their log lines",
  },
  'global-lag': {
    means: 'A copy of a database in another region is more than a minute behind: a failover now would lose that much and is refused',
    look: "the copy's lag on the dashboard, then AWS's health dashboard",
  },
  uploads: {
    means: 'S3 could not copy uploads to another region: that region lacks them',
    look: "the bucket's replication status, then the replication role and the keys",
  },
  certificate: {
    means: 'A certificate ends within thirty days and was not renewed; afterwards browsers or the CDN refuse the connection',
    look: 'the validation record of the certificate in Route 53',
  },
  'time-to-climb': {
    means: "This architecture's own bottleneck has shown for hours; nothing is broken, and nobody is told",
    look: 'the panel "Time to climb?" of the dashboard, then docs/graduation.md',
  },
} as const satisfies Record<string, Guide>;

/** Name of an alarm in the guide. */
export type Topic = keyof typeof GUIDES;

/**
 * Description of an alarm.
 * @param topic its name in the guide.
 * @param detail what this one alarm watches.
 */
export function describe(topic: Topic, detail?: string): string {
  const { means, look } = GUIDES[topic];
  return `${means}${detail === undefined ? '' : ` (${detail})`}. Look first at: ${look}. Runbook: docs/observability.md#${topic}`;
}
