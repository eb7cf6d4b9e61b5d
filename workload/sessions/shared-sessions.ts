import cluster from 'node:cluster';
import { writeFile } from 'node:fs/promises';
import { reasonOf, Unavailable } from '../timing';
import { LOCAL_PLACE, type LocalSessions } from './local-sessions';
import type { Session } from './session-store';

/** What the process that has the sessions can be asked. */
const ANSWERS = {
  get: async (sessions: LocalSessions, id: string) => sessions.get(id),
  put: async (sessions: LocalSessions, id: string, session: Session) => sessions.put(id, session),
  delete: async (sessions: LocalSessions, id: string) => sessions.delete(id),
  all: async (sessions: LocalSessions) => sessions.all(),
  forgetSoon: async (sessions: LocalSessions, ids: readonly string[]) => sessions.forgetSoon(ids),
};

type Asked = keyof typeof ANSWERS;

interface Question {
  readonly number: number;
  readonly asked: Asked;
  readonly values: readonly unknown[];
}

interface Answer {
  readonly number: number;
  readonly value?: unknown;
  readonly refused?: string;
}

/** Answers the other processes of this server about its sessions. */
export function shareSessions(sessions: LocalSessions): void {
  cluster.on('message', (worker, { number, asked, values }: Question) => {
    const answer = ANSWERS[asked] as (sessions: LocalSessions, ...values: readonly unknown[]) => Promise<unknown>;
    void answer(sessions, ...values)
      .then((value): Answer => ({ number, value }))
      .catch((error: unknown): Answer => ({ number, refused: error instanceof Unavailable ? error.reason : reasonOf(error) }))
      .then((reply) => {
        // Who asked may be gone: then nobody waits.
        if (worker.isConnected()) worker.send(reply);
      });
  });
}

/** The sessions of this server, which one process has for all of them. */
export class SharedSessions implements LocalSessions {
  public readonly place = LOCAL_PLACE;
  private readonly waiting = new Map<number, (answer: Answer) => void>();
  private asked = 0;

  /** @param touched file that makes all processes look at the settings. */
  public constructor(private readonly touched: string) {
    process.on('message', (answer: Answer) => {
      this.waiting.get(answer.number)?.(answer);
      this.waiting.delete(answer.number);
    });
  }

  public async get(id: string): Promise<Session | undefined> {
    return (await this.ask('get', id)) as Session | undefined;
  }

  public async put(id: string, session: Session): Promise<void> {
    await this.ask('put', id, session);
  }

  public async delete(id: string): Promise<void> {
    await this.ask('delete', id);
  }

  public async all(): Promise<readonly (readonly [string, Session])[]> {
    return (await this.ask('all')) as readonly (readonly [string, Session])[];
  }

  /** The others see the new store at once: a visitor's next request may be theirs. */
  public async forgetSoon(ids: readonly string[]): Promise<void> {
    await this.ask('forgetSoon', ids);
    await writeFile(this.touched, '').catch(() => undefined);
  }

  public async check(): Promise<void> {
    await this.get('');
  }

  public close(): void {
    // It outlives a change of settings.
  }

  private async ask(asked: Asked, ...values: readonly unknown[]): Promise<unknown> {
    this.asked += 1;
    const number = this.asked;
    const { value, refused } = await new Promise<Answer>((resolve) => {
      this.waiting.set(number, resolve);
      process.send?.({ number, asked, values } satisfies Question);
    });
    if (refused !== undefined) throw new Unavailable('the session store', refused);
    return value;
  }
}
