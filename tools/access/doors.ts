import type { Json, StackTemplate } from '../shared/template';
import { type Say, list } from '../shared/words';
import { Breadth, type Grant } from './grant';

type Properties = Readonly<Partial<Record<string, Json>>>;

interface Rule {
  /** Types, as a pattern. */
  readonly type: RegExp;
  readonly breadth: Breadth;
  /** Only a resource that was there before stands open so. */
  readonly isDefault?: boolean;
  /** What stands open in such a resource, in words. */
  readonly open: (properties: Properties, say: Say) => readonly string[];
}

const when = (open: boolean, what: string): string[] => (open ? [what] : []);
const at = (value: Json | undefined, ...path: readonly string[]): Json | undefined =>
  path.reduce<Json | undefined>((inside, key) => (inside as Properties | undefined | null)?.[key], value);

const BLOCKS = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'];

/** Access that is no rule of a security group and no statement of a policy. */
const RULES: readonly Rule[] = [
  {
    type: /^AWS::RDS::(DBInstance|DBCluster)$/,
    breadth: Breadth.ANYONE,
    open: (p) => when(p.PubliclyAccessible === true, 'has an address on the internet'),
  },
  {
    type: /^AWS::S3::Bucket$/,
    breadth: Breadth.ANYONE,
    open: (p, say) => [
      ...BLOCKS.filter((block) => at(p.PublicAccessBlockConfiguration, block) === false).map((block) => `${block} is off`),
      ...when(say(p.AccessControl).startsWith('Public'), `has the ACL ${say(p.AccessControl)}`),
    ],
  },
  {
    // A new bucket blocks what is not said; for one that exists, a block that goes is off.
    type: /^AWS::S3::Bucket$/,
    breadth: Breadth.ANYONE,
    isDefault: true,
    open: (p) => BLOCKS.filter((block) => at(p.PublicAccessBlockConfiguration, block) === undefined).map((block) => `${block} is off`),
  },
  {
    // Missing is internet-facing.
    type: /^AWS::ElasticLoadBalancingV2::LoadBalancer$/,
    breadth: Breadth.ANYONE,
    open: (p) => when(p.Scheme !== 'internal', 'has addresses on the internet'),
  },
  {
    type: /^AWS::CloudFront::Distribution$/,
    breadth: Breadth.ANYONE,
    open: (p) => when(at(p.DistributionConfig, 'Enabled') === true, 'answers on the internet'),
  },
  {
    type: /^AWS::Lambda::Url$/,
    breadth: Breadth.ANYONE,
    open: (p) => when(p.AuthType === 'NONE', 'answers on the internet without a signature'),
  },
  {
    type: /^AWS::EC2::Instance$/,
    breadth: Breadth.ANYONE,
    open: (p) =>
      when(
        list(p.NetworkInterfaces).some((one) => at(one, 'AssociatePublicIpAddress') === true),
        'has an address on the internet',
      ),
  },
  {
    type: /^AWS::IAM::(Role|User|Group)$/,
    breadth: Breadth.NAMED,
    open: (p, say) => list(p.ManagedPolicyArns).map((arn) => managed(say(arn))),
  },
];

const managed = (arn: string): string => `has the managed policy ${arn.replace(/^arn:aws:iam::(aws)?:policy\//, '')}`;

/** Public addresses, public buckets and managed policies in a stack. */
export function doorGrants(stack: StackTemplate, say: Say): Grant[] {
  return Object.entries(stack.template.Resources).flatMap(([id, { Type, Properties = {} }]) =>
    RULES.filter(({ type }) => type.test(Type)).flatMap(({ breadth, isDefault, open }) =>
      open(Properties, say).map((what): Grant => ({
        ...{ stack: stack.name, owner: say({ Ref: id }), denies: false },
        breadth: /(Administrator|PowerUser|Full)Access$/.test(what) ? Breadth.WILDCARD : breadth,
        ...(isDefault && { isDefault }),
        what: { kind: 'door', what },
      })),
    ),
  );
}
