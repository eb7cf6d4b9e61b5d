import type { Environment } from './environment';
import { login, logout, showAccount } from './handlers/account';
import { addUser, changeUser, listUsers, showUser } from './handlers/people';
import { isAlive, isReady } from './handlers/probes';
import { acceptUpload, serveUpload } from './handlers/uploads';
import { examine } from './health';
import type { Route } from './http/router';
import { staticFiles } from './http/static-files';
import { architecturePage } from './pages/architecture';
import { homePage } from './pages/home';
import { Setting } from './settings';

/** The load balancer asks for it every few seconds. */
export const PROBE = '/healthz';

/** Everything this application answers. */
export function routes(environment: Environment, staticDirectory: string): Route[] {
  return [
    { method: 'GET', pattern: '/', handle: homePage },
    {
      method: 'GET',
      pattern: '/architecture',
      handle: async ({ parts }) => architecturePage(environment, parts.settings.get(Setting.EDGE_HOST), await examine(parts)),
    },
    { method: 'GET', pattern: '/users', handle: listUsers },
    { method: 'POST', pattern: '/users', handle: addUser },
    { method: 'GET', pattern: '/users/:id', handle: showUser },
    { method: 'POST', pattern: '/users/:id', handle: changeUser },
    { method: 'GET', pattern: '/me', handle: showAccount },
    { method: 'POST', pattern: '/login', handle: login },
    { method: 'POST', pattern: '/logout', handle: logout },
    { method: 'POST', pattern: '/uploads', handle: acceptUpload },
    { method: 'GET', pattern: '/uploads/:file', handle: serveUpload },
    { method: 'GET', pattern: '/static/:file', handle: staticFiles(staticDirectory) },
    { method: 'GET', pattern: PROBE, handle: isAlive },
    { method: 'GET', pattern: '/readyz', handle: isReady },
  ];
}
