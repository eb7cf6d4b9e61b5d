/** What a failure costs in time and in data: how long until it works again, and how much of what was written may be lost. */
export interface Recovery {
  /** Recovery time objective, short enough for a table. */
  readonly rto: string;
  /** Recovery point objective. */
  readonly rpo: string;
  /** Where both come from. */
  readonly why: string;
}

/** Of each stage in order. What AWS documents and the runbooks say, not what was measured on an account. */
export const RECOVERY: readonly Recovery[] = [
  {
    rto: 'minutes; hours if the disk is lost',
    rpo: 'none; a day if the disk is lost',
    why: 'EC2 recovers or restarts the server, the data volume outlives it; a lost volume comes back from the snapshot of the night.',
  },
  {
    rto: '1–2 min database, minutes server',
    rpo: 'none; 5 min by restore; a day of uploads if the disk is lost',
    why: 'The standby takes over with every committed row; a mistake is undone to within five minutes; uploads are still on the disk of the server.',
  },
  {
    rto: '1–2 min database, minutes server',
    rpo: 'none; 5 min by restore',
    why: 'Uploads are in S3 with versions; the one web server is still replaced or restarted in minutes, and the CDN answers what it holds.',
  },
  {
    rto: 'seconds a server, 1–2 min database',
    rpo: 'none; 5 min by restore',
    why: 'The load balancer leaves out a server that fails its checks; a lost zone is a failover of the database and of the caches.',
  },
  {
    rto: 'under 1 min a database',
    rpo: 'none; 5 min by restore',
    why: "An Aurora reader in another zone takes over; the other databases don't notice; a job is in the queue until it is done.",
  },
  {
    rto: 'reads 2 min, writes minutes after the decision',
    rpo: 'about 1 s of a lost region',
    why: 'DNS leaves out a region after half a minute and the minute of its record; writes move by the failover document, which a person starts.',
  },
];
