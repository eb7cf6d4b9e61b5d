/** How long what is said takes from one region to another, one way: as between Virginia and Ireland. */
export const DISTANCE_MS = 40;
/** How long what is written takes to copies in other regions. AWS says: usually less than a second. */
export const LAG_MS = 500;
/** How long an address is remembered: a minute on AWS. */
export const REMEMBERED_MS = 6_000;

/** What is never real here, in a few words. */
export const IMITATED =
  'Imitated: AWS’s API (moto), CDN and load balancer (nginx, which asks another server where AWS’s answers 502), standbys and scaling (not at all). Times are shorter: health checks 0.5 s for 10 s, settings 3 s for 30 s.';

/** What a rehearsal can't show. */
export const LIMITS: readonly string[] = [
  'AWS’s load balancer gives a request to one server. Where that is dead the answer is 502 until the third health check, up to 30 s. nginx asks another server for reads.',
  'Times are shorter: a health check every 0.5 s in place of 10 s, settings read every 3 s in place of 30 s, jobs of a dead worker offered again after 2 s in place of 60 s. A sign to climb is the mean of 20 seconds; on AWS it has to show in four hours of a day.',
  'Nothing scales, and no standby takes over: the primary that died comes back itself. There are two workers from the start.',
  'One disk, one memory, the same processors and no distance are shared by all. A server or a database counts as full when it uses one processor. Latencies are this machine’s, and mean nothing while it is busy. Databases don’t wait for the disk.',
  'Visitors come from this machine, and the application doesn’t bound what its own machine asks.',
  'Who may do what (IAM), security groups, encryption by KMS, certificates of a domain.',
  'Regions are 40 ms apart, copies in another one are half a second behind, and DNS turns ten times as quick: health checks every 1 s in place of 10 s, addresses remembered for 6 s in place of 60 s. A dark region refuses at once, where on AWS callers wait. Both servers of a cluster in a further region are one here. Buckets have no distance. AWS takes minutes to move a database and hours to rebuild a copy.',
  'The climb to stage 6: its runbook is a job of S3 Batch Operations, which has no imitation. Stage 6 is started by itself.',
];
