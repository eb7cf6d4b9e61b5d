import type { Environment } from './environment';
import { login, logout, showAccount } from './handlers/account';
import { addUser, changeUser, listUsers, showUser } from './handlers/people';
import { isReady } from './handlers/probes';
import { addOrder, listOrders } from './handlers/orders';
import { addProduct, listProducts } from './handlers/products';
import { requestReport, showReport } from './handlers/reports';
import { acceptUpload, serveUpload } from './handlers/uploads';
import { Examination } from './examination';
import { Leaving } from './leaving';
import { Readiness } from './readiness';
import { arrivalOf } from './http/arrival';
import { Bound } from './http/bounds';
import type { Context } from './http/context';
import type { Route } from './http/router';
import { staticFiles } from './http/static-files';
import { stageOf } from './ladder';
import { architecturePage, type Stated } from './pages/architecture';
import { homePage } from './pages/home';
import { Setting } from './settings';

/** The load balancer asks for it every few seconds. */
export const PROBE = '/healthz';

/** Everything this application answers. */
export function routes(environment: Environment, staticDirectory: string, leaving = new Leaving()): Route[] {
  const examination = new Examination();
  const readiness = new Readiness();
  return [
    { method: 'GET', pattern: '/', handle: ({ settings }) => homePage(settings && stageOf(settings)) },
    {
      method: 'GET',
      pattern: '/architecture',
      handle: async (context) =>
        architecturePage(environment, statedIn(context), await examination.of(context), context.client === undefined),
    },
    { method: 'GET', pattern: '/users', handle: listUsers },
    { method: 'POST', pattern: '/users', handle: addUser, bound: Bound.WRITE },
    { method: 'GET', pattern: '/users/:id', handle: showUser },
    { method: 'POST', pattern: '/users/:id', handle: changeUser, bound: Bound.WRITE },
    { method: 'GET', pattern: '/products', handle: listProducts },
    { method: 'POST', pattern: '/products', handle: addProduct, bound: Bound.WRITE },
    { method: 'GET', pattern: '/orders', handle: listOrders },
    { method: 'POST', pattern: '/orders', handle: addOrder, bound: Bound.WRITE },
    { method: 'POST', pattern: '/reports', handle: requestReport, bound: Bound.REPORT },
    { method: 'GET', pattern: '/reports/:id', handle: showReport },
    { method: 'GET', pattern: '/me', handle: showAccount },
    { method: 'POST', pattern: '/login', handle: login, bound: Bound.SIGN_IN },
    { method: 'POST', pattern: '/logout', handle: logout },
    { method: 'POST', pattern: '/uploads', handle: acceptUpload, bound: Bound.UPLOAD },
    { method: 'GET', pattern: '/uploads/:file', handle: serveUpload },
    { method: 'GET', pattern: '/static/:file', handle: staticFiles(staticDirectory) },
    { method: 'GET', pattern: PROBE, handle: (context) => leaving.probe(context) },
    { method: 'GET', pattern: '/readyz', handle: async (context) => isReady(context, examination, readiness) },
  ];
}

function statedIn({ parts: { settings, sharded }, request }: Context): Stated {
  return {
    stage: stageOf(settings),
    arrival: arrivalOf(request.headers),
    edgeHost: settings.get(Setting.EDGE_HOST),
    shardMap: sharded?.map,
    queue: settings.get(Setting.JOBS_QUEUE),
    writerRegion: settings.get(Setting.WRITER_REGION),
  };
}
