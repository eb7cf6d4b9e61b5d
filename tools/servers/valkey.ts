import type { ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from 'redis';
import type { Certificates } from './certificates';
import { Encryption } from './encryption';
import { eventually, findProgram, freePort, startProcess, stopProcess } from './processes';

const SLOTS = 16_384;

/** Valkey, or Redis, which speaks the same, if one is installed. */
export function valkeyProgram(): string | undefined {
  return findProgram('valkey-server') ?? findProgram('redis-server');
}

/** A real Valkey server with TLS and a password: by itself, or a cluster of one node. */
export class Valkey {
  /** Whether the program was built with TLS, once that is known. */
  private static encrypts?: boolean;
  private process?: ChildProcess;
  private encryption?: Encryption;

  private constructor(
    private readonly directory: string,
    private readonly port: number,
    private readonly busPort: number,
    private readonly certificates: Certificates,
    private readonly password: string,
    private readonly clustered: boolean,
    private readonly more: Readonly<Record<string, string>>,
  ) {}

  /** Where an application finds it. */
  public get endpoint(): string {
    return `localhost:${this.port}`;
  }

  /** Its process, while it runs. */
  public get pid(): number | undefined {
    return this.process?.pid;
  }

  /** Makes a new server in a new directory, and starts it. `more` are options by Valkey's names. */
  public static async create(
    directory: string,
    certificates: Certificates,
    password: string,
    clustered = false,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Valkey> {
    mkdirSync(directory);
    const valkey = new Valkey(directory, await freePort(), await freePort(), certificates, password, clustered, more);
    await valkey.start();
    if (clustered) {
      await valkey.command(['CLUSTER', 'ADDSLOTSRANGE', '0', String(SLOTS - 1)]);
      await valkey.settled();
    }
    return valkey;
  }

  /** Starts it, on the same port as before. */
  public async start(): Promise<void> {
    const { certificates, port, busPort, password, clustered } = this;
    const ours = {
      port: '0',
      bind: '127.0.0.1',
      requirepass: password,
      save: '',
      ...this.more,
    };
    const encrypted = {
      'tls-port': String(port),
      'tls-cert-file': certificates.certificate,
      'tls-key-file': certificates.key,
      'tls-ca-cert-file': certificates.authority,
      'tls-auth-clients': 'no',
      ...(clustered && {
        'cluster-enabled': 'yes',
        'tls-cluster': 'yes',
        'cluster-port': String(busPort),
        // As ElastiCache does: nodes are known by names that fit their certificate.
        'cluster-announce-hostname': 'localhost',
        'cluster-preferred-endpoint-type': 'hostname',
      }),
    };
    const socket = join(this.directory, 'socket');
    this.process = Valkey.encrypts === false ? undefined : this.run({ ...ours, ...encrypted });
    await eventually(async () => {
      // One that was built without TLS ends at once.
      if (this.process === undefined || (Valkey.encrypts !== true && !this.encryption && this.process.exitCode !== null)) {
        if (clustered) throw new Error(`${valkeyProgram() ?? 'valkey-server'} was built without TLS, which a cluster needs`);
        Valkey.encrypts = false;
        this.process = this.run({ ...ours, unixsocket: socket });
        this.encryption ??= await Encryption.start(port, socket, certificates);
      }
      return this.command(['PING']);
    });
    Valkey.encrypts ??= true;
  }

  private run(options: Readonly<Record<string, string>>): ChildProcess {
    const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
    return startProcess([valkeyProgram() ?? '', ...flags], { cwd: this.directory });
  }

  /** Waits until it serves all keys. */
  public async settled(): Promise<void> {
    if (!this.clustered) return;
    await eventually(async () => (await this.command(['CLUSTER', 'INFO'])).includes('cluster_state:ok'));
  }

  /** Stops it; what it held is gone. */
  public async stop(): Promise<void> {
    this.encryption?.stop();
    this.encryption = undefined;
    if (this.process) await stopProcess(this.process, 'SIGKILL');
  }

  /** Lets it hang, with its connections open, or go on. */
  public hang(hanging: boolean): void {
    this.process?.kill(hanging ? 'SIGSTOP' : 'SIGCONT');
  }

  /** Runs a command and returns the answer as text. */
  public async command(parts: readonly string[]): Promise<string> {
    const ca = readFileSync(this.certificates.authority, 'utf8');
    const client = createClient({
      password: this.password,
      socket: { host: 'localhost', port: this.port, tls: true, ca, reconnectStrategy: false },
    });
    client.on('error', () => undefined);
    await client.connect();
    try {
      const answer: unknown = await client.sendCommand([...parts]);
      return typeof answer === 'string' ? answer : JSON.stringify(answer);
    } finally {
      client.destroy();
    }
  }
}
