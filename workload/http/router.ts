import type { Bound } from './bounds';
import type { Context, Params } from './context';
import { HttpError, type Reply } from './reply';

/** Answers the requests of one route. */
export type Handler = (context: Context) => Reply | Promise<Reply>;

/** Requests by method and path. A segment of the pattern such as `:id` stands for any one segment. */
export interface Route {
  readonly method: 'GET' | 'POST';
  readonly pattern: string;
  readonly handle: Handler;
  /** What it costs beside a request. */
  readonly bound?: Bound;
}

/** A route and what its placeholders stand for. */
export interface Match {
  readonly route: Route;
  readonly params: Params;
}

/** Finds the route of a request: the first that fits. A HEAD request is a GET without the body. */
export function findRoute(routes: readonly Route[], method: string, path: string): Match {
  const wanted = method === 'HEAD' ? 'GET' : method;
  const methods = new Set<string>();
  const given = path.split('/');
  for (const route of routes) {
    const params = paramsOf(segmentsOf(route.pattern), given);
    if (params && route.method === wanted) return { route, params };
    if (params) methods.add(route.method);
  }
  if (methods.size === 0) throw new HttpError(404, 'There is nothing here.');
  if (methods.has('GET')) methods.add('HEAD');
  throw new HttpError(405, 'That can’t be done here.', { allow: [...methods].sort().join(', ') });
}

const patterns = new Map<string, readonly string[]>();

/** Each pattern is taken apart once. */
function segmentsOf(pattern: string): readonly string[] {
  const known = patterns.get(pattern);
  if (known) return known;
  const segments = pattern.split('/');
  patterns.set(pattern, segments);
  return segments;
}

function paramsOf(expected: readonly string[], given: readonly string[]): Params | undefined {
  if (expected.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of expected.entries()) {
    const actual = decoded(given[index]);
    if (actual === undefined) return undefined;
    if (!segment.startsWith(':')) {
      if (segment !== actual) return undefined;
    } else if (actual === '') {
      return undefined;
    } else {
      params[segment.slice(1)] = actual;
    }
  }
  return params;
}

function decoded(segment: string): string | undefined {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
