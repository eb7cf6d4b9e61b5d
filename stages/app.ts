import { join } from 'node:path';
import { Annotations, type App, CfnOutput, DefaultStackSynthesizer, RemovalPolicy, Stack, TimeZone } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as route53 from 'aws-cdk-lib/aws-route53';
import {
  Application,
  type Blueprint,
  type Domain,
  LogBucket,
  RegionOffers,
  RegionStorage,
  RegionalStack,
  Runbook,
  type ScheduledDrill,
  WebArchitecture,
  WebFirewall,
} from '../lib';
import { type Context, parseContext } from './context';
import { chooseBlueprint } from './tune';

/** Directory of the reference application, bundled into one file by `npm run build`. */
export const REFERENCE_APP = join(__dirname, '../workload/bundle');

/** The application in one region. */
export interface Region {
  /** Owns everything that holds data there, under the same name in every stage. */
  readonly stack: RegionalStack;
  /** The application. */
  readonly architecture: WebArchitecture;
}

/** The stacks of one deployment. */
export interface Deployment {
  /** What was asked for. */
  readonly context: Context;
  /** The stack of the founding region. */
  readonly primary: RegionalStack;
  /** The application in its founding region. */
  readonly architecture: WebArchitecture;
  /** The application in further regions, in the order of the context. */
  readonly further: Region[];
}

/**
 * Builds what the context of a CDK app asks for, in the order in which it is deployed: storage of further regions, certificate, founding
 * region, further regions.
 * @param app the CDK app; a wrong context throws `InvalidInput` before anything is built.
 */
export function buildApp(app: App): Deployment {
  const context = parseContext(app.node.getAllContext() as Record<string, unknown>);
  const { blueprint, unused } = chooseBlueprint(context);
  const [founding, ...others] = blueprint.reach.isGlobal ? context.regions : context.regions.slice(0, 1);

  const storages = others.map((region) => regionStorage(app, context, region));
  const needs = blueprint.edge.isCdn ? edge(app, context) : {};
  if (context.waf && !needs.firewall) unused.push('waf');
  const { webAclArn } = needs.firewall ?? {};
  const guarded = webAclArn === undefined ? blueprint : { ...blueprint, edge: blueprint.edge.withWebAcl(webAclArn) };
  const home = region(app, context, guarded, founding, needs);
  if (needs.firewall) home.stack.addStackDependency(Stack.of(needs.firewall));
  for (const { stack } of storages) home.stack.addStackDependency(stack);
  if (context.drills && !home.architecture.drills) unused.push('drills');
  for (const key of unused) Annotations.of(home.stack).addInfo(`${key} is not used at stage ${context.stage}`);
  const further = others.map((name, index) => {
    const there = region(app, context, blueprint, name, { keyArn: storages[index].keyArn });
    there.stack.addStackDependency(home.stack);
    // A copy joins a global database, so the founding region's shard comes first.
    there.architecture.secondary?.shardStacks.forEach((stack, shards) => {
      const founded = home.architecture.databases?.shardStacks[shards];
      if (founded) stack.addStackDependency(founded);
    });
    return there;
  });
  return { context, primary: home.stack, architecture: home.architecture, further };
}

