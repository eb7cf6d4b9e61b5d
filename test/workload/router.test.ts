import fc from 'fast-check';
import { HttpError, text } from '../../workload/http/reply';
import { findRoute, type Route } from '../../workload/http/router';

const handle = (): ReturnType<typeof text> => text(200, '');
const ROUTES: readonly Route[] = [
  { method: 'GET', pattern: '/', handle },
  { method: 'GET', pattern: '/users', handle },
  { method: 'POST', pattern: '/users', handle },
  { method: 'GET', pattern: '/users/:id', handle },
  { method: 'POST', pattern: '/login', handle },
];

/** The pattern and placeholders, or the status of the refusal. */
function found(method: string, path: string): unknown {
  try {
    const { route, params } = findRoute(ROUTES, method, path);
    return [route.method, route.pattern, params];
  } catch (error) {
    return error instanceof HttpError ? [error.status, error.headers.allow] : error;
  }
}

test.each([
  ['GET', '/', ['GET', '/', {}]],
  ['HEAD', '/users', ['GET', '/users', {}]],
  ['POST', '/users', ['POST', '/users', {}]],
  ['GET', '/users/7', ['GET', '/users/:id', { id: '7' }]],
  ['GET', '/users/a%2Fb', ['GET', '/users/:id', { id: 'a/b' }]],
  ['DELETE', '/users', [405, 'GET, HEAD, POST']],
  ['GET', '/login', [405, 'POST']],
  ['GET', '/users/', [404, undefined]],
  ['GET', '/users/7/8', [404, undefined]],
  ['GET', '/users/%ff', [404, undefined]],
  ['GET', '', [404, undefined]],
  ['OPTIONS', '*', [404, undefined]],
  ['GET', 'http://elsewhere/users', [404, undefined]],
])('%s %s', (method, path, expected) => {
  expect(found(method, path)).toEqual(expected);
});

test('any segment without a slash comes out of the placeholder as it went in', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'binary' }), (id) => {
      expect(found('GET', `/users/${encodeURIComponent(id)}`)).toEqual(['GET', '/users/:id', { id }]);
    }),
  );
});

test('no path and no method ends in anything but a route or a refusal', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (method, path) => {
      expect(found(method, path)).toBeInstanceOf(Array);
      expect(found('GET', `/users/${path}`)).toBeInstanceOf(Array);
    }),
  );
});
