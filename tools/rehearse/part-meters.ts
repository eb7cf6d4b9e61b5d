import type { Passed } from '../servers/front';
import type { Postgres } from '../servers/postgres';
import type { Valkey } from '../servers/valkey';
import type { Deployment } from './deployment';
import type { Member } from './fleet';
import { Processors } from './processors';

/** A second of one part, in numbers. What a part doesn't have, or doesn't say, isn't there. */
export interface PartNumbers {
  /** Logical id of the resource that it is, or is one of. */
  readonly id: string;
  readonly name: string;
  /** Processors that it had: 1 is one of them all the time. */
  readonly cpu?: number;
  /** Requests, statements or commands a second. */
  readonly rate?: number;
  /** Rows that were read and that were written a second, of a database. */
  readonly rowsRead?: number;
  readonly rowsWritten?: number;
  /** Seconds that a copy is behind. */
  readonly lag?: number;
  /** Share of reads that a cache had. */
  readonly hits?: number;
  /** Keys in a store: of the session store, sessions. */
  readonly keys?: number;
  /** Whether the load balancer sends it requests. */
  readonly isIn?: boolean;
  /** Jobs in a queue, and those that were set aside. */
  readonly queued?: number;
  readonly setAside?: number;
  /** Jobs that a worker has done so far. */
  readonly jobsDone?: number;
}

interface DatabaseCounts {
  readonly statements: string;
  readonly fetched: string;
  readonly written: string;
  readonly lag: string | null;
}

const COUNTS = `SELECT xact_commit + xact_rollback AS statements, tup_fetched AS fetched, tup_inserted + tup_updated + tup_deleted AS written,
  CASE WHEN NOT pg_is_in_recovery() THEN NULL WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
    ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END AS lag
  FROM pg_stat_database WHERE datname = 'app'`;

/** Reads numbers of every part of a deployment. */
export class PartMeters {
  private readonly processors = new Processors();
  private readonly counted = new Map<string, number>();

  public constructor(private readonly deployment: Deployment) {}

  /**
   * What happened since the last time.
   * @param passed requests since then.
   */
  public async read(seconds: number, passed: readonly Passed[]): Promise<PartNumbers[]> {
    const { fleet, data, current } = this.deployment;
    const names = new Map([...current.databases, ...current.stores].map(({ id, name }) => [id, name]));
    const cpu = this.processors.read(
      new Map([
        ...fleet.members.map(({ name, host }) => [name, host.pid] as const),
        ...[...data.databases, ...data.stores].map(([id, server]) => [id, server.pid] as const),
      ]),
    );
    const asked = new Map<string, number>();
    for (const address of passed.map((one) => one.asked.at(-1) ?? '')) asked.set(address, (asked.get(address) ?? 0) + 1);
    const each = await Promise.all([
      ...[...data.databases].map(async ([id, server]) => ({
        ...(await this.ofDatabase(id, server, seconds)),
        id,
        name: names.get(id) ?? id,
      })),
      ...[...data.stores].map(async ([id, server]) => ({ ...(await this.ofStore(id, server)), id, name: names.get(id) ?? id })),
      ...current.queues.map(async ({ id, name }) => ({ ...(await this.ofQueue(id)), id, name })),
    ]);
    const label = (name: string): string => this.deployment.labelled(name);
    return [
      ...fleet.members.map((member) => ({ ...this.ofMember(member, asked, seconds), ...cpuOf(cpu.get(member.name)) })),
      ...each.map((one) => ({ ...one, name: label(one.name), ...cpuOf(cpu.get(one.id)) })),
    ].map((one) => ({ ...one, id: label(one.id) }));
  }

  private ofMember({ name, part, host, isIn }: Member, asked: ReadonlyMap<string, number>, seconds: number): PartNumbers {
    return part.role === 'worker'
      ? { id: part.id, name, jobsDone: [...host.log.matchAll(/"msg":"did a job"/g)].length }
      : { id: part.id, name, isIn, rate: (asked.get(new URL(host.url).host) ?? 0) / seconds };
  }

  private async ofDatabase(id: string, server: Postgres, seconds: number): Promise<Partial<PartNumbers>> {
    const rows = await within(server.sql<DatabaseCounts>(COUNTS));
    if (!rows) return {};
    const [{ statements, fetched, written, lag }] = rows;
    return {
      rate: this.grown(`${id} statements`, Number(statements)) / seconds,
      rowsRead: this.grown(`${id} fetched`, Number(fetched)) / seconds,
      rowsWritten: this.grown(`${id} written`, Number(written)) / seconds,
      ...(lag !== null && { lag: Number(lag) }),
    };
  }

  private async ofStore(id: string, server: Valkey): Promise<Partial<PartNumbers>> {
    const info = await within(server.command(['INFO']));
    if (info === undefined) return {};
    const number = (pattern: RegExp): number => Number(pattern.exec(info)?.[1] ?? 0);
    const hits = this.grown(`${id} hits`, number(/keyspace_hits:(\d+)/));
    const misses = this.grown(`${id} misses`, number(/keyspace_misses:(\d+)/));
    return {
      rate: number(/instantaneous_ops_per_sec:(\d+)/),
      keys: number(/^db0:keys=(\d+)/m),
      ...(hits + misses > 0 && { hits: hits / (hits + misses) }),
    };
  }

  private async ofQueue(id: string): Promise<Partial<PartNumbers>> {
    const { data, moto } = this.deployment;
    const url = data.attributes.get(id)?.Ref;
    if (url === undefined) return {};
    const both = await within(Promise.all([moto.countMessages(url), moto.countMessages(`${url}-dead`)]));
    if (!both) return {};
    const [{ waiting, hidden }, dead] = both;
    return { queued: waiting + hidden, setAside: dead.waiting + dead.hidden };
  }

  /** How much a counter has grown; one that began anew has not. */
  private grown(name: string, now: number): number {
    const before = this.counted.get(name) ?? now;
    this.counted.set(name, now);
    return Math.max(0, now - before);
  }
}

const cpuOf = (cpu: number | undefined): Partial<PartNumbers> => (cpu === undefined ? {} : { cpu });

/** Statements that a database of the application has ended so far: it begins a transaction for each by which it reads. */
export async function transactionsOf(server: Postgres): Promise<number> {
  const [{ statements }] = await server.sql<DatabaseCounts>(COUNTS);
  return Number(statements);
}

const LATE_MS = 800;

/** An answer, if it comes soon: what hangs must not stop the meters. */
async function within<T>(answer: Promise<T>): Promise<T | undefined> {
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, LATE_MS, undefined));
  return Promise.race([answer.catch(() => undefined), late]);
}
