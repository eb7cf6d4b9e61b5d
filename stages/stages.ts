export { singleServer } from './1-single-server';
export { privateDatabase } from './2-private-database';
export { readPath } from './3-read-path';
export { statelessTier } from './4-stateless-tier';
export { dataScaling } from './5-data-scaling';
export { multiRegion } from './6-multi-region';
export { buildApp, type Deployment, REFERENCE_APP, type Region } from './app';
export { Catalogue } from './catalogue';
export { type Context, parseContext } from './context';
