import type { StackTemplate } from '../shared/template';
import { groupBy } from '../shared/words';
import { typeOf } from '../pricing/meters/servers';
import { vcpusOf } from '../pricing/machines';
import { type Item, Plan, at, listAt, numberAt } from '../pricing/plan';

/** How much of something a deployment needs in one region. */
export interface Amount {
  /** On the first day. */
  readonly start: number;
  /** When all that scales is at its limit. */
  readonly most: number;
}

/** Amounts by the name that `quotas.json` gives the need. */
export type Needs = ReadonlyMap<string, Amount>;

/** Needs that are the number of resources of a type. */
const COUNTED = new Map([
  ['AWS::EC2::EIP', 'addresses'],
  ['AWS::EC2::VPC', 'vpcs'],
  ['AWS::EC2::SecurityGroup', 'securityGroups'],
  ['AWS::RDS::DBInstance', 'databases'],
  ['AWS::RDS::DBCluster', 'clusters'],
  ['AWS::RDS::DBSubnetGroup', 'subnetGroups'],
  ['AWS::RDS::DBParameterGroup', 'parameterGroups'],
  ['AWS::RDS::DBClusterParameterGroup', 'clusterParameterGroups'],
  ['AWS::ElasticLoadBalancingV2::LoadBalancer', 'loadBalancers'],
  ['AWS::CloudFront::CachePolicy', 'cachePolicies'],
  ['AWS::IAM::Role', 'roles'],
  ['AWS::Logs::ResourcePolicy', 'logPolicies'],
  ['AWS::SSM::Parameter', 'parameters'],
  ['AWS::SSM::Document', 'documents'],
]);

/** What the stacks of one region need, quota by quota. */
export function needsOf(stacks: readonly StackTemplate[]): Needs {
  const plan = new Plan(stacks);
  const needs = new Map<string, Amount>();
  const add = (need: string, { start, most }: Amount): void => {
    const before = needs.get(need) ?? { start: 0, most: 0 };
    needs.set(need, { start: before.start + start, most: before.most + most });
  };
  for (const item of plan.items) {
    const need = COUNTED.get(item.resource.Type);
    if (need !== undefined) add(need, { start: 1, most: 1 });
  }
  for (const item of plan.of('AWS::EC2::Instance')) add('vcpus', times(vcpusOf(typeOf(item, plan)), 1, 1));
  for (const item of plan.of('AWS::AutoScaling::AutoScalingGroup')) {
    const { onDemand, spot } = groupOf(item, plan);
    add('vcpus', onDemand);
    add('spotVcpus', spot);
  }
  // ElastiCache lets itself write to log groups by a policy of its own.
  const cacheLogs = plan.of('AWS::ElastiCache::ReplicationGroup').some((item) => listAt(item, 'LogDeliveryConfigurations').length > 0);
  if (cacheLogs) add('logPolicies', { start: 1, most: 1 });
  const greatest = new Map([
    ['natGateways', Math.max(0, ...groupSizes(plan.of('AWS::EC2::NatGateway'), (nat) => zoneOf(nat, plan)))],
    ['rules', Math.max(0, ...ruleCounts(plan))],
    ['resources', Math.max(0, ...stacks.map(({ template }) => Object.keys(template.Resources).length))],
    ['templateBytes', Math.max(0, ...stacks.map(({ template }) => Buffer.byteLength(JSON.stringify(template))))],
  ]);
  for (const [need, count] of greatest) add(need, { start: count, most: count });
  return needs;
}

function times(each: number, start: number, most: number): Amount {
  return { start: each * start, most: each * most };
}

/** Servers of a group on demand and on Spot; with a warm pool, they are there from the start. */
function groupOf(item: Item, plan: Plan): { readonly onDemand: Amount; readonly spot: Amount } {
  const [least, most] = [numberAt(item, 0, 'MinSize'), numberAt(item, 1, 'MaxSize')];
  const start = Math.max(least, numberAt(item, 0, 'DesiredCapacity'));
  const mix = ['MixedInstancesPolicy', 'InstancesDistribution'];
  const base = at(item, 'MixedInstancesPolicy') === undefined ? Infinity : numberAt(item, 0, ...mix, 'OnDemandBaseCapacity');
  const share = numberAt(item, 100, ...mix, 'OnDemandPercentageAboveBaseCapacity') / 100;
  const demanded = (servers: number): number => Math.min(servers, base) + Math.ceil(Math.max(0, servers - base) * share);
  const each = vcpusOf(typeOf(item, plan));
  return {
    onDemand: times(each, demanded(start), demanded(most)),
    spot: times(each, start - demanded(start), most - demanded(most)),
  };
}

function zoneOf(nat: Item, plan: Plan): string {
  const subnet = plan.target(at(nat, 'SubnetId'), nat);
  return subnet ? JSON.stringify(at(subnet, 'AvailabilityZone')) : '';
}

/** Rules of each security group, each way, by address family alike. */
function ruleCounts(plan: Plan): number[] {
  return ['Ingress', 'Egress'].flatMap((way) => {
    const apart = groupSizes(plan.of(`AWS::EC2::SecurityGroup${way}`), (rule) => plan.target(at(rule, 'GroupId'), rule)?.id ?? '');
    const inside = plan.of('AWS::EC2::SecurityGroup').map((group) => listAt(group, `SecurityGroup${way}`).length);
    return [...apart, ...inside];
  });
}

function groupSizes(items: readonly Item[], key: (item: Item) => string): number[] {
  return [...groupBy(items, key).values()].map(({ length }) => length);
}
