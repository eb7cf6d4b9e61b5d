import type { Live } from '../live';
import { log } from '../log';
import { pause, reasonOf } from '../timing';
import { inTrace } from '../trace';
import { randomBytes } from 'node:crypto';
import type { Delivery, JobQueue } from './job-queue';
import { hiddenSeconds, JobRun } from './job-run';
import type { WorkerEnvironment } from './worker-environment';
import type { WorkerParts } from './worker-parts';

const PAUSE_MS = 1_000;
/** How long it may take to give back a job that can't be finished. */
const GIVE_BACK_MS = 5_000;

/** Takes jobs from the queue, a few at a time, and does them. */
export class Worker {
  private readonly stopping = new AbortController();
  private readonly running = new Map<JobRun, Promise<void>>();

  public constructor(
    private readonly live: Live<WorkerParts>,
    private readonly environment: WorkerEnvironment,
  ) {}

  /** Works until it is stopped. */
  public async work(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      if (this.running.size >= this.environment.concurrency) {
        await Promise.race(this.running.values());
        continue;
      }
      try {
        await this.look();
      } catch (error) {
        log.warn('the queue was not asked', { reason: reasonOf(error) });
        await pause(PAUSE_MS, this.stopping.signal);
      }
    }
  }

  /**
   * Takes no new job, and waits for those under way. Those that take too long are given back, for others to do at once. A look into
   * the queue that has begun is waited for: a job that it still brings would be hidden from everybody otherwise.
   */
  public async stop(working: Promise<void>): Promise<void> {
    this.stopping.abort();
    const done = working.then(async () => Promise.all(this.running.values()));
    await Promise.race([done, pause(this.environment.stopSeconds * 1_000)]);
    for (const run of this.running.keys()) run.stop('the worker is stopping');
    await Promise.race([Promise.all(this.running.values()), pause(GIVE_BACK_MS)]);
  }

  private async look(): Promise<void> {
    const lease = this.live.lease();
    const { queue } = lease.parts;
    lease.release();
    if (!queue) {
      await pause(PAUSE_MS, this.stopping.signal);
      return;
    }
    const { concurrency, waitSeconds, claimSeconds } = this.environment;
    const deliveries = await queue.receive(concurrency - this.running.size, waitSeconds, hiddenSeconds(claimSeconds));
    for (const delivery of deliveries) {
      if (this.stopping.signal.aborted) await queue.hide(delivery, 0);
      else this.begin(delivery, queue);
    }
  }

  private begin(delivery: Delivery, queue: JobQueue): void {
    const run = new JobRun(delivery, queue, this.live, this.environment);
    const traceId = delivery.job?.traceId ?? randomBytes(16).toString('hex');
    const done = inTrace(traceId, async () => run.run()).finally(() => this.running.delete(run));
    this.running.set(run, done);
  }
}
