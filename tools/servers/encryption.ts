import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { createServer, type Server } from 'node:tls';
import type { Certificates } from './certificates';
import { joinEnds } from './conversation';

/** TLS in front of a server that was built without it: its port is encrypted, and what is said goes on to a Unix socket. */
export class Encryption {
  private constructor(private readonly server: Server) {}

  /** Listens on a port of 127.0.0.1. */
  public static async start(port: number, socket: string, { certificate, key }: Certificates): Promise<Encryption> {
    const server = createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (outside) => {
      joinEnds(outside, connect(socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    return new Encryption(server);
  }

  /** Lets nobody in any more; who talks ends with the server behind. */
  public stop(): void {
    this.server.close();
  }
}
