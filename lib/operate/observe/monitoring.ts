/** How much is watched. All of it changes in place. */
export enum Monitoring {
  /** Alarms, a dashboard, metrics of the server's memory and disks, and a single server's metrics every minute. */
  FULL = 'full',
  /** A dashboard alone: nobody is told of anything, a deploy that fails users is not taken back, and drills stop by hand. */
  DASHBOARD = 'dashboard',
  /** Logs, and the metrics that each service gives for nothing. */
  NONE = 'none',
}
