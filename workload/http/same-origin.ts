import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a request that changes something comes from a page of this site. Browsers say so; what says nothing is no browser, and
 * nobody's cookies are with it.
 * @param edgeHost the name visitors see when a CDN stands before this server, which hides it from the Host header.
 */
export function isSameOrigin(headers: IncomingHttpHeaders, edgeHost: string | undefined): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none';
  if (headers.origin === undefined) return true;
  const host = URL.canParse(headers.origin) ? new URL(headers.origin).host : undefined;
  return host !== undefined && host !== '' && (host === headers.host || host === edgeHost);
}