/** The application in one region, and what a person needs to know of it. */
function region(app: App, context: Context, blueprint: Blueprint, name: string, given: CdnNeeds & { readonly keyArn?: string }): Region {
  const zones = name === context.regions[0] ? context.azs : undefined;
  const range = context.cidr?.[context.regions.indexOf(name)];
  const network = range === undefined ? blueprint.network : blueprint.network.withCidr(range);
  const stack = new RegionalStack(app, `${context.name}-${name}`, {
    region: name,
    zones,
    tags: tags(context),
    description: `${context.name}: the application`,
    // A folder of its own in the bootstrap bucket: servers may read this deployment's releases, and nobody else's files.
    synthesizer: new DefaultStackSynthesizer({ bucketPrefix: `${context.name}/` }),
  });
  const architecture = new WebArchitecture(stack, 'Architecture', {
    name: context.name,
    blueprint: { ...blueprint, network },
    app: Application.at(context.app ?? REFERENCE_APP),
    domain: domainOf(stack, context, given.certificate),
    cdnLogBucket: given.cdnLogBucket,
    // Imported: a role that uses the key must not change the key's policy, which is in a stack that this one reads.
    key: given.keyArn === undefined ? undefined : kms.Key.fromKeyArn(stack, 'Key', given.keyArn),
    regions: context.regions,
    alarmEmail: context.alarmEmail,
    budget: context.budget,
    drills: name === context.regions[0] ? weekly(context.drills ?? []) : [],
    removalPolicy: removalPolicy(context),
    logLock: context.logLock,
  });
  new CfnOutput(stack, 'Url', { value: architecture.url, description: 'Where users find the website' });
  new CfnOutput(stack, 'SessionCommand', { value: architecture.sessionCommand, description: 'Opens a shell on a server' });
  const { dashboard } = architecture;
  if (dashboard) new CfnOutput(stack, 'Dashboard', { value: dashboard.url, description: 'What can be seen of it' });
  const { failover } = architecture;
  if (failover) new CfnOutput(stack, 'FailoverCommand', { value: failover.startCommand, description: 'Moves all writers to this region' });
  if (architecture.drills) new CfnOutput(stack, 'Drills', { value: architecture.drills.templateIds, description: 'Experiment templates' });
  for (const runbook of architecture.node.findAll().filter((construct) => Runbook.isRunbook(construct))) {
    new CfnOutput(stack, runbook.node.id, { value: runbook.startCommand, description: 'Starts the runbook of this bridge' });
  }
  return { stack, architecture };
}

/** One drill an hour on Tuesday mornings, when people are there to see it. */
function weekly(drills: string[]): ScheduledDrill[] {
  return drills.map((drill, index) => ({
    drill,
    when: ScheduleExpression.cron({ minute: '0', hour: String(8 + (index % 10)), weekDay: 'TUE', timeZone: TimeZone.ETC_UTC }),
  }));
}

/** Key and bucket of a further region: the founding one replicates to both, so they come first. */
function regionStorage(app: App, context: Context, name: string): { stack: RegionalStack; keyArn: string } {
  const description = `${context.name}: key and copy of the uploads`;
  const stack = new RegionalStack(app, `${context.name}-${name}-storage`, { region: name, tags: tags(context), description });
  const { key } = new RegionStorage(stack, 'Storage', { name: context.name, removalPolicy: removalPolicy(context) });
  return { stack, keyArn: key.keyArn };
}

/** What a CDN needs outside of its region. */
interface CdnNeeds {
  readonly certificate?: acm.ICertificate;
  readonly cdnLogBucket?: LogBucket;
  readonly firewall?: WebFirewall;
}

/** CloudFront takes certificates and firewalls from us-east-1 alone, and delivers logs to no opt-in region: what is needed has a stack of its own there. */
function edge(app: App, context: Context): CdnNeeds {
  const [founding] = context.regions;
  const logsElsewhere = !RegionOffers.hasService(founding, 'cdn-logs');
  const { name, domain, waf } = context;
  if (domain === undefined && !logsElsewhere && !waf) return {};
  const stack = new RegionalStack(app, `${name}-${founding}-edge`, {
    region: 'us-east-1',
    tags: tags(context),
    description: `${name}: what the CDN needs in us-east-1`,
  });
  return {
    certificate:
      domain === undefined
        ? undefined
        : new acm.Certificate(stack, 'Certificate', {
            domainName: domain,
            validation: acm.CertificateValidation.fromDns(hostedZone(stack, domain, context.hostedZoneId)),
          }),
    cdnLogBucket: logsElsewhere
      ? new LogBucket(stack, 'CdnLogs', { removalPolicy: removalPolicy(context), lock: context.logLock })
      : undefined,
    firewall: waf ? new WebFirewall(stack, 'Firewall', { name }) : undefined,
  };
}

function domainOf(stack: Stack, context: Context, certificate?: acm.ICertificate): Domain | undefined {
  const { domain, hostedZoneId, routing, places } = context;
  if (domain === undefined) return undefined;
  if (certificate) stack.addStackDependency(Stack.of(certificate));
  return { domainName: domain, hostedZone: hostedZone(stack, domain, hostedZoneId), certificate, routing, places };
}

function hostedZone(stack: Stack, zoneName: string, hostedZoneId = ''): route53.IHostedZone {
  return route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', { zoneName, hostedZoneId });
}

function tags({ name, stage }: Context): Record<string, string> {
  return { 'stagecraft:name': name, 'stagecraft:stage': String(stage) };
}

function removalPolicy({ disposable }: Context): RemovalPolicy {
  return disposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE;
}
