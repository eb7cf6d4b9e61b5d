import type { IncomingHttpHeaders } from 'node:http';

/** What a request passed on its way here. */
export interface Arrival {
  readonly cdn: boolean;
  readonly balancer: boolean;
}

/**
 * Reads it from what they add to each request: CloudFront its name in Via, the load balancer an X-Amzn-Trace-Id (CloudFront guide, "Request and
 * response behavior for custom origins"; Elastic Load Balancing guide, "Request tracing"). It is shown to who sent the request, and decides nothing.
 */
export function arrivalOf(headers: IncomingHttpHeaders): Arrival {
  return { cdn: /\bcloudfront\b/i.test(headers.via ?? ''), balancer: headers['x-amzn-trace-id'] !== undefined };
}
