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
    rto: 'Server: minutes. Lost disk: hours.',
    rpo: 'Restart of the server: nothing. Mistake or lost disk: up to a day.',
    why: 'EC2 recovers or restarts the server, and the data volume stays. After a mistake or a lost disk, the snapshot of the last night is restored.',
  },
  {
    rto: 'Database: 1–2 min. Server: minutes.',
    rpo: 'Failover: nothing. Restore after a mistake: 5 min. Lost disk: up to a day of uploads.',
    why: 'The standby takes over with every committed row. After a mistake RDS restores any second until five minutes ago. Uploads are still on the disk of the server.',
  },
  {
    rto: 'Database: 1–2 min. Server: minutes.',
    rpo: 'Failover: nothing. Restore after a mistake: 5 min.',
    why: 'Uploads are in S3 with versions. The one web server is still replaced or restarted in minutes. Meanwhile the CDN answers what it has cached.',
  },
  {
    rto: 'Server: seconds. Database: 1–2 min.',
    rpo: 'Failover: nothing. Restore after a mistake: 5 min.',
    why: 'The load balancer leaves out a server that fails its health checks. When a zone is lost, the database and the caches fail over.',
  },
  {
    rto: 'Each database: under 1 min.',
    rpo: 'Failover: nothing. Restore after a mistake: 5 min.',
    why: "An Aurora reader in another zone takes over, and the other databases don't notice. A job stays in the queue until it is done.",
  },
  {
    rto: 'Reads: 2 min. Writes: minutes after a person starts the failover.',
    rpo: 'Lost region: about 1 s. Otherwise as stage 5.',
    why: 'Health checks take half a minute to find a lost region, and its DNS record lives one minute more. Writes move when a person starts the failover document.',
  },
];
