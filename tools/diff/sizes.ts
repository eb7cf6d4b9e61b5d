import type { Json, Resource, StackTemplate } from '../shared/template';
import { targetsIn } from '../changes/references';
import { at } from '../changes/tests';
import { groupBy, inOrder } from '../shared/words';

type Reader = (resource: Resource, stack: StackTemplate) => string;

const text = (value: Json | undefined): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '?');
const property =
  (name: string): Reader =>
  ({ Properties }) =>
    text(at(Properties, name));

/** What has a size that somebody chose, and how it reads. */
const SIZES: readonly (readonly [type: string, what: string, size: Reader])[] = [
  [
    'AWS::AutoScaling::AutoScalingGroup',
    'servers',
    (group, stack) => `${text(at(group.Properties, 'MinSize'))} to ${text(at(group.Properties, 'MaxSize'))} ${startedAs(group, stack)}`,
  ],
  ['AWS::EC2::Instance', 'server', (server, stack) => text(at(server.Properties, 'InstanceType') ?? startedAs(server, stack))],
  ['AWS::EC2::NatGateway', 'NAT gateway', () => ''],
  ['AWS::EC2::Volume', 'disk', ({ Properties }) => `${text(at(Properties, 'Size'))} GiB`],
  ['AWS::ECS::Service', 'service', ({ Properties }) => `${text(at(Properties, 'DesiredCount'))} tasks`],
  ['AWS::ElastiCache::ReplicationGroup', 'cache', ({ Properties }) => text(at(Properties, 'CacheNodeType'))],
  ['AWS::ElasticLoadBalancingV2::LoadBalancer', 'load balancer', () => ''],
  ['AWS::OpenSearchService::Domain', 'search', property('ClusterConfig.InstanceType')],
  ['AWS::RDS::DBInstance', 'database', property('DBInstanceClass')],
];

/** The type of the machines that a launch template starts. */
function startedAs({ Properties }: Resource, { name, template }: StackTemplate): string {
  const [started] = [
    ...targetsIn(at(Properties, 'LaunchTemplate') ?? null, name),
    ...targetsIn(at(Properties, 'MixedInstancesPolicy') ?? null, name),
  ];
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- a list may be shorter than the type says
  return text(at(template.Resources[started?.id]?.Properties, 'LaunchTemplateData.InstanceType'));
}

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
  const found = stacks.flatMap((stack) =>
    Object.values(stack.template.Resources).flatMap((resource) =>
      SIZES.filter(([type]) => type === resource.Type).map(([, what, size]) => ({ what, size: size(resource, stack).trim() })),
    ),
  );
  const kinds = groupBy(found, ({ what }) => what);
  return new Map(
    [...kinds].map(([what, all]) => {
      const sizes = [...groupBy(all, ({ size }) => size)].sort(([a], [b]) => inOrder(a, b));
      return [what, sizes.map(([size, { length }]) => (size === '' ? String(length) : `${length} × ${size}`)).join(', ')];
    }),
  );
}
