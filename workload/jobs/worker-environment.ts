import { numberFrom } from '../environment';

/** What a worker is told when it starts. */
export interface WorkerEnvironment {
  /** Jobs at the same time. */
  readonly concurrency: number;
  /** How often a job is tried. The queue must agree: its `maxReceiveCount`. */
  readonly tries: number;
  /** Seconds until a job is tried again, times its tries so far. */
  readonly retrySeconds: number;
  /** Seconds that a job may take. */
  readonly jobSeconds: number;
  /** Seconds after which others take over from a worker that died. */
  readonly claimSeconds: number;
  /** Seconds that one look into the queue waits for a job. */
  readonly waitSeconds: number;
  /** Seconds to finish when told to stop: less than the unit's `TimeoutStopSec`. */
  readonly stopSeconds: number;
}

/** Reads the environment. */
export function readWorkerEnvironment(env: NodeJS.ProcessEnv): WorkerEnvironment {
  return {
    concurrency: Math.max(1, Math.floor(numberFrom(env, 'CONCURRENCY', 1))),
    tries: numberFrom(env, 'TRIES', 5),
    retrySeconds: numberFrom(env, 'RETRY_SECONDS', 5),
    jobSeconds: numberFrom(env, 'JOB_SECONDS', 300),
    claimSeconds: numberFrom(env, 'CLAIM_SECONDS', 20),
    waitSeconds: numberFrom(env, 'WAIT_SECONDS', 20),
    stopSeconds: numberFrom(env, 'STOP_SECONDS', 80),
  };
}
