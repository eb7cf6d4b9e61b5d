import { Unavailable } from '../timing';
import { SESSION_SECONDS, type Session, type SessionStore } from './session-store';

/** Sessions in this process: all are gone when it ends. */
export class MemorySessions implements SessionStore {
  public readonly place = "this server's memory";
  // In the order they were started, which is the order they end in.
  private readonly sessions = new Map<string, { readonly session: Session; readonly ends: number }>();

  /**
   * @param limit how many are kept: nobody is signed out to make room.
   * @param now the clock.
   */
  public constructor(
    private readonly limit = 100_000,
    private readonly now: () => number = Date.now,
  ) {}

  public get(id: string): Promise<Session | undefined> {
    const found = this.sessions.get(id);
    return Promise.resolve(found && found.ends > this.now() ? found.session : undefined);
  }

  public put(id: string, session: Session): Promise<void> {
    for (const [oldest, { ends }] of this.sessions) {
      if (ends > this.now()) break;
      this.sessions.delete(oldest);
    }
    this.sessions.delete(id);
    if (this.sessions.size >= this.limit) return Promise.reject(new Unavailable('the session store', 'it is full'));
    this.sessions.set(id, { session, ends: this.now() + SESSION_SECONDS * 1_000 });
    return Promise.resolve();
  }

  public delete(id: string): Promise<void> {
    this.sessions.delete(id);
    return Promise.resolve();
  }

  public check(): Promise<void> {
    return Promise.resolve();
  }

  /** Hands all sessions over to a store that outlives this process, so that nobody is signed out by it. */
  public async moveTo(store: SessionStore): Promise<void> {
    for (const [id, { session, ends }] of this.sessions) {
      if (ends > this.now()) await store.put(id, session);
      this.sessions.delete(id);
    }
  }

  public close(): void {
    // Memory outlives a change of settings.
  }
}
