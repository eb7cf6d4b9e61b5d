import type { Session, SessionStore } from './session-store';

/** What people are told. */
export const LOCAL_PLACE = "this server's memory";

/** Sessions on this server alone, while there is no store for them. */
export interface LocalSessions extends SessionStore {
  /** Those that have not ended, with their ids. */
  all(): Promise<readonly (readonly [id: string, session: Session])[]>;
  /** Forgets those that another store has, once every process of this server has had the time to use that one. */
  forgetSoon(ids: readonly string[]): Promise<void>;
}

/** Hands all sessions over to a store that outlives this server, so that nobody is signed out by it. What it refuses stays here. */
export async function handOver(local: LocalSessions, store: SessionStore): Promise<SessionStore> {
  const sessions = await local.all();
  for (const [id, session] of sessions) await store.put(id, session);
  await local.forgetSoon(sessions.map(([id]) => id));
  return new HandedOver(local, store);
}

/** The new store. Other processes of this server may still use the old one for a moment: who signs in or out there does so here too. */
class HandedOver implements SessionStore {
  public readonly place: string;

  public constructor(
    private readonly local: LocalSessions,
    private readonly store: SessionStore,
  ) {
    this.place = store.place;
  }

  public async get(id: string): Promise<Session | undefined> {
    return (await this.store.get(id)) ?? this.local.get(id);
  }

  public async put(id: string, session: Session): Promise<void> {
    await this.store.put(id, session);
  }

  public async delete(id: string): Promise<void> {
    await this.local.delete(id);
    await this.store.delete(id);
  }

  public async check(): Promise<void> {
    await this.store.check();
  }

  public close(): void {
    this.store.close();
  }
}
