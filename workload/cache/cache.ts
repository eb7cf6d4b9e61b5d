import { log } from '../log';
import { jitter, reasonOf } from '../timing';
import type { Valkey } from './valkey';

/** How long a copy is kept where each write forgets it. */
const KEEP_SECONDS = 300;
/** How long where nobody forgets it, such as a list: what others see is older by so much. */
const BRIEF_SECONDS = 2;
/** How long a process believes a copy that it has seen, without asking again; and how many of them it remembers. */
const NEAR_MS = 1_000;
const MOST_NEAR = 5_000;
/** Longer than what readers show is behind (`MOST_STALE_MS`). */
const WRITTEN_SECONDS = 10;
/** Stands for "just written" in place of a value, and is no JSON. */
const WRITTEN = '!';
/** One answer that is late says nothing of the server; so many in a row do. */
const FAILURES = 5;
const AVOID_MS = 1_000;

/** What a cache needs of the server that keeps the copies. */
export type CopyStore = Pick<Valkey, 'endpoint' | 'get' | 'put' | 'putIfAbsent' | 'check'>;

/**
 * Keeps copies of what is read often. It may be slow, broken or absent: then everything is loaded, and no page fails.
 *
 * Copies that were found stay in this process for a second, so that what everybody wants at once is asked for once.
 *
 * A write replaces the copy by a mark. While the mark lasts, readers load from the writer and keep nothing, and a copy is only stored
 * where there is neither a copy nor a mark. So a slow reader that loaded the old value can't bring it back.
 */
export class Cache {
  /** Reads that found a copy. */
  public hits = 0;
  /** Reads that had to load. */
  public misses = 0;
  private readonly near = new Map<string, { readonly value: unknown; readonly until: number }>();
  private readonly loading = new Map<string, Promise<unknown>>();
  private failures = 0;
  private avoidedUntil = 0;

  /** @param valkey where the copies are; without it every read loads. */
  public constructor(public readonly valkey?: CopyStore) {}

  /**
   * Reads a value. Within this process, many who want the same one at the same time load it once.
   * @param load gets it from where it really is. With `fresh`, a copy that lags won't do.
   */
  public async read<T>(key: string, load: (fresh: boolean) => Promise<T>): Promise<T> {
    return this.once(key, KEEP_SECONDS, load);
  }

  /**
   * The same for what no write forgets, such as a list: it may be a few seconds old, and is asked of a database once in that time.
   * @param fresh whether what was just written must be seen: then it is loaded.
   */
  public async readBriefly<T>(fresh: boolean, key: string, load: (fresh: boolean) => Promise<T>): Promise<T> {
    return fresh ? load(true) : this.once(key, BRIEF_SECONDS, load);
  }

  private async once<T>(key: string, seconds: number, load: (fresh: boolean) => Promise<T>): Promise<T> {
    const near = this.near.get(key);
    if (near && near.until > performance.now()) {
      this.hits += 1;
      return near.value as T;
    }
    const running = this.loading.get(key) as Promise<T> | undefined;
    if (running) return running;
    const started = this.copyOrLoad(key, seconds, load).finally(() => {
      if (this.loading.get(key) === started) this.loading.delete(key);
    });
    this.loading.set(key, started);
    return started;
  }

  /** Forgets a value that was just written. */
  public async forget(key: string): Promise<void> {
    this.loading.delete(key);
    this.near.delete(key);
    await this.attempt(async (valkey) => valkey.put(key, WRITTEN, WRITTEN_SECONDS));
  }

  private async copyOrLoad<T>(key: string, seconds: number, load: (fresh: boolean) => Promise<T>): Promise<T> {
    const copy = await this.unlessAvoided(async (valkey) => valkey.get(key));
    if (copy === WRITTEN) return load(true);
    if (copy !== undefined) {
      this.hits += 1;
      return this.remember(key, JSON.parse(copy) as T);
    }
    this.misses += 1;
    const value = await load(false);
    if (value !== undefined) void this.store(key, JSON.stringify(value), seconds);
    return value;
  }

  private remember<T>(key: string, value: T): T {
    this.near.delete(key);
    this.near.set(key, { value, until: performance.now() + NEAR_MS });
    if (this.near.size > MOST_NEAR) this.near.delete(this.near.keys().next().value ?? key);
    return value;
  }

  private async store(key: string, copy: string, seconds: number): Promise<void> {
    await this.unlessAvoided(async (valkey) => valkey.putIfAbsent(key, copy, Math.round(jitter(seconds))));
  }

  /** After several failures in a row everybody goes straight to the database for a while, instead of waiting for the same failure. */
  private async unlessAvoided<T>(work: (valkey: CopyStore) => Promise<T>): Promise<T | undefined> {
    return Date.now() < this.avoidedUntil ? undefined : this.attempt(work);
  }

  private async attempt<T>(work: (valkey: CopyStore) => Promise<T>): Promise<T | undefined> {
    if (!this.valkey) return undefined;
    try {
      const answer = await work(this.valkey);
      this.failures = 0;
      return answer;
    } catch (error) {
      this.failures += 1;
      if (this.failures >= FAILURES) this.avoidedUntil = Date.now() + AVOID_MS;
      log.warn('the cache was passed by', { reason: reasonOf(error) });
      return undefined;
    }
  }
}
