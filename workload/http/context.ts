import type { IncomingMessage } from 'node:http';
import type { Parts } from '../parts';
import { Setting, type Settings } from '../settings';
import { Unavailable } from '../timing';
import { type Bound, Bounds } from './bounds';
import { clientOf } from './client-address';
import { cookieName, cookiesOf } from './cookies';

/** What the placeholders of a route's pattern stand for. */
export type Params = Readonly<Record<string, string | undefined>>;

/** One request, as a handler sees it. */
export class Context {
  private readonly cookies: ReadonlyMap<string, string>;
  /** Whether the visitor's connection is HTTPS. */
  public readonly secure: boolean;

  /**
   * @param borrow lends the connected parts for as long as the request lasts.
   * @param bounds what strangers may ask of this server.
   */
  public constructor(
    public readonly request: IncomingMessage,
    public readonly params: Params,
    public readonly query: URLSearchParams,
    private readonly borrow: () => Parts,
    private readonly bounds: Bounds = new Bounds(),
  ) {
    this.cookies = cookiesOf(request.headers.cookie);
    this.secure = isSecure(request);
  }

  /** The value of a cookie that `cookie` made, if the browser sent it. */
  public cookie(name: string): string | undefined {
    return this.cookies.get(cookieName(name, this.secure));
  }

  /** The connected parts. Asking ends in `Unavailable` before there are any. */
  public get parts(): Parts {
    return this.borrow();
  }

  /** Who asks, or nobody where it is this server itself. */
  public get client(): string | undefined {
    return clientOf(this.request, this.behindCdn);
  }

  /** The settings, or nothing before there are any. */
  public get settings(): Settings | undefined {
    try {
      return this.parts.settings;
    } catch (error) {
      if (error instanceof Unavailable) return undefined;
      throw error;
    }
  }

  /** Before there are settings nobody knows of a CDN. */
  private get behindCdn(): boolean {
    return this.settings?.get(Setting.EDGE_HOST) !== undefined;
  }

  /** Whether the visitor may have one more of what is dear. */
  public allows(bound: Bound): boolean {
    return this.bounds.allows(bound, this.client);
  }

  /** Ends the request where it is one too many. */
  public require(bound: Bound): void {
    this.bounds.require(bound, this.client);
  }

  /** Takes a place for the body of a picture, and says how to give it back. */
  public uploadPlace(): () => void {
    return this.bounds.uploadPlace(this.client);
  }

  /** Whether the visitor is a program that asks for JSON; browsers ask for pages. */
  public get wantsJson(): boolean {
    const { accept = '' } = this.request.headers;
    return accept.includes('application/json') && !accept.includes('text/html');
  }

  /** The placeholder's value. */
  public param(name: string): string {
    const value = this.params[name];
    if (value === undefined) throw new Error(`the route has no :${name}`);
    return value;
  }
}

/** Whether the visitor's connection is HTTPS, as the load balancer or the CDN says. */
export function isSecure({ headers }: IncomingMessage): boolean {
  return headers['x-forwarded-proto'] === 'https' || headers['cloudfront-forwarded-proto'] === 'https';
}
