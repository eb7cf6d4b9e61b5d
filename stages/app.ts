import { join } from 'node:path';
import { Annotations, type App, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { type Blueprint, type Domain, RegionalStack, WebArchitecture } from '../lib';
import { Catalogue } from './catalogue';
import { type Context, parseContext } from './context';

/** Directory of the reference application, bundled into one file by `npm run build`. */
export const REFERENCE_APP = join(__dirname, '../workload/bundle');

/** The stacks of one deployment. */
export interface Deployment {
  /** What was asked for. */
  readonly context: Context;
  /** Owns everything that holds data, under the same name in every stage. */
  readonly primary: RegionalStack;
  /** The application in its founding region. */
  readonly architecture: WebArchitecture;
}

/**
 * Builds what the context of a CDK app asks for.
 * @param app the CDK app; a wrong context throws `InvalidInput` before anything is built.
 */
export function buildApp(app: App): Deployment {
  const context = parseContext(app.node.getAllContext() as Record<string, unknown>);
  const { name, stage, regions, azs } = context;
  const { blueprint, unused } = tune(Catalogue.blueprint(stage), context);
  const tags = { 'stagecraft:name': name, 'stagecraft:stage': String(stage) };
  const certificate = blueprint.edge.isCdn ? edgeCertificate(app, context, tags) : undefined;

  const primary = new RegionalStack(app, `${name}-${regions[0]}`, {
    region: regions[0],
    zones: azs,
    tags,
    description: `${name}: the application`,
  });
  for (const key of unused) Annotations.of(primary).addInfo(`${key} is not used at stage ${stage}`);
  const architecture = new WebArchitecture(primary, 'Architecture', {
    name,
    blueprint,
    app: context.app ?? REFERENCE_APP,
    domain: domainOf(primary, context, certificate),
    removalPolicy: context.disposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
  });
  new CfnOutput(primary, 'Url', { value: architecture.url, description: 'Where users find the website' });
  new CfnOutput(primary, 'SessionCommand', { value: architecture.sessionCommand, description: 'Opens a shell on a server' });
  new CfnOutput(primary, 'Dashboard', { value: architecture.dashboard.url, description: 'What can be seen of it' });
  return { context, primary, architecture };
}

/** The blueprint with the choices of the context, and the names of choices that this stage has no use for. */
function tune(
  blueprint: Blueprint,
  { replicas, nat, size, shards, sharding, regions }: Context,
): { blueprint: Blueprint; unused: string[] } {
  const replicated = replicas === undefined ? blueprint.database : blueprint.database.withReadReplicas(replicas);
  const sharded = shards === undefined ? replicated : replicated.withShards(shards);
  const database = sharding === undefined ? sharded : sharded.withSharding(sharding);
  const network = nat === undefined ? blueprint.network : blueprint.network.withNatGateways(nat);
  const web = size === undefined ? blueprint.web : blueprint.web.withInstanceType(size);
  const unused = {
    replicas: replicas !== undefined && replicated === blueprint.database,
    nat: nat !== undefined && network === blueprint.network,
    shards: shards !== undefined && sharded === replicated,
    sharding: sharding !== undefined && database === sharded,
    'regions after the first': regions.length > 1,
  };
  return {
    blueprint: { ...blueprint, database, network, web },
    unused: Object.entries(unused).flatMap(([key, is]) => (is ? [key] : [])),
  };
}

/** CloudFront takes certificates from us-east-1 alone, so the certificate has a stack of its own there. */
function edgeCertificate(app: App, context: Context, tags: Record<string, string>): acm.ICertificate | undefined {
  if (context.domain === undefined) return undefined;
  const stack = new RegionalStack(app, `${context.name}-edge`, {
    region: 'us-east-1',
    tags,
    description: `${context.name}: certificate of the CDN`,
  });
  return new acm.Certificate(stack, 'Certificate', {
    domainName: context.domain,
    validation: acm.CertificateValidation.fromDns(hostedZone(stack, context.domain, context.hostedZoneId)),
  });
}

function domainOf(stack: Stack, { domain, hostedZoneId, routing }: Context, certificate?: acm.ICertificate): Domain | undefined {
  if (domain === undefined) return undefined;
  if (certificate) stack.addStackDependency(Stack.of(certificate));
  return {
    domainName: domain,
    hostedZone: hostedZone(stack, domain, hostedZoneId),
    certificate,
    routing,
  };
}

function hostedZone(stack: Stack, zoneName: string, hostedZoneId = ''): route53.IHostedZone {
  return route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', { zoneName, hostedZoneId });
}
