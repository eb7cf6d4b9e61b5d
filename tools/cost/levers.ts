import type { Json, Resource, StackTemplate } from '../shared/template';
import { type Estimate, type Purchase, estimate } from '../pricing/estimate';
import { Plan, at, isCalled, listAt } from '../pricing/plan';
import { alwaysAwake, officeHours, sleeps } from '../pricing/sleep';
import type { Usage } from '../pricing/usage';

/** A choice that makes the bill smaller. */
export interface Lever {
  readonly name: string;
  /** What to type or to do. */
  readonly how: string;
  /** Whether the deployment has it already; then it saves what it would cost without. */
  readonly inEffect: boolean;
  /** US dollars a month, expected. */
  readonly saves: number;
}

interface Deal {
  readonly stacks: readonly StackTemplate[];
  readonly purchase: Purchase;
}

interface Definition {
  readonly name: string;
  readonly how: string;
  readonly inEffect: boolean;
  /** The deployment with the lever pulled or, where it is in effect, without it. */
  readonly change: (deal: Deal) => Deal;
}

const MIX = 'MixedInstancesPolicy';
/** x86 families of about the same power. */
const X86: readonly (readonly [RegExp, string])[] = [
  [/^t4g\./, 't3.'],
  [/^m7g\./, 'm7i.'],
  [/^db\.r6g\./, 'db.r6i.'],
];
const TYPES = ['InstanceType', 'DBInstanceClass'];

const LEVERS: readonly Definition[] = [
  { name: 'one NAT gateway instead of one per zone', how: '-c nat=1', inEffect: false, change: withStacks(oneNat) },
  { name: 'no standby of databases: a longer outage', how: '-c standby=false', inEffect: false, change: withStacks(alone) },
  {
    name: 'the endpoint of Secrets Manager in one zone',
    how: '-c endpoints=1',
    inEffect: false,
    change: withStacks((stacks) => mapResources(stacks, oneEndpoint)),
  },
  {
    name: 'all servers above the least number on Spot',
    how: '-c spot=100',
    inEffect: false,
    change: withStacks((stacks) => withSpot(stacks, 100)),
  },
  {
    name: 'asleep at night and at weekends',
    how: '-c awake="Mon-Fri 08:00-18:00 Europe/Berlin"',
    inEffect: false,
    change: withStacks(officeHours),
  },
  { name: 'asleep outside its hours', how: 'without it: awake all week', inEffect: true, change: withStacks(alwaysAwake) },
  {
    name: 'a one-year reservation, nothing upfront, for what always runs',
    how: 'buy it in the console; --reserved shows it',
    inEffect: false,
    // What is reserved is paid while it sleeps, too.
    change: (deal) => (sleeps(deal.stacks) ? deal : { ...deal, purchase: { ...deal.purchase, reserved: true } }),
  },
  {
    name: 'Spot for servers and workers',
    how: 'without it: on demand alone',
    inEffect: true,
    change: withStacks((stacks) => withSpot(stacks, 0)),
  },
  { name: 'older logs in cheaper storage', how: 'without it: S3 Standard for two years', inEffect: true, change: withStacks(untiered) },
  { name: 'Graviton instead of x86', how: 'without it: t3, m7i, db.r6i', inEffect: true, change: withStacks(onX86) },
];

/** What each lever saves at this usage, largest first; levers that change nothing here are left out. */
export function levers(stacks: readonly StackTemplate[], usage: Usage, purchase: Purchase): Lever[] {
  const now = estimate(stacks, usage, purchase);
  return LEVERS.flatMap(({ change, inEffect, ...words }) => {
    const changed = change({ stacks, purchase });
    const then = estimate(changed.stacks, usage, changed.purchase);
    // A price that is missing would look like a saving.
    if (unpriced(then) > unpriced(now)) return [];
    const saves = inEffect ? then.expected - now.expected : now.expected - then.expected;
    return saves >= 0.01 ? [{ ...words, inEffect, saves }] : [];
  }).sort((a, b) => b.saves - a.saves);
}

