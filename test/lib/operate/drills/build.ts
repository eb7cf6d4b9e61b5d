import { App, Duration, type Stack, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as route53 from 'aws-cdk-lib/aws-route53';
import { Application, type Blueprint, Drills, type DrillsProps, Geography, RegionalStack, WebArchitecture } from '../../../../lib';
import { stages } from '../../../../stages';
import { FLAGS, emptyApplication, type Resource, resourcesOf } from '../../../support/synth';

export const NAME = 'webapp';
const REGIONS = ['us-east-1', 'eu-west-1', 'sa-east-1'];
const CERTIFICATE = 'arn:aws:acm:us-east-1:111111111111:certificate/a';
const app = Application.selfConfigured(emptyApplication());

export interface Built {
  readonly app: App;
  readonly stack: Stack;
  readonly architecture: WebArchitecture;
  readonly drills: Drills;
}

/** An architecture with the drills that it can have. */
export function build(blueprint: Blueprint, props: Partial<DrillsProps> = {}, region = 'us-east-1'): Built {
  const cdk = new App({ context: FLAGS });
  const stack = new RegionalStack(cdk, 'Test', { region });
  // What a certificate and a key of another region would be asked for has nothing to do with drills.
  Validations.of(stack).acknowledge({ id: 'Annotation::@aws-cdk/aws-cloudfront-origins:updateImportedKeyPolicyOac', reason: 'a test' });
  const { isGlobal } = blueprint.reach;
  const geography = isGlobal ? new Geography(REGIONS, region, true) : undefined;
  const hostedZone = route53.HostedZone.fromHostedZoneAttributes(stack, 'Zone', { zoneName: 'example.com', hostedZoneId: 'Z0123456789' });
  const domain = isGlobal
    ? { domainName: 'example.com', hostedZone, certificate: acm.Certificate.fromCertificateArn(stack, 'Certificate', CERTIFICATE) }
    : undefined;
  const brought = region === 'us-east-1' ? undefined : kms.Key.fromKeyArn(stack, 'Key', `arn:aws:kms:${region}:111111111111:key/a`);
  const architecture = new WebArchitecture(stack, 'Architecture', { name: NAME, blueprint, app, domain, regions: REGIONS, key: brought });
  // It has its own drills; these get what the test gives them.
  architecture.node.tryRemoveChild('Drills');
  const alarm = new cloudwatch.Metric({ namespace: 'Test', metricName: 'Errors', period: Duration.minutes(1) }).createAlarm(
    stack,
    'Alarm',
    {
      threshold: 1,
      evaluationPeriods: 1,
    },
  );
  const { key, network, web, edge, database, databases, cache, sessions, jobs } = architecture;
  const tiers = { name: NAME, key, network, web, edge, database, databases, cache, sessions, jobs, geography };
  return { app: cdk, stack, architecture, drills: new Drills(stack, 'Drills', { ...tiers, stopOn: [alarm], ...props }) };
}

/** The project's own architectures. */
export type Architecture = 'singleServer' | 'privateDatabase' | 'readPath' | 'statelessTier' | 'dataScaling' | 'multiRegion';

const memo = new Map<string, Built & { readonly resources: Record<string, Resource> }>();

/** The same, of one of the project's own architectures, once per test file. */
export function ofStage(name: Architecture) {
  const known = memo.get(name);
  if (known) return known;
  const built = build(stages[name]);
  const made = { ...built, resources: resourcesOf(Template.fromStack(built.stack)) };
  memo.set(name, made);
  return made;
}

/** A property as text: `{ Ref: 'Queue' }` is `<Queue>`, an attribute `<Queue.Arn>`. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const [[operator, operand]] = Object.entries(value as Record<string, unknown>);
  if (operator === 'Ref') return `<${String(operand)}>`;
  if (operator === 'Fn::GetAtt') return `<${(operand as string[]).join('.')}>`;
  if (operator === 'Fn::Sub') return String(operand).replaceAll(/\$\{([^}]+)\}/g, '<$1>');
  if (operator !== 'Fn::Join') return `<${operator}>`;
  const [separator, parts] = operand as [string, unknown[]];
  return parts.map(textOf).join(separator);
}
