import type { IncomingMessage } from 'node:http';
import type { Parts } from '../parts';
import { cookiesOf } from './cookies';

/** What the placeholders of a route's pattern stand for. */
export type Params = Readonly<Record<string, string | undefined>>;

/** One request, as a handler sees it. */
export class Context {
  /** Cookies by name. */
  public readonly cookies: ReadonlyMap<string, string>;
  /** Whether the visitor's connection is HTTPS. */
  public readonly secure: boolean;

  /**
   * @param borrow lends the connected parts for as long as the request lasts.
   */
  public constructor(
    public readonly request: IncomingMessage,
    public readonly params: Params,
    public readonly query: URLSearchParams,
    private readonly borrow: () => Parts,
  ) {
    this.cookies = cookiesOf(request.headers.cookie);
    this.secure = isSecure(request);
  }

  /** The connected parts. Asking ends in `Unavailable` before there are any. */
  public get parts(): Parts {
    return this.borrow();
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
