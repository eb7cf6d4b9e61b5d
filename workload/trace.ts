import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

const current = new AsyncLocalStorage<string>();

/**
 * The trace a request belongs to, 32 hexadecimal digits: from W3C's `traceparent`, else from the load balancer's `x-amzn-trace-id`,
 * else a new one.
 */
export function traceIdOf(headers: IncomingHttpHeaders): string {
  const w3c = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:-|$)/.exec(single(headers.traceparent));
  const amazon = /(?:^|;)\s*Root=1-([0-9a-f]{8})-([0-9a-f]{24})(?:;|$)/i.exec(single(headers['x-amzn-trace-id']));
  const given = w3c?.[1] ?? (amazon?.[1] && amazon[2] ? (amazon[1] + amazon[2]).toLowerCase() : undefined);
  return given && !/^0+$/.test(given) ? given : randomBytes(16).toString('hex');
}

/** Runs something as part of a trace. */
export function inTrace<T>(traceId: string, body: () => T): T {
  return current.run(traceId, body);
}

/** The trace that the running code belongs to. */
export function currentTraceId(): string | undefined {
  return current.getStore();
}

/** A `traceparent` that carries the current trace on to another part. */
export function traceparent(): string | undefined {
  const traceId = currentTraceId();
  return traceId && `00-${traceId}-${randomBytes(8).toString('hex')}-01`;
}

function single(header: string | string[] | undefined): string {
  return (Array.isArray(header) ? header[0] : header) ?? '';
}
