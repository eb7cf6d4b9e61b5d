import type { Live } from '../live';
import { log } from '../log';
import { reasonOf } from '../timing';
import type { Delivery, JobQueue } from './job-queue';
import type { Claim } from './report';
import { makeReport } from './report-work';
import type { WorkerEnvironment } from './worker-environment';
import type { WorkerParts } from './worker-parts';

/** Why a job was stopped: it took too long, somebody else has it by now, or the worker has to go. */
export type StopReason = 'it took too long' | 'another worker has it' | 'the worker is stopping';

class Stopped extends Error {
  public constructor(public readonly reason: StopReason) {
    super(reason);
  }
}

/**
 * Does the job of one delivery. However it ends, the message is deleted only when the report is done; otherwise others see it again.
 * Parts are borrowed step by step, because settings may change while a job runs.
 */
export class JobRun {
  private readonly stopper = new AbortController();

  public constructor(
    private readonly delivery: Delivery,
    private readonly queue: JobQueue,
    private readonly live: Live<WorkerParts>,
    private readonly environment: WorkerEnvironment,
  ) {}

  /** Ends the work early: the job is somebody else's soon. */
  public stop(reason: StopReason): void {
    this.stopper.abort(new Stopped(reason));
  }

  /** Does it. Nothing that goes wrong is thrown. */
  public async run(): Promise<void> {
    const { job, count } = this.delivery;
    const jobId = job?.jobId;
    try {
      if (!job) throw new Error('the message makes no sense');
      log.info('took a job', { jobId, count });
      const claim = await this.use(async ({ reports }) => reports.claim(job.jobId, this.isLastTry, this.environment.claimSeconds));
      if (claim === 'unknown') throw new Error('there is no such report');
      if (claim === 'busy') {
        log.info('somebody works on the job', { jobId });
        await this.queue.hide(this.delivery, hiddenSeconds(this.environment.claimSeconds));
      } else {
        if (claim === 'done') log.info('the job was done already', { jobId });
        else await this.work(claim);
        await this.queue.delete(this.delivery);
      }
    } catch (error) {
      log.error('a job was not done', { jobId, count, lastTry: this.isLastTry, reason: reasonOf(error) });
      await this.showAgain(error);
    }
  }

  private async work(claim: Claim): Promise<void> {
    const start = performance.now();
    const limit = setTimeout(() => {
      this.stop('it took too long');
    }, this.environment.jobSeconds * 1_000);
    const heartbeat = setInterval(() => void this.keep(claim), (this.environment.claimSeconds * 1_000) / 3);
    try {
      const stopped = new Promise<never>((_, reject) => {
        this.stopper.signal.addEventListener('abort', () => {
          reject(this.stopper.signal.reason as Stopped);
        });
      });
      const made = makeReport(claim, async (work) => this.use(async ({ databases }) => work(databases)), this.stopper.signal);
      made.catch(() => undefined);
      const result = await Promise.race([made, stopped]);
      if (!(await this.use(async ({ reports }) => reports.finish(claim, result)))) throw new Stopped('another worker has it');
      log.info('did a job', { jobId: claim.id, ms: Math.round(performance.now() - start) });
    } catch (error) {
      await this.letGo(claim);
      throw error;
    } finally {
      clearTimeout(limit);
      clearInterval(heartbeat);
    }
  }

  /** Keeps others away from the job while it goes on. */
  private async keep(claim: Claim): Promise<void> {
    try {
      const { claimSeconds } = this.environment;
      if (await this.use(async ({ reports }) => reports.renew(claim, claimSeconds)))
        await this.queue.hide(this.delivery, hiddenSeconds(claimSeconds));
      else this.stop('another worker has it');
    } catch (error) {
      log.warn('a job was not kept', { jobId: claim.id, reason: reasonOf(error) });
    }
  }

  private async letGo(claim: Claim): Promise<void> {
    await this.use(async ({ reports }) => (this.isLastTry ? reports.fail(claim) : reports.giveBack(claim))).catch((reason: unknown) => {
      log.warn('a claim was not ended', { jobId: claim.id, reason: reasonOf(reason) });
    });
  }

  /** Lets others see the job. After the last try that is at once: the queue then puts it to the dead letters. */
  private async showAgain(error: unknown): Promise<void> {
    const stopped = error instanceof Stopped ? error.reason : undefined;
    if (stopped === 'another worker has it') return;
    const atOnce = this.isLastTry || stopped === 'the worker is stopping';
    await this.queue.hide(this.delivery, atOnce ? 0 : this.environment.retrySeconds * this.delivery.count).catch((reason: unknown) => {
      log.warn('a job stays hidden for a while', { jobId: this.delivery.job?.jobId, reason: reasonOf(reason) });
    });
  }

  private get isLastTry(): boolean {
    return this.delivery.count >= this.environment.tries;
  }

  private async use<T>(work: (parts: WorkerParts) => Promise<T>): Promise<T> {
    const lease = this.live.lease();
    try {
      return await work(lease.parts);
    } finally {
      lease.release();
    }
  }
}

/** How long a message is hidden: a little longer than the claim, so that who sees it again can claim it. */
export function hiddenSeconds(claimSeconds: number): number {
  return Math.ceil(claimSeconds * 1.1);
}
