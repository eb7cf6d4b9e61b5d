import { readFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { type SecureContext, TLSSocket, createSecureContext } from 'node:tls';
import type { Certificates } from './certificates';
import { joinEnds } from './conversation';
import { freePort } from './processes';

/** By this setting a client says that its writes go on to the region of the writer (Aurora guide, "Using write forwarding"). */
const FORWARDS = 'apg_write_forward';
const ENCRYPTED = 80_877_103;

/** Where talks end, as paths of Unix sockets. */
export interface ForwardingEnds {
  /** The copy of this region. */
  readonly local: () => string;
  /** The way to the writer. */
  readonly writer: () => string;
}

/** The reader endpoint of an Aurora cluster in a global database: who asks for write forwarding is led to the writer, everybody else to the copy here. */
export class Forwarding {
  private constructor(
    private readonly server: Server,
    /** Where applications find it. */
    public readonly endpoint: string,
  ) {}

  /** Listens on a port of 127.0.0.1. */
  public static async start({ certificate, key }: Certificates, ends: ForwardingEnds): Promise<Forwarding> {
    const secureContext = createSecureContext({ cert: readFileSync(certificate), key: readFileSync(key) });
    const port = await freePort();
    const server = createServer((client) => {
      answer(client, secureContext, ends);
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    return new Forwarding(server, `localhost:${port}`);
  }

  /** Lets nobody in any more; who talks ends with the server behind. */
  public async stop(): Promise<void> {
    this.server.close();
    return Promise.resolve();
  }
}

/** PostgreSQL's own beginning: a question for TLS, then a message that says who comes and with which settings. */
function answer(client: Socket, secureContext: SecureContext, ends: ForwardingEnds): void {
  client.on('error', () => client.destroy()).setNoDelay();
  client.once('data', (asked: Buffer) => {
    if (asked.length !== 8 || asked.readInt32BE(4) !== ENCRYPTED) {
      client.destroy();
      return;
    }
    client.write('S');
    const outside = new TLSSocket(client, { isServer: true, secureContext });
    outside.on('error', () => client.destroy());
    let head = Buffer.alloc(0);
    const begin = (bytes: Buffer): void => {
      head = Buffer.concat([head, bytes]);
      if (head.length < 4 || head.length < head.readInt32BE(0)) return;
      outside.off('data', begin);
      const inside = connect({ path: head.includes(FORWARDS) ? ends.writer() : ends.local() });
      inside.write(head);
      joinEnds(outside, inside);
    };
    outside.on('data', begin);
  });
}
