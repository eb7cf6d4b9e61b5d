import { mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { Process, type WebProcessOptions } from '../../../../lib';
import { nginxProgram } from '../../../../tools/servers/front';
import { eventually, freePort, startProcess, stopProcess } from '../../../../tools/servers/processes';
import type { Servers } from '../../../support/servers';

const KIT = join(__dirname, '../../../../lib/foundation/servers/kit');
const DRIVER = `
import json, signal, sys
from urllib.parse import urlsplit
sys.path.insert(0, sys.argv[1])
from proxy import Proxy
proxy = Proxy(int(sys.argv[2]))
# Before nginx starts: a quick test ends while point() still waits, and nginx would stay.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(proxy.process and proxy.process.terminate()))
proxy.point([[int(sys.argv[3])], [int(sys.argv[3])]], 0, json.loads(sys.argv[4]), urlsplit("http://shop.test"), sys.argv[5] == "cdn")
proxy.process.wait()
`;

/** An application behind the proxy of a server, with the bounds that the proxy has by default. */
export class Guarded {
  /** Paths that reached the application. */
  public readonly reached: string[] = [];
  private readonly held: ServerResponse[] = [];
  private readonly sockets: Socket[] = [];

  private constructor(
    private readonly directory: string,
    private readonly port: number,
  ) {}

  public static async start(servers: Servers, name: string, options: WebProcessOptions = {}, cdn = false): Promise<Guarded> {
    const directory = join(servers.directory, name);
    for (const part of ['run', 'spool']) mkdirSync(join(directory, part), { recursive: true });
    writeFileSync(join(directory, 'run/up'), '');
    const application = createServer();
    const guarded = new Guarded(directory, await freePort());
    application.on('request', (request, response) => {
      guarded.answer(request, response);
    });
    await new Promise<void>((resolve) => application.listen(0, '127.0.0.1', resolve));
    const { settings } = Process.web(options);
    const words = [KIT, guarded.port, (application.address() as AddressInfo).port, JSON.stringify(settings), cdn ? 'cdn' : ''];
    const PATH = `${process.env.PATH}:${dirname(nginxProgram()!)}`;
    const env = { ...process.env, PATH, RUNTIME_DIRECTORY: join(directory, 'run'), SPOOL: join(directory, 'spool') };
    const proxy = startProcess(['python3', '-c', DRIVER, ...words.map(String)], { env, stdio: ['ignore', 'ignore', 'inherit'] });
    servers.stoppedAtEnd({
      stop: async () => {
        for (const socket of guarded.sockets) socket.destroy();
        application.closeAllConnections();
        application.close();
        await stopProcess(proxy);
      },
    });
    await eventually(
      async () => (await guarded.say('127.0.0.1', '/healthz')).startsWith('HTTP/1.1 200') || Promise.reject(new Error('not yet')),
    );
    return guarded;
  }

  /** `/hold` is answered when {@link release} says so, everything else at once. */
  private answer(request: IncomingMessage, response: ServerResponse): void {
    this.reached.push(request.url ?? '');
    request.on('error', () => undefined);
    if (request.url === '/hold') this.held.push(response);
    else request.resume().on('end', () => response.end(request.headers['x-forwarded-for']));
  }

  public release(): void {
    for (const response of this.held.splice(0)) response.end('held');
  }

  /** A connection from an address of this machine. */
  public async from(address: string): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port: this.port, host: '127.0.0.1', localAddress: address }, () => {
        resolve(socket);
      });
      this.sockets.push(socket);
      socket.once('error', reject);
      socket.on('error', () => undefined);
    });
  }

  /** What comes back for a request. */
  public async say(address: string, path: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
    const lines = Object.entries({ Host: 'a', Connection: 'close', ...headers }).map((pair) => pair.join(': '));
    const socket = await this.from(address);
    socket.write(`GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    return heard(socket);
  }

  /** Its status alone. */
  public async status(address: string, path = '/', headers: Readonly<Record<string, string>> = {}): Promise<number> {
    return Number((await this.say(address, path, headers)).split(' ')[1]);
  }

  /** Megabytes of the processes that serve. */
  public memory(): number {
    const kilobytes = this.workers().map((pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]));
    return Math.round(kilobytes.reduce((sum, one) => sum + one, 0) / 1024);
  }

  /** Processes that serve. */
  public workers(): string[] {
    const main = readFileSync(join(this.directory, 'run/nginx.pid'), 'utf8').trim();
    return readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && parent(pid) === main);
  }

  /** Files of requests and answers that are open on the disk now. nginx takes their names away at once. */
  public spooled(): number {
    const open = this.workers().flatMap((pid) => readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`)));
    return open.filter((path) => path.startsWith(join(this.directory, 'spool/'))).length;
  }
}

function parent(pid: string): string | undefined {
  try {
    return /PPid:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

/** All that comes until the connection ends. */
export async function heard(socket: Socket): Promise<string> {
  let text = '';
  socket.on('data', (data) => (text += data.toString('latin1')));
  return new Promise((resolve) => {
    socket.once('close', () => {
      resolve(text);
    });
  });
}
