import { createClient, createCluster } from 'redis';
import { log } from '../log';
import type { Secret } from '../secrets';
import { pause, reasonOf, Unavailable, within } from '../timing';

const CONNECT_TIMEOUT_MS = 3_000;
const RECONNECT_MS = 1_000;

/** A Valkey group behind one endpoint, over TLS: one primary, or a cluster. Which of the two it is, it says itself. */
export class Valkey {
  private client?: Client;
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
    private readonly secret?: Secret,
  ) {
    this.connected = this.connect();
  }

  /** Waits until it is connected, and no longer than it may take. */
  public async ready(): Promise<void> {
    await within(2 * CONNECT_TIMEOUT_MS, this.name, this.connected);
  }

  /** The text of a key, unless there is none. */
  public async get(key: string): Promise<string | undefined> {
    return (await this.answer((client) => client.get(key))) ?? undefined;
  }

  /** Keeps a text for some seconds. */
  public async put(key: string, text: string, seconds: number): Promise<void> {
    await this.answer((client) => client.set(key, text, { expiration: { type: 'EX', value: seconds } }));
  }

  /** Keeps a text for some seconds, where there is none. */
  public async putIfAbsent(key: string, text: string, seconds: number): Promise<void> {
    await this.answer((client) => client.set(key, text, { condition: 'NX', expiration: { type: 'EX', value: seconds } }));
  }

  /** Forgets a key. */
  public async delete(key: string): Promise<void> {
    await this.answer((client) => client.del(key));
  }

  /** Asks for something, to see that it answers. */
  public async check(): Promise<void> {
    await this.get('check');
  }

  /** Ends the connections. */
  public close(): void {
    this.closed = true;
    this.client?.destroy();
  }

  /** What a command answers. A slow or absent server ends in `Unavailable`, soon. */
  private async answer<T>(command: (client: Client) => Promise<T>): Promise<T> {
    if (!this.client) throw new Unavailable(this.name, 'it is not connected yet');
    try {
      return await within(this.answerMs, this.name, command(this.client));
    } catch (error) {
      if (isDemoted(error)) this.renew();
      throw error instanceof Unavailable ? error : new Unavailable(this.name, reasonOf(error), error);
    }
  }

  private async connect(): Promise<void> {
    while (!this.closed) {
      try {
        this.client = await this.open();
        return;
      } catch (error) {
        log.warn(`${this.name} can't be connected`, { endpoint: this.endpoint, reason: reasonOf(error) });
        await pause(RECONNECT_MS);
      }
    }
  }

  /** After a failover the endpoint names another server, while connections to the one before go on and refuse to write. */
  private renew(): void {
    const { client } = this;
    this.client = undefined;
    client?.destroy();
    void this.connect();
  }

  private async open(): Promise<Client> {
    const single = this.watched(singleAt(this.endpoint, this.secret));
    try {
      await single.connect();
      if (!/^cluster_enabled:1/m.test(await single.info('cluster'))) return single;
    } catch (error) {
      single.destroy();
      throw error;
    }
    single.destroy();
    const cluster = this.watched(clusterAt(this.endpoint, this.secret));
    await cluster.connect();
    return cluster;
  }

  private watched<T extends Client>(client: T): T {
    client.on('error', (error: unknown) => {
      log.warn(`${this.name} has a problem`, { endpoint: this.endpoint, reason: reasonOf(error) });
    });
    return client;
  }
}

type Client = ReturnType<typeof singleAt> | ReturnType<typeof clusterAt>;

function isDemoted(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('READONLY');
}

function singleAt(endpoint: string, secret: Secret | undefined) {
  const { socket, ...options } = connection(secret);
  return createClient({ ...options, socket: { ...socket, ...addressOf(endpoint) } });
}

function clusterAt(endpoint: string, secret: Secret | undefined) {
  return createCluster({
    rootNodes: [{ socket: { ...addressOf(endpoint), tls: true } }],
    defaults: connection(secret),
  });
}

function addressOf(endpoint: string): { readonly host: string; readonly port: number } {
  const { hostname, port } = new URL(`redis://${endpoint}`);
  return { host: hostname, port: Number(port || 6379) };
}

function connection(secret: Secret | undefined) {
  return {
    socket: { tls: true as const, connectTimeout: CONNECT_TIMEOUT_MS, socketTimeout: 15_000, reconnectStrategy: RECONNECT_MS },
    // A connection that went dead without a word is noticed.
    pingInterval: 5_000,
    // A command that can't be sent now is answered "no" at once, not queued.
    disableOfflineQueue: true,
    commandsQueueMaxLength: 1_000,
    ...(secret && {
      credentialsProvider: { type: 'async-credentials-provider' as const, credentials: async () => ({ password: await secret.text() }) },
    }),
  };
}
