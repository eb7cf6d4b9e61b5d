import { at } from '../changes/tests';
import { typeOf } from '../pricing/meters/servers';
import { type Item, Plan } from '../pricing/plan';
import type { Json, StackTemplate } from '../shared/template';
import { groupBy, inOrder } from '../shared/words';

type Reader = (item: Item, plan: Plan) => string;

const text = (value: Json | undefined): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '?');
const property =
  (name: string): Reader =>
  ({ resource }) =>
    text(at(resource.Properties, name));
const machine: Reader = (item, plan) => typeOf(item, plan) || '?';

/** What has a size that somebody chose, and how it reads. */
const SIZES: readonly (readonly [type: string, what: string, size: Reader])[] = [
  [
    'AWS::AutoScaling::AutoScalingGroup',
    'servers',
    (...of) => `${property('MinSize')(...of)} to ${property('MaxSize')(...of)} ${machine(...of)}`,
  ],
  ['AWS::EC2::Instance', 'server', machine],
  ['AWS::EC2::NatGateway', 'NAT gateway', () => ''],
  ['AWS::EC2::Volume', 'disk', (...of) => `${property('Size')(...of)} GiB`],
  ['AWS::ECS::Service', 'service', (...of) => `${property('DesiredCount')(...of)} tasks`],
  ['AWS::ElastiCache::ReplicationGroup', 'cache', property('CacheNodeType')],
  ['AWS::ElasticLoadBalancingV2::LoadBalancer', 'load balancer', () => ''],
  ['AWS::OpenSearchService::Domain', 'search', property('ClusterConfig.InstanceType')],
  ['AWS::RDS::DBInstance', 'database', property('DBInstanceClass')],
];

/** How much there is of each kind of machine, before and after, where that differs. */
export function sizesOf(
  before: readonly StackTemplate[],
  after: readonly StackTemplate[],
): [what: string, before: string, after: string][] {
  const [old, now] = [counts(before), counts(after)];
  const kinds = [...new Set([...old.keys(), ...now.keys()])].filter((kind) => old.get(kind) !== now.get(kind));
  return kinds.map((kind) => [kind, old.get(kind) ?? 'none', now.get(kind) ?? 'none']);
}

function counts(stacks: readonly StackTemplate[]): Map<string, string> {
  const plan = new Plan(stacks);
  const found = plan.items.flatMap((item) =>
    SIZES.filter(([type]) => type === item.resource.Type).map(([, what, size]) => ({ what, size: size(item, plan).trim() })),
  );
  const kinds = groupBy(found, ({ what }) => what);
  return new Map(
    [...kinds].map(([what, all]) => {
      const sizes = [...groupBy(all, ({ size }) => size)].sort(([a], [b]) => inOrder(a, b));
      return [what, sizes.map(([size, { length }]) => (size === '' ? String(length) : `${length} × ${size}`)).join(', ')];
    }),
  );
}
