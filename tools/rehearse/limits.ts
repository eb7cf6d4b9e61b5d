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
  'Several regions: distance, replication over it and DNS by place have no imitation here that would teach the right thing, so stage 6 is refused.',
];
