import { randomBytes } from 'node:crypto';
import type { Databases } from '../data/databases';
import type { Ids } from '../ids/ids';
import { log } from '../log';
import { reasonOf } from '../timing';
import { currentTraceId } from '../trace';
import type { JobQueue } from './job-queue';
import type { Report, ReportWish } from './report';
import { ReportTable } from './report-table';
import { makeReport } from './report-work';

/** More than any report takes while somebody waits. */
const CLAIM_SECONDS = 120;

/** Takes wishes for reports. With a queue they are promised, without one they are made at once, while the visitor waits. */
export class ReportDesk {
  private readonly table: ReportTable;

  public constructor(
    private readonly databases: Databases,
    private readonly ids: Ids,
    private readonly queue?: JobQueue,
  ) {
    this.table = new ReportTable(databases.orders);
  }

  /** One report. */
  public async find(fresh: boolean, id: string): Promise<Report | undefined> {
    return this.table.find(fresh, id);
  }

  /** Accepts a wish. The report is done already where there is no queue. */
  public async request(wish: ReportWish): Promise<Report> {
    const id = await this.ids.next();
    await this.table.add(id, wish);
    if (!this.queue) return this.makeNow(id, wish);
    try {
      await this.queue.send({ jobId: id, traceId: currentTraceId() ?? randomBytes(16).toString('hex') });
    } catch (error) {
      await this.table.refuse(id).catch((reason: unknown) => {
        log.warn('a report stays accepted, but was not handed over', { jobId: id, reason: reasonOf(reason) });
      });
      throw error;
    }
    log.info('accepted a job', { jobId: id });
    return { id, ...wish, state: 'accepted', result: null };
  }

  private async makeNow(id: string, wish: ReportWish): Promise<Report> {
    const claim = await this.table.claim(id, true, CLAIM_SECONDS);
    if (typeof claim === 'string') throw new Error(`the new report ${id} is ${claim}`);
    try {
      const result = await makeReport(wish, async (work) => work(this.databases), new AbortController().signal);
      await this.table.finish(claim, result);
      return { id, ...wish, state: 'done', result };
    } catch (error) {
      await this.table.fail(claim).catch(() => undefined);
      throw error;
    }
  }
}
