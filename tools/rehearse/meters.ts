import { cpus } from 'node:os';
import { isFailed, Load } from '../servers/load';
import type { Passed } from '../servers/front';
import type { Deployment } from './deployment';
import { PartMeters, type PartNumbers } from './part-meters';
import type { Regions } from './regions';
import type { Traffic } from './traffic';
import { type Ways, waysOf } from './ways';

/** A second of a rehearsal, in numbers. */
export interface Numbers {
  /** Seconds since it began. */
  readonly at: number;
  readonly users: number;
  readonly signedIn: number;
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
  /** Each part by itself. */
  readonly parts: readonly PartNumbers[];
  /** Requests a second on their way. */
  readonly ways: Ways;
}

/** Reads numbers of everything, once in a while. */
export class Meters {
  private moment = 0;
  private readonly start = performance.now();
  private times = cpuTimes();
  private readonly parts = new Map<Deployment, PartMeters>();

  public constructor(
    private readonly regions: Regions,
    private readonly traffic: Traffic,
  ) {}

  /** What happened since the last time. What doesn't answer has no number. */
  public async read(): Promise<Numbers> {
    const { traffic, regions } = this;
    const seconds = Math.max(0.1, (traffic.now - this.moment) / 1_000);
    const samples = traffic.since(this.moment);
    this.moment = traffic.now;
    const passed = regions.edge.door.passed();
    const parts = (await Promise.all(regions.all.map(async (one) => this.metersOf(one).read(seconds, passed)))).flat();
    const { current } = regions.first;
    const [cache] = current.stores;
    const rate = (isCopy: boolean): number =>
      Math.round(
        parts
          .filter(({ rowsRead, lag }) => rowsRead !== undefined && (lag !== undefined) === isCopy)
          .reduce((sum, one) => sum + (one.rate ?? 0), 0),
      );
    return {
      ...{ at: Math.round((performance.now() - this.start) / 1_000), users: traffic.users, signedIn: traffic.signedIn },
      requests: Math.round(samples.length / seconds),
      failed: samples.filter(isFailed).length,
      ...{ p50: Load.percentile(samples, 0.5), p99: Load.percentile(samples, 0.99) },
      fromCdn: current.cdn && share(passed),
      // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- there may be none
      cacheHits: parts.find(({ id }) => id === cache?.id)?.hits,
      ...{ writers: rate(false), copies: rate(true) },
      ...{ lag: most(parts.map(({ lag }) => lag)), queued: most(parts.map(({ queued }) => queued)) },
      ...{ busy: this.busy(), written: traffic.written.length, broken: traffic.broken.length },
      ...{ parts, ways: waysOf(regions, passed, seconds) },
    };
  }

  private metersOf(deployment: Deployment): PartMeters {
    const found = this.parts.get(deployment) ?? new PartMeters(deployment);
    this.parts.set(deployment, found);
    return found;
  }

  private busy(): number {
    const before = this.times;
    this.times = cpuTimes();
    const all = this.times.all - before.all;
    return all === 0 ? 0 : 1 - (this.times.idle - before.idle) / all;
  }
}

/** Share of what visitors asked for that needed nobody behind the CDN. */
export function share(passed: readonly Passed[]): number | undefined {
  const site = passed.filter(({ at }) => at === 'site');
  return site.length === 0 ? undefined : site.filter(({ cache }) => cache === 'HIT').length / site.length;
}

function most(numbers: readonly (number | undefined)[]): number | undefined {
  const there = numbers.filter((one) => one !== undefined);
  return there.length === 0 ? undefined : Math.max(...there);
}

function cpuTimes(): { readonly idle: number; readonly all: number } {
  const times = cpus().map((cpu) => cpu.times);
  const sum = (of: (one: (typeof times)[number]) => number): number => times.reduce((total, one) => total + of(one), 0);
  return { idle: sum(({ idle }) => idle), all: sum(({ user, nice, sys, irq, idle }) => user + nice + sys + irq + idle) };
}
