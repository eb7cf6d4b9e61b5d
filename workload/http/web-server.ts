import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Lease, Live } from '../live';
import { log } from '../log';
import { Setting } from '../settings';
import { currentTraceId, inTrace, traceIdOf } from '../trace';
import { Context, isSecure } from './context';
import { errorReply } from './error-reply';
import { HttpError, type Reply } from './reply';
import { findRoute, type Route } from './router';
import { isSameOrigin } from './same-origin';
import { securityHeaders } from './security-headers';

const BUSY_CHECK_MS = 50;

/** Answers HTTP requests by routes. */
export class WebServer {
  private readonly server: Server;

  /**
   * @param live lends each request its parts.
   * @param quiet patterns of routes that are only logged when they fail.
   */
  public constructor(
    private readonly routes: readonly Route[],
    private readonly live: Live,
    private readonly quiet: ReadonlySet<string>,
  ) {
    this.server = createServer((request, response) => {
      void inTrace(traceIdOf(request.headers), async () => this.serve(request, response));
    });
    this.server.headersTimeout = 10_000;
    this.server.requestTimeout = 30_000;
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

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const start = performance.now();
    let lease: Lease | undefined;
    let route = 'none';
    let reply: Reply;
    try {
      const { path, query } = targetOf(request);
      const match = findRoute(this.routes, request.method ?? '', path);
      route = match.route.pattern;
      const context = new Context(request, match.params, query, () => (lease ??= this.live.lease()).parts);
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

function targetOf(request: IncomingMessage): { readonly path: string; readonly query: URLSearchParams } {
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  return { path, query: new URLSearchParams(query) };
}
