import { chmodSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A place of this machine: a port of 127.0.0.1, or the path of a Unix socket. */
export type Place = number | string;

/** A way may hold so much; then who sends waits, as on a long line. */
const MOST_BYTES = 8_000_000;

const optionsOf = (place: Place): { port: number; host: string } | { path: string } =>
  typeof place === 'number' ? { port: place, host: '127.0.0.1' } : { path: place };

/** A long way: whatever is said on it arrives later, and what is on the way when it is cut is lost. */
export class Distance {
  private readonly talks = new Set<Socket>();
  private isCut = false;

  private constructor(
    private readonly server: Server,
    /** How long it takes, one way. */
    private readonly milliseconds: number,
  ) {}

  /**
   * Opens one.
   * @param at where it begins.
   * @param end where it ends, asked for each talk; nowhere where nothing is said.
   */
  public static async open(at: Place, end: () => Place | undefined, milliseconds: number): Promise<Distance> {
    const server = createServer({ allowHalfOpen: true });
    const way = new Distance(server, milliseconds);
    server.on('connection', (near) => {
      way.talk(near, end());
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(optionsOf(at), resolve);
    });
    // Who asks may be another user, such as PostgreSQL's.
    if (typeof at === 'string') chmodSync(at, 0o777);
    return way;
  }

  /** Ends every talk, and lets nobody begin one; or lets people talk again. */
  public cut(isCut = true): void {
    this.isCut = isCut;
    if (isCut) for (const one of this.talks) one.destroy();
  }

  public async stop(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private talk(near: Socket, end: Place | undefined): void {
    if (this.isCut || end === undefined) {
      near.on('error', () => undefined).destroy();
      return;
    }
    const far = connect({ ...optionsOf(end), allowHalfOpen: true });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.talks.add(one);
      this.carry(one, other);
    }
  }

  private carry(from: Socket, to: Socket): void {
    const later = (what: () => void): void => void setTimeout(what, this.milliseconds);
    let held = 0;
    from.setNoDelay();
    from
      .on('data', (bytes) => {
        held += bytes.length;
        if (held > MOST_BYTES) from.pause();
        later(() => {
          held -= bytes.length;
          if (to.writable) to.write(bytes);
          if (from.isPaused() && held <= MOST_BYTES) from.resume();
        });
      })
      .on('end', () => {
        later(() => to.end());
      })
      .on('error', () => undefined)
      .on('close', () => {
        this.talks.delete(from);
        later(() => to.destroy());
      });
  }
}
