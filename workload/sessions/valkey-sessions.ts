import type { Valkey } from '../cache/valkey';
import { SESSION_SECONDS, type Session, type SessionStore } from './session-store';

/** Sessions that all servers share, and that outlive each of them. */
export class ValkeySessions implements SessionStore {
  public readonly place: string;

  public constructor(private readonly valkey: Valkey) {
    this.place = valkey.endpoint;
  }

  public async get(id: string): Promise<Session | undefined> {
    const text = await this.valkey.get(keyOf(id));
    return text === undefined ? undefined : (JSON.parse(text) as Session);
  }

  public async put(id: string, session: Session): Promise<void> {
    await this.valkey.put(keyOf(id), JSON.stringify(session), SESSION_SECONDS);
  }

  public async delete(id: string): Promise<void> {
    await this.valkey.delete(keyOf(id));
  }

  public async check(): Promise<void> {
    await this.valkey.check();
  }

  public close(): void {
    this.valkey.close();
  }
}

function keyOf(id: string): string {
  return `session:${id}`;
}
