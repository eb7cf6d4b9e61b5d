import { createCluster } from 'redis';
import { log } from '../log';
import type { Secret } from '../secrets';
import { pause, reasonOf, Unavailable, within } from '../timing';

const CONNECT_TIMEOUT_MS = 3_000;
const RECONNECT_MS = 1_000;

/** A Valkey cluster behind a configuration endpoint, over TLS. */
export class Valkey {
  private readonly cluster: Cluster;
  private readonly connected: Promise<void>;
  private closed = false;

  /**
   * Starts to connect, and goes on trying until closed.
   * @param name what it is, for messages.
   * @param endpoint `host:port`.
   * @param answerMs how long a command may take.
   * @param secret the password.
   */
  public constructor(
    private readonly name: string,
    public readonly endpoint: string,
    private readonly answerMs: number,
    secret?: Secret,
  ) {
    this.cluster = clusterAt(endpoint, secret);
    this.cluster.on('error', (error: unknown) => {
      log.warn(`${name} has a problem`, { endpoint, reason: reasonOf(error) });
    });
    this.connected = this.connect();
  }

  /** Waits until the cluster is connected, and no longer than it may take. */
  public async ready(): Promise<void> {
    await within(2 * CONNECT_TIMEOUT_MS, this.name, this.connected);
  }

  /** The text of a key, unless there is none. */
  public async get(key: string): Promise<string | undefined> {
    return (await this.answer(this.cluster.get(key))) ?? undefined;
  }

  /** Keeps a text for some seconds. */
  public async put(key: string, text: string, seconds: number): Promise<void> {
    await this.answer(this.cluster.set(key, text, { expiration: { type: 'EX', value: seconds } }));
  }

  /** Keeps a text for some seconds, where there is none. */
  public async putIfAbsent(key: string, text: string, seconds: number): Promise<void> {
    await this.answer(this.cluster.set(key, text, { condition: 'NX', expiration: { type: 'EX', value: seconds } }));
  }

  /** Forgets a key. */
  public async delete(key: string): Promise<void> {
    await this.answer(this.cluster.del(key));
  }

  /** Asks for something, to see that it answers. */
  public async check(): Promise<void> {
    await this.get('check');
  }

  /** Ends the connections. */
  public close(): void {
    this.closed = true;
    this.cluster.destroy();
  }

  /** What a command answers. A slow or absent cluster ends in `Unavailable`, soon. */
  private async answer<T>(command: Promise<T>): Promise<T> {
    try {
      return await within(this.answerMs, this.name, command);
    } catch (error) {
      throw error instanceof Unavailable ? error : new Unavailable(this.name, reasonOf(error), error);
    }
  }

  private async connect(): Promise<void> {
    while (!this.closed) {
      try {
        await this.cluster.connect();
        return;
      } catch (error) {
        log.warn(`${this.name} can't be connected`, { endpoint: this.endpoint, reason: reasonOf(error) });
        await pause(RECONNECT_MS);
      }
    }
  }
}

type Cluster = ReturnType<typeof clusterAt>;

function clusterAt(endpoint: string, secret: Secret | undefined) {
  const { hostname, port } = new URL(`redis://${endpoint}`);
  return createCluster({
    rootNodes: [{ socket: { host: hostname, port: Number(port || 6379), tls: true } }],
    defaults: {
      socket: { tls: true, connectTimeout: CONNECT_TIMEOUT_MS, socketTimeout: 15_000, reconnectStrategy: RECONNECT_MS },
      // A connection that went dead without a word is noticed.
      pingInterval: 5_000,
      // A command that can't be sent now is answered "no" at once, not queued.
      disableOfflineQueue: true,
      commandsQueueMaxLength: 1_000,
      ...(secret && {
        credentialsProvider: {
          type: 'async-credentials-provider',
          credentials: async () => ({ password: await secret.text() }),
        },
      }),
    },
  });
}
