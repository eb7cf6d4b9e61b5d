import { Unavailable } from '../timing';
import { LOCAL_PLACE, type LocalSessions } from './local-sessions';
import { SESSION_SECONDS, type Session } from './session-store';

/** Longer than two looks at the settings are apart. */
const FORGET_MS = 120_000;

/** Sessions in this process: all are gone when it ends. */
export class MemorySessions implements LocalSessions {
  public readonly place = LOCAL_PLACE;
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

  public all(): Promise<[string, Session][]> {
    const living = [...this.sessions].filter(([, { ends }]) => ends > this.now());
    return Promise.resolve(living.map(([id, { session }]) => [id, session]));
  }

  public forgetSoon(ids: readonly string[]): Promise<void> {
    setTimeout(() => {
      for (const id of ids) this.sessions.delete(id);
    }, FORGET_MS).unref();
    return Promise.resolve();
  }

  public close(): void {
    // Memory outlives a change of settings.
  }
}
