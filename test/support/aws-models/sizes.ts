import type { Json, Resource, StackTemplate } from '../../../tools/shared/template';

/** Something of a template that AWS bounds. */
export interface Size {
  readonly what: string;
  readonly size: number;
  readonly limit: number;
}

/** A name, an ARN or an address that only AWS knows is not longer than this. */
const UNKNOWN = 'x'.repeat(100);

/** The text that AWS gets; what only AWS knows has its greatest length. */
export function textOf(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return String(value ?? '');
  if (Array.isArray(value)) return value.map(textOf).join('');
  const [[name, argument]] = Object.entries(value);
  if (name === 'Fn::Join') return (argument as [string, Json[]])[1].map(textOf).join((argument as [string])[0]);
  if (name === 'Fn::Base64') return textOf(argument);
  if (name !== 'Fn::Sub') return UNKNOWN;
  return String(Array.isArray(argument) ? argument[0] : argument).replace(/\$\{[^}]+\}/g, UNKNOWN);
}

/** A document as AWS counts it: without white space, references replaced. */
function document(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  return JSON.stringify(value, (_, inner: Json) => (isReference(inner) ? textOf(inner) : inner));
}

const isReference = (value: Json): boolean =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && /^(Ref|Fn::\w+)$/.test(Object.keys(value).join());

interface Policy {
  readonly PolicyDocument: Json;
  readonly Roles?: readonly { readonly Ref?: string }[];
}

type Measure = (properties: Readonly<Record<string, Json | undefined>>) => readonly [what: string, size: number, limit: number][];

const bytes = (text: string): number => Buffer.byteLength(text);

/** From the pages of quotas of each service. */
const MEASURES: Readonly<Record<string, Measure>> = {
  'AWS::EC2::LaunchTemplate': ({ LaunchTemplateData }) => [
    ['user data', bytes(textOf((LaunchTemplateData as { UserData?: Json }).UserData)), 16_384],
  ],
  'AWS::EC2::Instance': ({ UserData }) => [['user data', bytes(textOf(UserData)), 16_384]],
  'AWS::SSM::Parameter': ({ Value, Tier }) => [['value', bytes(textOf(Value)), Tier === 'Advanced' ? 8_192 : 4_096]],
  'AWS::SSM::Document': ({ Content }) => [['content', bytes(document(Content)), 65_536]],
  'AWS::IAM::ManagedPolicy': ({ PolicyDocument }) => [['policy', document(PolicyDocument).length, 6_144]],
  'AWS::IAM::Role': ({ AssumeRolePolicyDocument, ManagedPolicyArns }) => [
    ['trust policy', document(AssumeRolePolicyDocument).length, 2_048],
    ['managed policies', ((ManagedPolicyArns ?? []) as Json[]).length, 10],
  ],
  'AWS::KMS::Key': ({ KeyPolicy }) => [['key policy', bytes(document(KeyPolicy)), 32_768]],
  'AWS::S3::BucketPolicy': ({ PolicyDocument }) => [['bucket policy', bytes(document(PolicyDocument)), 20_480]],
  'AWS::SNS::TopicPolicy': ({ PolicyDocument }) => [['topic policy', bytes(document(PolicyDocument)), 30_720]],
  'AWS::SQS::QueuePolicy': ({ PolicyDocument }) => [['statements', (PolicyDocument as { Statement: Json[] }).Statement.length, 20]],
  'AWS::CloudFront::Function': ({ FunctionCode }) => [['code', bytes(textOf(FunctionCode)), 10_240]],
  'AWS::CloudWatch::CompositeAlarm': ({ AlarmRule }) => [['rule', textOf(AlarmRule).length, 10_240]],
  'AWS::CloudWatch::Dashboard': ({ DashboardBody }) => [['widgets', textOf(DashboardBody).split('"type":"').length - 1, 500]],
  'AWS::Scheduler::Schedule': ({ Target }) => [['input', textOf((Target as { Input?: Json }).Input).length, 262_144]],
  'AWS::Events::Rule': ({ Targets }) => [['targets', ((Targets ?? []) as Json[]).length, 5]],
  'AWS::EC2::SecurityGroup': ({ SecurityGroupIngress, SecurityGroupEgress }) => [
    ['rules in', ((SecurityGroupIngress ?? []) as Json[]).length, 60],
    ['rules out', ((SecurityGroupEgress ?? []) as Json[]).length, 60],
  ],
};

/** Names that AWS bounds without saying so in its schemas. */
const NAMES: Readonly<Record<string, readonly [property: string, limit: number]>> = {
  'AWS::ElastiCache::ReplicationGroup': ['ReplicationGroupId', 40],
  'AWS::ElasticLoadBalancingV2::LoadBalancer': ['Name', 32],
  'AWS::ElasticLoadBalancingV2::TargetGroup': ['Name', 32],
  'AWS::RDS::DBCluster': ['DBClusterIdentifier', 63],
  'AWS::RDS::GlobalCluster': ['GlobalClusterIdentifier', 63],
  'AWS::S3::Bucket': ['BucketName', 63],
  'AWS::CloudWatch::Alarm': ['AlarmName', 255],
};

/** Everything of a stack whose size AWS bounds, the stack itself among it. The stack is resolved. */
export function sizesOf({ name, template }: StackTemplate): Size[] {
  const resources = Object.entries(template.Resources);
  const inline = new Map<string, number>();
  for (const [, { Type, Properties }] of resources) {
    if (Type !== 'AWS::IAM::Policy') continue;
    const { PolicyDocument, Roles = [] } = Properties as unknown as Policy;
    for (const { Ref = '' } of Roles) inline.set(Ref, (inline.get(Ref) ?? 0) + document(PolicyDocument).length);
  }
  const count = (section: unknown): number => Object.keys(section ?? {}).length;
  return [
    { what: `${name}: resources`, size: resources.length, limit: 500 },
    { what: `${name}: outputs`, size: count(template.Outputs), limit: 200 },
    { what: `${name}: parameters`, size: count(template.Parameters), limit: 200 },
    { what: `${name}: bytes`, size: bytes(JSON.stringify(template, undefined, 1)), limit: 1_048_576 },
    ...[...inline].map(([role, size]) => ({ what: `${name}: inline policies of ${role}`, size, limit: 10_240 })),
    ...resources.flatMap(([id, resource]) => measured(name, id, resource)),
  ];
}

function measured(name: string, id: string, { Type, Properties = {} }: Resource): Size[] {
  const own = Object.hasOwn(MEASURES, Type) ? MEASURES[Type](Properties) : [];
  const [property, limit] = Object.hasOwn(NAMES, Type) ? NAMES[Type] : [];
  const named = property === undefined ? [] : ([[property, textOf(Properties[property]).length, limit ?? 0]] as const);
  return [...own, ...named].map(([what, size, limit]) => ({ what: `${name}: ${what} of ${id}`, size, limit }));
}
