import { randomBytes } from 'node:crypto';

/** What is known about a visitor who signed in. */
export interface Session {
  /** The name they gave. */
  readonly name: string;
}

/** Remembers who signed in. */
export interface SessionStore {
  /** Where it is, for people. */
  readonly place: string;
  /** The session, unless it ended. */
  get(id: string): Promise<Session | undefined>;
  /** Starts a session. */
  put(id: string, session: Session): Promise<void>;
  /** Ends a session. */
  delete(id: string): Promise<void>;
  /** Fails when it doesn't answer. */
  check(): Promise<void>;
  /** Ends connections, and no session. */
  close(): void;
}

/** How long a session lasts. */
export const SESSION_SECONDS = 7 * 24 * 60 * 60;

/** A name for a session that nobody can guess: 128 random bits. */
export function newSessionId(): string {
  return randomBytes(16).toString('base64url');
}

/** Whether a text could be such a name. */
export function isSessionId(text: string | undefined): text is string {
  return text !== undefined && /^[\w-]{22}$/.test(text);
}
