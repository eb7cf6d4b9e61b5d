import type { IncomingMessage } from 'node:http';

const LOOPBACK = /^(?:::1|127\.)/;
const PRIVATE = /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|f[cd]|fe80:)/i;

/**
 * Who sends a request: the address nearest to us that is no proxy of ours. Proxies append the address that they were asked from, so what a
 * visitor made up stands further left and is never reached. Nobody is named where all of it happens on this server.
 * @param behindCdn whether the last public address is the CDN's.
 */
export function clientOf({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>, behindCdn: boolean): string | undefined {
  const forwarded = [headers['x-forwarded-for'] ?? []].flat().join(',');
  const chain = [...forwarded.split(','), socket.remoteAddress ?? ''].map(plain).filter((address) => address !== '');
  const others = chain.filter((address) => !LOOPBACK.test(address));
  const open = others.filter((address) => !PRIVATE.test(address));
  const client = (behindCdn ? open.at(-2) : undefined) ?? open.at(-1) ?? others.at(-1);
  return client === undefined ? undefined : networkOf(client);
}

/** Whether an address is a proxy's or this server's own, whose connections carry many visitors. */
export function isOurs(address: string): boolean {
  return LOOPBACK.test(plain(address)) || PRIVATE.test(plain(address));
}

function plain(address: string): string {
  return address
    .trim()
    .replace(/^::ffff:/i, '')
    .slice(0, 45);
}

/** One subscriber has a whole /64 of IPv6. */
function networkOf(address: string): string {
  return address.includes(':') ? address.split(':').slice(0, 4).join(':') : address;
}
