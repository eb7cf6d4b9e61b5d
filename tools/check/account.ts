import type { StackTemplate } from '../shared/template';
import { groupBy } from '../shared/words';
import { roles } from './linked-roles.json';
import { type Needs, needsOf } from './needs';

/** Something that an account needs once. */
export interface Once {
  readonly what: string;
  /** Why, and what to type where it is missing. */
  readonly how: string;
  readonly regions: readonly string[];
}

/** A service-linked role that some resources need. */
export interface LinkedRole {
  readonly role: string;
  readonly service: string;
}

/** Service-linked roles of a deployment. AWS makes each at its first use, if whoever deploys may make it. */
export function linkedRoles(stacks: readonly StackTemplate[], needs: readonly Needs[]): LinkedRole[] {
  const types = typesOf(stacks);
  return roles
    .filter(
      ({ types: wanted, need }) => wanted.some((type) => types.has(type)) || needs.some((one) => (one.get(need ?? '')?.most ?? 0) > 0),
    )
    .map(({ role, service }) => ({ role, service }));
}

/** The version of the bootstrap stack that a template asks for. */
export function bootstrapVersion({ template }: StackTemplate): number | undefined {
  const version = /bootstrap stack version (\d+) required/.exec(JSON.stringify(template.Rules ?? ''))?.[1];
  return version === undefined ? undefined : Number(version);
}

/** All that an account needs once for a deployment. */
export function needsOnce(stacks: readonly StackTemplate[], needs: readonly Needs[]): Once[] {
  const regions = regionsOf(stacks);
  const version = Math.max(0, ...stacks.map((stack) => bootstrapVersion(stack) ?? 0));
  const types = typesOf(stacks);
  const bootstrap = {
    what: `CDK bootstrap, version ${version} or newer`,
    how: `npx cdk bootstrap ${regions.map((region) => `aws://<account>/${region}`).join(' ')}`,
    regions,
  };
  const roleLines = linkedRoles(stacks, needs).map(({ role, service }) => ({
    what: role,
    how: `made by AWS at the first use, if you may iam:CreateServiceLinkedRole; else aws iam create-service-linked-role --aws-service-name ${service}`,
    regions: [],
  }));
  const cdn = {
    what: 'an account that is verified for CloudFront',
    how: 'a new account gets "Your account must be verified before you can add new CloudFront resources": open a case with AWS Support before the deployment',
    regions: [],
  };
  const zone = {
    what: 'the hosted zone of the domain',
    how: 'it is not made here, and its name servers must be those of the registrar',
    regions: [],
  };
  const mail = { what: 'a click on the message that SNS sends to alarmEmail', how: 'without it no alarm arrives', regions };
  return [
    ...(version > 0 ? [bootstrap] : []),
    ...roleLines,
    ...(types.has('AWS::CloudFront::Distribution') ? [cdn] : []),
    ...(types.has('AWS::Route53::RecordSet') ? [zone] : []),
    ...(types.has('AWS::SNS::Subscription') ? [mail] : []),
  ];
}

/** Regions of a deployment, in the order in which they are deployed. */
export function regionsOf(stacks: readonly StackTemplate[]): string[] {
  return [...new Set(stacks.map(({ region }) => region ?? 'unknown'))];
}

/** What the stacks of each region need, in the same order. */
export function needsByRegion(stacks: readonly StackTemplate[]): ReadonlyMap<string, Needs> {
  return new Map([...groupBy(stacks, ({ region }) => region ?? 'unknown')].map(([region, here]) => [region, needsOf(here)]));
}

function typesOf(stacks: readonly StackTemplate[]): Set<string> {
  return new Set(stacks.flatMap(({ template }) => Object.values(template.Resources).map(({ Type }) => Type)));
}
