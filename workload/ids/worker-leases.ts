import { hostname } from 'node:os';
import type { Database } from '../data/database';
import { Unavailable } from '../timing';
import { WAIT_MS } from './id-maker';

/** How long a lease lasts from when it was last renewed. */
export const LEASE_MS = 30_000;
/** How long an ended lease is left alone. */
export const MARGIN_MS = 10_000;

/** The right to make ids as a worker. */
export interface WorkerLease {
  readonly worker: number;
  /** Grows with each holder: who has an old one changes nothing any more. */
  readonly token: string;
  /** The first time that ids may have: after all that earlier holders could have used. */
  readonly from: number;
  /** The last time that ids may have. */
  readonly until: number;
}

/**
 * Leases of worker numbers, in a table. The row says up to which time its holder may make ids, by the holder's own clock; the next
 * holder begins after that. So two holders never make the same id, even if their clocks differ and the first one doesn't know yet.
 */
export class WorkerLeases {
  /** @param leaseMs and `marginMs` are shorter in tests. */
  public constructor(
    private readonly database: Database,
    private readonly leaseMs = LEASE_MS,
    private readonly marginMs = MARGIN_MS,
  ) {}

  /** How long a lease lasts. */
  public get milliseconds(): number {
    return this.leaseMs;
  }

  /** Takes the number that has been free for longest. Its last holder's time must be over by our clock too, or nearly. */
  public async take(now: number): Promise<WorkerLease> {
    const rows = await this.database.write<Row>(
      `UPDATE worker_lease SET token = token + 1, holder = $1, ends = now() + $3 * interval '1 ms',
         ids_from = greatest(ids_until + 1, $2), ids_until = greatest(ids_until, $2) + $3
       WHERE worker = (SELECT worker FROM worker_lease
         WHERE ends + $4 * interval '1 ms' < now() AND ids_until < $2::bigint + $5
         ORDER BY ends, worker LIMIT 1 FOR UPDATE SKIP LOCKED)
       RETURNING worker, token, ids_from, ids_until`,
      [`${hostname()} ${process.pid}`, now, this.leaseMs, this.marginMs, WAIT_MS],
    );
    if (rows.length === 0) throw new Unavailable('the maker of ids', 'all worker numbers are leased');
    return leaseOf(rows[0]);
  }

  /** Renews a lease, or says nothing when somebody else has it by now. */
  public async renew({ worker, token }: WorkerLease, now: number): Promise<WorkerLease | undefined> {
    const rows = await this.database.write<Row>(
      `UPDATE worker_lease SET ends = now() + $4 * interval '1 ms', ids_until = greatest(ids_until, $3::bigint + $4)
       WHERE worker = $1 AND token = $2 RETURNING worker, token, ids_from, ids_until`,
      [worker, token, now, this.leaseMs],
    );
    return rows.length > 0 ? leaseOf(rows[0]) : undefined;
  }

  /** Ends a lease whose holder makes no ids any more. */
  public async release({ worker, token }: WorkerLease, lastTime: number): Promise<void> {
    await this.database.write('UPDATE worker_lease SET ends = now(), ids_until = $3 WHERE worker = $1 AND token = $2', [
      worker,
      token,
      lastTime,
    ]);
  }
}

interface Row {
  readonly worker: number;
  readonly token: string;
  readonly ids_from: string;
  readonly ids_until: string;
}

function leaseOf({ worker, token, ids_from, ids_until }: Row): WorkerLease {
  return { worker, token, from: Number(ids_from), until: Number(ids_until) };
}
