import { log } from '../log';
import { reasonOf } from '../timing';
import { SYSTEM_CLOCK, type Clock } from './clock';
import { IdMaker } from './id-maker';
import type { WorkerLease, WorkerLeases } from './worker-leases';

/** A lease is renewed when this share of it has passed. */
const RENEW_AFTER = 1 / 3;
/** No ids are made in this last share of a lease, by the monotonic clock. */
const STOP_BEFORE = 1 / 6;

interface Holding {
  readonly lease: WorkerLease;
  readonly maker: IdMaker;
  readonly heartbeat: NodeJS.Timeout;
}

/** Makes k-sortable 64-bit ids under a lease, which is taken when the first id is wanted and kept until closed. */
export class Ids {
  private holding?: Promise<Holding>;
  private closed = false;

  public constructor(
    private readonly leases: WorkerLeases,
    private readonly clock: Clock = SYSTEM_CLOCK,
  ) {}

  /** The next id, a decimal number. */
  public async next(): Promise<string> {
    const { maker } = await this.held();
    return (await maker.next()).toString();
  }

  /** Makes no more ids, and lets others have the worker number. */
  public async close(): Promise<void> {
    this.closed = true;
    const holding = await this.holding?.catch(() => undefined);
    if (holding) await this.drop(holding);
  }

  private async held(): Promise<Holding> {
    const current = this.holding;
    if (current) {
      const holding = await current;
      if (holding.maker.allowed && !holding.maker.stranded) return holding;
      if (this.holding === current) {
        // Suspended, cut off from the database, or late: the lease may be somebody else's. Or the clock was set back.
        this.holding = undefined;
        await this.drop(holding);
      }
    }
    if (this.closed) throw new Error('ids are wanted from what was closed');
    this.holding ??= this.take();
    return this.holding;
  }

  private async take(): Promise<Holding> {
    try {
      const start = this.clock.monotonic();
      const lease = await this.leases.take(this.clock.now());
      const maker = new IdMaker({ ...lease, deadline: this.deadline(start) }, this.clock);
      const heartbeat = setInterval(() => void this.renew(lease, maker), this.leases.milliseconds * RENEW_AFTER);
      log.info('took a worker number for ids', { worker: lease.worker });
      return { lease, maker, heartbeat: heartbeat.unref() };
    } catch (error) {
      this.holding = undefined;
      throw error;
    }
  }

  private async renew(lease: WorkerLease, maker: IdMaker): Promise<void> {
    try {
      const start = this.clock.monotonic();
      const renewed = await this.leases.renew(lease, this.clock.now());
      if (renewed) maker.extend(renewed.until, this.deadline(start));
      else log.warn('the worker number for ids is somebody else’s', { worker: lease.worker });
    } catch (error) {
      log.warn('the lease of the worker number was not renewed', { worker: lease.worker, reason: reasonOf(error) });
    }
  }

  private async drop({ lease, maker, heartbeat }: Holding): Promise<void> {
    clearInterval(heartbeat);
    maker.end();
    await this.leases.release(lease, maker.lastTime).catch((error: unknown) => {
      log.warn('a worker number was not given back', { worker: lease.worker, reason: reasonOf(error) });
    });
  }

  private deadline(start: number): number {
    return start + this.leases.milliseconds * (1 - STOP_BEFORE);
  }
}
