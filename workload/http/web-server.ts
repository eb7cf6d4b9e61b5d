import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Lease, Live } from '../live';
import { log } from '../log';
import { Setting } from '../settings';
import { currentTraceId, inTrace, traceIdOf } from '../trace';
import { Bound, Bounds } from './bounds';
import { isOurs } from './client-address';
import { Context, isSecure } from './context';
import { errorReply } from './error-reply';
import { HttpError, type Reply } from './reply';
import { findRoute, type Route } from './router';
import { isSameOrigin } from './same-origin';
import { securityHeaders } from './security-headers';

const BUSY_CHECK_MS = 50;
/** How often requests are looked at that take too long to arrive: they end at most so much later than their limit. */
const CHECK_MS = 2_000;
const MOST_CONNECTIONS = 20_000;
const MOST_CONNECTIONS_EACH = 200;

/** Answers HTTP requests by routes. */
export class WebServer {
  private readonly server: Server;
  private readonly bounds = new Bounds();
  private readonly connections = new Map<string, number>();

  /**
   * @param live lends each request its parts.
   * @param quiet patterns of routes that are only logged when they fail.
   */
  public constructor(
    private readonly routes: readonly Route[],
    private readonly live: Live,
    private readonly quiet: ReadonlySet<string>,
  ) {
    this.server = createServer({ connectionsCheckingInterval: CHECK_MS }, (request, response) => {
      void inTrace(traceIdOf(request.headers), async () => this.serve(request, response));
    });
    this.server.headersTimeout = 10_000;
    this.server.requestTimeout = 30_000;
    this.server.maxConnections = MOST_CONNECTIONS;
    this.server.on('connection', (socket) => {
      this.admit(socket);
    });
    // Longer than a load balancer keeps a connection it doesn't use, so that it is never surprised by a closed one.
    this.server.keepAliveTimeout = 75_000;
  }

  /** Starts to accept connections. */
  public async listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject).listen(port, resolve);
    });
  }

  /** Stops accepting, and waits for the requests under way, up to a limit. */
  public async close(limitMs: number): Promise<void> {
    if (!this.server.listening) return;
    const closed = new Promise<void>((resolve) => {
      this.server.close(() => {
        resolve();
      });
    });
    const sweep = setInterval(() => {
      this.server.closeIdleConnections();
    }, BUSY_CHECK_MS);
    const limit = setTimeout(() => {
      this.server.closeAllConnections();
    }, limitMs);
    await closed;
    clearInterval(sweep);
    clearTimeout(limit);
  }

  /** One stranger's connections are bounded. A proxy's are not: it carries many visitors, and bounds them itself. */
  private admit(socket: Socket): void {
    const address = socket.remoteAddress ?? '';
    if (isOurs(address)) return;
    const open = (this.connections.get(address) ?? 0) + 1;
    if (open > MOST_CONNECTIONS_EACH) {
      socket.destroy();
      return;
    }
    this.connections.set(address, open);
    socket.once('close', () => {
      const left = (this.connections.get(address) ?? 1) - 1;
      if (left === 0) this.connections.delete(address);
      else this.connections.set(address, left);
    });
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const start = performance.now();
    let lease: Lease | undefined;
    let route = 'none';
    let reply: Reply;
    try {
      refuseTwoHosts(request);
      const { path, query } = targetOf(request);
      const match = findRoute(this.routes, request.method ?? '', path);
      route = match.route.pattern;
      const context = new Context(request, match.params, query, () => (lease ??= this.live.lease()).parts, this.bounds);
      if (!this.quiet.has(route)) context.require(Bound.REQUEST);
      if (match.route.bound !== undefined) context.require(match.route.bound);
      if (match.route.method === 'POST' && !isSameOrigin(request.headers, context.parts.settings.get(Setting.EDGE_HOST))) {
        throw new HttpError(403, 'This form was sent from another website.');
      }
      reply = await match.route.handle(context);
    } catch (error) {
      reply = errorReply(error, request.headers.accept);
    }
    const tooLate = response.closed;
    this.send(reply, response, isSecure(request));
    await closed(response);
    lease?.release();
    if (reply.status < 400 && this.quiet.has(route)) return;
    const ms = Math.round(performance.now() - start);
    const complete = tooLate || !response.writableFinished ? { aborted: true } : {};
    log.info('request', { method: request.method, route, status: reply.status, ms, ...complete });
  }

  private send(reply: Reply, response: ServerResponse, secure: boolean): void {
    response.writeHead(reply.status, {
      'cache-control': 'no-store',
      ...securityHeaders(secure),
      'x-trace-id': currentTraceId(),
      'content-length': Buffer.byteLength(reply.body),
      ...(!this.server.listening && { connection: 'close' }),
      ...reply.headers,
    });
    response.end(reply.body);
  }
}

/** Fulfilled when nothing more can be sent, whether all of it was or the visitor left. */
async function closed(response: ServerResponse): Promise<void> {
  if (response.closed) return;
  await new Promise((resolve) => response.once('close', resolve));
}

/** Two hosts may be two different ones to a proxy and to us. */
function refuseTwoHosts({ rawHeaders }: IncomingMessage): void {
  const hosts = rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
  if (hosts.length > 1) throw new HttpError(400, 'The request names two hosts.');
}

function targetOf(request: IncomingMessage): { readonly path: string; readonly query: URLSearchParams } {
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  return { path, query: new URLSearchParams(query) };
}
