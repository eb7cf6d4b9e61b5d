import type { Database } from '../data/database';
import { log } from '../log';
import { Interrupted, pause, reasonOf, Unavailable } from '../timing';
import type { ShardPlace } from './shard-places';

/** Shards that stay open. Another one that is needed takes the place of the one that was not needed for longest; to open it again is one login. */
const MOST_OPEN = 256;
/** A shard that couldn't be opened is tried again after this, not by each request. */
const RETRY_MS = 1_000;
/** Where a shard is isn't asked more often. */
const ASK_AGAIN_MS = 5_000;

/** What shards need to know about the rest. */
export interface ShardsProps {
  /** Says where a shard is; anew, where what was said before leads nowhere. */
  readonly find: (shard: number, anew: boolean) => Promise<ShardPlace>;
  /** Connects to a shard, ready for use. */
  readonly open: (shard: number, place: ShardPlace) => Promise<Database>;
  readonly mostOpen?: number;
}

/** The databases of the users, opened when the first user of each is asked for. */
export class Shards {
  // In the order of their last use.
  private readonly open = new Map<number, Opened>();
  private readonly lost = new Set<number>();
  private closed = false;

  public constructor(private readonly props: ShardsProps) {}

  /** Does something on a shard. When it can't be connected it may be elsewhere by now: then once more there. */
  public async use<T>(shard: number, work: (database: Database) => Promise<T>): Promise<T> {
    const opened = this.opened(shard);
    try {
      return await opened.use(work);
    } catch (error) {
      if (!(error instanceof Unavailable) || error instanceof Interrupted || !(await this.hasMoved(shard, opened))) throw error;
      return this.opened(shard).use(work);
    }
  }

  /** Some of the shards that are open, the most recently used. */
  public async sample(count: number): Promise<{ readonly shard: number; readonly database: Database }[]> {
    const recent = [...this.open].slice(-count);
    const found = await Promise.allSettled(recent.map(async ([shard, { database }]) => ({ shard, database: await database })));
    return found.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  }

  /** How many are open. */
  public get openCount(): number {
    return this.open.size;
  }

  /** Whether they were closed. */
  public get isClosed(): boolean {
    return this.closed;
  }

  /** Closes all connections. */
  public async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.open.values()].map(async (opened) => opened.close()));
    this.open.clear();
  }

  private opened(shard: number): Opened {
    const opened = this.open.get(shard) ?? this.openNow(shard);
    this.open.delete(shard);
    this.open.set(shard, opened);
    return opened;
  }

  private openNow(shard: number): Opened {
    const anew = this.lost.delete(shard);
    const opened = new Opened(
      async () => this.props.find(shard, anew),
      async (place) => this.props.open(shard, place),
    );
    opened.database.catch(async (error: unknown) => {
      log.warn('a shard was not opened', { shard, reason: reasonOf(error) });
      this.lost.add(shard);
      await pause(RETRY_MS);
      if (this.open.get(shard) === opened) this.open.delete(shard);
    });
    this.closeTheIdle();
    return opened;
  }

  private closeTheIdle(): void {
    const excess = this.open.size + 1 - (this.props.mostOpen ?? MOST_OPEN);
    const idle = [...this.open].filter(([, { users }]) => users === 0).slice(0, Math.max(0, excess));
    for (const [shard, opened] of idle) {
      this.open.delete(shard);
      void opened.close();
    }
  }

  private async hasMoved(shard: number, failed: Opened): Promise<boolean> {
    if (this.open.get(shard) !== failed) return this.open.has(shard);
    if (!(await failed.isElsewhere(async () => this.props.find(shard, true)))) return false;
    if (this.open.get(shard) === failed) {
      log.info('a shard is elsewhere now', { shard });
      this.open.delete(shard);
      void failed.close();
    }
    return true;
  }
}

/** A shard where it was found. */
class Opened {
  public readonly database: Promise<Database>;
  public users = 0;
  private readonly place: Promise<ShardPlace>;
  private askedAt = Date.now();

  public constructor(find: () => Promise<ShardPlace>, open: (place: ShardPlace) => Promise<Database>) {
    this.place = find();
    this.database = this.place.then(open);
  }

  public async use<T>(work: (database: Database) => Promise<T>): Promise<T> {
    this.users += 1;
    try {
      return await work(await this.database);
    } finally {
      this.users -= 1;
    }
  }

  public async isElsewhere(find: () => Promise<ShardPlace>): Promise<boolean> {
    if (Date.now() - this.askedAt < ASK_AGAIN_MS) return false;
    this.askedAt = Date.now();
    const [before, now] = await Promise.allSettled([this.place, find()]);
    return now.status === 'fulfilled' && (before.status === 'rejected' || JSON.stringify(before.value) !== JSON.stringify(now.value));
  }

  public async close(): Promise<void> {
    await this.database.then(
      async (database) => database.close(),
      () => undefined,
    );
  }
}
