import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BadInput } from '../../shared/bad-input';
import { type File, files } from './files';

const MOST_BYTES = 10_000;
/** Styles of the picture stand in it, so they can't be told from others. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const HEADERS = {
  'content-security-policy': POLICY,
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

/** What a site serves. */
export interface SiteOptions {
  /** Events that somebody who comes gets first: name and value. */
  readonly hello: () => readonly (readonly [name: string, value: unknown])[];
  /** Does what the page asks for. What is thrown as `BadInput` is answered in one line. */
  readonly ask: (asked: unknown) => Promise<void>;
}

/**
 * The page's own web server, on 127.0.0.1 alone. Websites that somebody has open in the same browser can reach that address too, so it
 * answers only to its own name, and does things only for its own page.
 */
export class Site {
  private readonly server: Server;
  private readonly watching = new Set<ServerResponse>();

  private constructor(
    private readonly options: SiteOptions,
    private readonly texts: ReadonlyMap<string, File>,
  ) {
    this.server = createServer((request, response) => {
      this.answer(request, response).catch((error: unknown) => {
        end(response, 500, String(error));
      });
    });
  }

  /** Starts it; 0 takes any free port. */
  public static async start(port: number, options: SiteOptions): Promise<Site> {
    const site = new Site(options, files());
    await new Promise<void>((resolve, reject) => {
      site.server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    return site;
  }

  /** Where the page is. */
  public get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Sends something to everybody who has the page open. */
  public tell(name: string, value: unknown): void {
    for (const one of this.watching) one.write(eventOf(name, value));
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '/' } = request;
    const path = url.split('?')[0];
    if (!this.isOwn(request)) end(response, 403, 'this is asked from another website');
    else if (method === 'GET' && path === '/events') this.watch(response);
    else if (method === 'POST' && path === '/do') await this.do(request, response);
    else {
      const file = method === 'GET' ? this.texts.get(path) : undefined;
      if (file) response.writeHead(200, { ...HEADERS, 'content-type': file.type }).end(file.text);
      else end(response, 404, 'there is nothing here');
    }
  }

  /** A name of another website that leads to this address has another Host; a page of another website has another Origin. */
  private isOwn({ headers, method }: IncomingMessage): boolean {
    const hosts = [`127.0.0.1:${this.port}`, `localhost:${this.port}`];
    if (!hosts.includes(headers.host ?? '')) return false;
    const from = headers['sec-fetch-site'];
    if (from !== undefined && from !== 'same-origin' && !(from === 'none' && method === 'GET')) return false;
    return method === 'GET' || headers.origin === `http://${headers.host ?? ''}`;
  }

  private watch(response: ServerResponse): void {
    response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream' });
    for (const [name, value] of this.options.hello()) response.write(eventOf(name, value));
    this.watching.add(response);
    response.once('close', () => this.watching.delete(response));
  }

  private async do(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.headers['content-type'] !== 'application/json') {
      end(response, 415, 'JSON is expected');
      return;
    }
    try {
      await this.options.ask(await jsonOf(request));
      response.writeHead(204, HEADERS).end();
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      end(response, 400, error.message);
    }
  }
}

const eventOf = (name: string, value: unknown): string => `event: ${name}\ndata: ${JSON.stringify(value)}\n\n`;

function end(response: ServerResponse, status: number, line: string): void {
  if (!response.headersSent) response.writeHead(status, { ...HEADERS, 'content-type': 'text/plain; charset=utf-8' });
  response.end(`${line}\n`);
}

async function jsonOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    parts.push(part as Buffer);
    size += (part as Buffer).length;
    if (size > MOST_BYTES) throw new BadInput(`more than ${MOST_BYTES} bytes are not taken`);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch {
    throw new BadInput('this is no JSON');
  }
}
