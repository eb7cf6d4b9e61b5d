import { cpus } from 'node:os';
import { Load } from '../servers/load';
import type { Passed } from '../servers/front';
import type { Postgres } from '../servers/postgres';
import type { Deployment } from './deployment';
import type { Traffic } from './traffic';

/** A second of a rehearsal, in numbers. */
export interface Numbers {
  /** Seconds since it began. */
  readonly at: number;
  readonly users: number;
  readonly requests: number;
  readonly failed: number;
  readonly p50: number;
  readonly p99: number;
  /** Share of requests that the CDN answered by itself; none where there is no CDN. */
  readonly fromCdn?: number;
  /** Share of reads that the cache had; none where there is no cache. */
  readonly cacheHits?: number;
  /** Transactions a second, of databases that are written to and of copies. */
  readonly writers: number;
  readonly copies: number;
  /** The most that a copy is behind, in seconds. */
  readonly lag?: number;
  readonly queued?: number;
  /** Share of all processors of this machine that is busy. */
  readonly busy: number;
  readonly written: number;
  readonly broken: number;
}

/** Reads numbers of everything, once in a while. */
export class Meters {
  private moment = 0;
  private counted = new Map<string, number>();
  private readonly start = performance.now();
  private times = cpuTimes();

  public constructor(
    private readonly deployment: Deployment,
    private readonly traffic: Traffic,
  ) {}

  /** What happened since the last time. What doesn't answer has no number. */
  public async read(): Promise<Numbers> {
    const { traffic, deployment } = this;
    const seconds = Math.max(0.1, (traffic.now - this.moment) / 1_000);
    const samples = traffic.since(this.moment);
    this.moment = traffic.now;
    const [databases, cache, lag, queued] = await Promise.all([this.transactions(), this.hits(), lagOf(deployment), queuedOf(deployment)]);
    return {
      ...{ at: Math.round((performance.now() - this.start) / 1_000), users: traffic.users },
      requests: Math.round(samples.length / seconds),
      failed: samples.filter(({ status }) => status === 0 || status >= 500).length,
      ...{ p50: Load.percentile(samples, 0.5), p99: Load.percentile(samples, 0.99) },
      fromCdn: deployment.current.cdn && share(deployment.door.passed()),
      cacheHits: cache,
      ...{ writers: Math.round(databases.writers / seconds), copies: Math.round(databases.copies / seconds) },
      ...{ lag, queued, busy: this.busy(), written: traffic.written.length, broken: traffic.broken.length },
    };
  }

  private async transactions(): Promise<{ readonly writers: number; readonly copies: number }> {
    const { databases, copies } = this.deployment.data;
    let [writers, followers] = [0, 0];
    for (const [id, server] of databases) {
      const now = await within(transactionsOf(server));
      if (now === undefined) continue;
      const grown = Math.max(0, now - (this.counted.get(id) ?? now));
      this.counted.set(id, now);
      if (copies.has(id)) followers += grown;
      else writers += grown;
    }
    return { writers, copies: followers };
  }

  private async hits(): Promise<number | undefined> {
    const [cache] = this.deployment.data.stores.values();
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- there may be none
    const info = await within(cache?.command(['INFO', 'stats']));
    if (info === undefined) return undefined;
    const [hits, misses] = ['keyspace_hits', 'keyspace_misses'].map((name) => {
      const now = Number(new RegExp(`${name}:(\\d+)`).exec(info)?.[1] ?? 0);
      const grown = now - (this.counted.get(name) ?? now);
      this.counted.set(name, now);
      return Math.max(0, grown);
    });
    return hits + misses === 0 ? undefined : hits / (hits + misses);
  }

  private busy(): number {
    const before = this.times;
    this.times = cpuTimes();
    const all = this.times.all - before.all;
    return all === 0 ? 0 : 1 - (this.times.idle - before.idle) / all;
  }
}

/** Transactions that a database of the application has ended so far. The application begins one for each statement that it reads by. */
export async function transactionsOf(server: Postgres): Promise<number> {
  const [row] = await server.sql<{ count: string }>(
    "SELECT xact_commit + xact_rollback AS count FROM pg_stat_database WHERE datname = 'app'",
  );
  return Number(row.count);
}

/** Share of what visitors asked for that needed nobody behind the CDN. */
export function share(passed: readonly Passed[]): number | undefined {
  const site = passed.filter(({ at }) => at === 'site');
  return site.length === 0 ? undefined : site.filter(({ cache }) => cache === 'HIT').length / site.length;
}

async function lagOf({ data }: Deployment): Promise<number | undefined> {
  let most: number | undefined;
  for (const id of data.copies) {
    const sql = `SELECT CASE WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
      ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END AS lag`;
    const rows = await within(data.databases.get(id)?.sql<{ lag: string | null }>(sql));
    if (rows) most = Math.max(most ?? 0, Number(rows[0].lag ?? 0));
  }
  return most;
}

async function queuedOf({ current, data, moto }: Deployment): Promise<number | undefined> {
  const [queue] = current.queues;
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- there may be none
  const url = queue && data.attributes.get(queue.id)?.Ref;
  if (url === undefined) return undefined;
  const { waiting, hidden } = await moto.countMessages(url);
  return waiting + hidden;
}

/** An answer, if it comes soon: what hangs must not stop the meters. */
async function within<T>(answer: Promise<T> | undefined): Promise<T | undefined> {
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, 500, undefined));
  return Promise.race([answer?.catch(() => undefined), late]);
}

function cpuTimes(): { readonly idle: number; readonly all: number } {
  const times = cpus().map((cpu) => cpu.times);
  const sum = (of: (one: (typeof times)[number]) => number): number => times.reduce((total, one) => total + of(one), 0);
  return { idle: sum(({ idle }) => idle), all: sum(({ user, nice, sys, irq, idle }) => user + nice + sys + irq + idle) };
}
