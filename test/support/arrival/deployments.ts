import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import {
  Application,
  type Blueprint,
  CacheTier,
  DatabaseTier,
  EdgeTier,
  JobsTier,
  RegionalStack,
  WebArchitecture,
  WebTier,
} from '../../../lib';
import { stages } from '../../../stages';
import { buildApp } from '../../../stages/app';
import { DOMAIN, FLAGS, emptyApplication } from '../synth';
import { World } from './world';

type Context = Readonly<Record<string, unknown>>;

const TOLD = { alarmEmail: 'team@example.com', budget: 500 };
const DRILL = ['', '', 'fail-over-database', 'fail-cache', 'kill-server', 'poison-jobs'];

/** Contexts whose stacks are walked: every architecture with and without what can be chosen, every bridge, several regions. */
const CONTEXTS: readonly Context[] = [
  ...[1, 2, 3, 4, 5].flatMap((stage) => [
    { stage },
    { stage, ...DOMAIN, ...TOLD, ...(stage > 1 && { drills: DRILL[stage] }) },
    { stage, regions: ['eu-west-1', 'ap-southeast-2', 'sa-east-1', 'eu-west-1', 'ap-southeast-2'][stage - 1] },
  ]),
  // An opt-in region: CloudFront delivers no logs to its buckets.
  { stage: 3, regions: 'me-central-1' },
  { stage: 4, regions: 'ap-east-1', ...DOMAIN },
  ...[2, 3, 4, 5].flatMap((stage) => [
    { stage, from: stage - 1 },
    { stage, from: stage - 1, ...DOMAIN, ...TOLD },
  ]),
  { stage: 5, shards: 4, serving: 2 },
  { stage: 6, from: 5, regions: 'us-east-1,eu-west-1', ...DOMAIN, ...TOLD },
  { stage: 6, regions: 'eu-west-1,us-east-1,sa-east-1', ...DOMAIN, ...TOLD },
  { stage: 6, regions: 'us-east-1,eu-west-1', routing: 'geolocation', ...DOMAIN },
  { stage: 4, sessions: 'dynamodb' },
  { stage: 6, regions: 'us-east-1,eu-west-1', sessions: 'dynamodb', ...DOMAIN },
];

/** Architectures that no stage is. */
const OWN: Readonly<Record<string, Blueprint>> = {
  'a fleet without replicas or a cache': { ...stages.statelessTier, database: DatabaseTier.instance(), cache: CacheTier.none() },
  'a warm pool, jobs before shards': {
    ...stages.statelessTier,
    web: WebTier.fleet({ warmPool: 2 }),
    jobs: JobsTier.queue(),
  },
  'a key of the same stack that admits nobody': stages.statelessTier,
  'a CDN and a cache before replicas': { ...stages.privateDatabase, edge: EdgeTier.cdn(), cache: CacheTier.valkey() },
};

/** `npm test` walks those with a domain or a table of sessions, which have every construct between them; CI walks all. */
const WALKED = process.env.CI === 'true' ? CONTEXTS : CONTEXTS.filter((context) => 'domain' in context || 'sessions' in context);

/** Every stack of every deployment, by a name for the test. */
export function worlds(): (readonly [name: string, world: World])[] {
  const ofContexts = WALKED.flatMap((context) => {
    const app = new App({ context: { ...FLAGS, ...context } });
    buildApp(app);
    return stacksOf(app, Object.values(context).join(' '));
  });
  const app = Application.selfConfigured(emptyApplication());
  const own = Object.entries(OWN).flatMap(([name, blueprint]) => {
    const cdk = new App({ context: FLAGS });
    const stack = new RegionalStack(cdk, 'Own', { region: 'us-east-1' });
    const key = name.includes('a key of') ? new kms.Key(stack, 'Plain', { removalPolicy: RemovalPolicy.DESTROY }) : undefined;
    new WebArchitecture(stack, 'Web', { name: 'shop', blueprint, app, budget: 100, alarmEmail: 'team@example.com', key });
    return stacksOf(cdk, name);
  });
  return [...ofContexts, ...own];
}

function stacksOf(app: App, name: string): (readonly [string, World])[] {
  const deployment: World[] = [];
  const stacks = app.node.children.filter((child): child is Stack => Stack.isStack(child));
  deployment.push(...stacks.map((stack) => new World(stack, deployment)));
  return deployment.map((world) => [`${name}: ${world.stack.stackName}`, world]);
}