/** The same deployment with another share of servers above the base on Spot. */
export function withSpot(stacks: readonly StackTemplate[], percent: number): StackTemplate[] {
  return mapResources(stacks, (resource) => {
    const mix = resource.Properties?.[MIX] as { readonly InstancesDistribution?: object } | undefined;
    if (mix === undefined) return resource;
    const InstancesDistribution = { ...mix.InstancesDistribution, OnDemandPercentageAboveBaseCapacity: 100 - percent };
    return { ...resource, Properties: { ...resource.Properties, [MIX]: { ...mix, InstancesDistribution } as unknown as Json } };
  });
}

function oneNat(stacks: readonly StackTemplate[]): StackTemplate[] {
  const plan = new Plan(stacks);
  return stacks.map((stack) => {
    const surplus = plan.of('AWS::EC2::NatGateway', stack).slice(1);
    const gone = new Set(surplus.flatMap((gateway) => [gateway.id, plan.target(at(gateway, 'AllocationId'), gateway)?.id]));
    const Resources = Object.fromEntries(Object.entries(stack.template.Resources).filter(([id]) => !gone.has(id)));
    return { ...stack, template: { ...stack.template, Resources } };
  });
}

/** Without what takes over: the standby of an instance, and every instance of a cluster but its writer. */
function alone(stacks: readonly StackTemplate[]): StackTemplate[] {
  const single = mapResources(stacks, (resource) =>
    resource.Properties?.MultiAZ === true ? { ...resource, Properties: { ...resource.Properties, MultiAZ: false } } : resource,
  );
  return single.map((stack) => {
    const spare = new Set(
      new Plan([stack])
        .of('AWS::RDS::DBInstance')
        .filter((item) => at(item, 'DBClusterIdentifier') !== undefined && !isCalled('Writer', item))
        .map(({ id }) => id),
    );
    const Resources = Object.fromEntries(Object.entries(stack.template.Resources).filter(([id]) => !spare.has(id)));
    return { ...stack, template: { ...stack.template, Resources } };
  });
}

function oneEndpoint(resource: Resource): Resource {
  const { SubnetIds } = (resource.Properties ?? {}) as { readonly SubnetIds?: Json };
  if (resource.Type !== 'AWS::EC2::VPCEndpoint' || !Array.isArray(SubnetIds)) return resource;
  return { ...resource, Properties: { ...resource.Properties, SubnetIds: SubnetIds.slice(0, 1) } };
}

function untiered(stacks: readonly StackTemplate[]): StackTemplate[] {
  const plan = new Plan(stacks);
  const tiered = new Set(
    plan
      .of('AWS::S3::Bucket')
      .filter((item) => listAt(item, 'LifecycleConfiguration', 'Rules').length > 0)
      .map(({ resource }) => resource),
  );
  return mapResources(stacks, (resource) => (tiered.has(resource) ? without(resource, 'Transitions') : resource));
}

function onX86(stacks: readonly StackTemplate[]): StackTemplate[] {
  return mapResources(stacks, (resource) =>
    revived(resource, (key, value) =>
      TYPES.includes(key) && typeof value === 'string' ? X86.reduce((type, [arm, x86]) => type.replace(arm, x86), value) : value,
    ),
  );
}

function without(resource: Resource, property: string): Resource {
  return revived(resource, (key, value) => (key === property ? undefined : value));
}

function revived(resource: Resource, change: (key: string, value: unknown) => unknown): Resource {
  return JSON.parse(JSON.stringify(resource), (key, value: unknown) => change(key, value)) as Resource;
}

function withStacks(change: (stacks: readonly StackTemplate[]) => StackTemplate[]): (deal: Deal) => Deal {
  return (deal) => ({ ...deal, stacks: change(deal.stacks) });
}

function mapResources(stacks: readonly StackTemplate[], change: (resource: Resource) => Resource): StackTemplate[] {
  return stacks.map((stack) => ({
    ...stack,
    template: {
      ...stack.template,
      Resources: Object.fromEntries(Object.entries(stack.template.Resources).map(([id, resource]) => [id, change(resource)])),
    },
  }));
}

function unpriced({ notEstimated }: Estimate): number {
  return notEstimated.filter(({ why }) => why.startsWith('no price')).reduce((sum, { count }) => sum + count, 0);
}
