import { type Comparison, Effect, type ResourceChange, Verdict } from '../../../tools/changes/model';
import type { Json, Resource, StackTemplate } from '../../../tools/shared/template';

/** A stack with the given resources; their construct paths are their logical ids below the stack. */
export function stackOf(
  resources: Readonly<Record<string, Omit<Resource, 'Metadata'>>>,
  name = 'shop-eu-west-1',
  region = 'eu-west-1',
): StackTemplate {
  const named = Object.entries(resources).map(([id, resource]) => [
    id,
    { ...resource, Metadata: { 'aws:cdk:path': `${name}/Web/${id}/Resource` } },
  ]);
  return { name, region, template: { Resources: Object.fromEntries(named) as Record<string, Resource> } };
}

/** A resource of one line. */
export function resource(Type: string, Properties: Readonly<Record<string, Json>> = {}): Resource {
  return { Type, Properties };
}

/** A role with one inline policy. */
export function role(...Statement: readonly Json[]): Resource {
  return resource('AWS::IAM::Role', { Policies: [{ PolicyName: 'All', PolicyDocument: { Statement } }] });
}

const STACK = 'shop-eu-west-1';

/** A change as the engine reports it. */
export function change(id: string, type: string, verdict: Verdict, rest: Partial<ResourceChange> = {}): ResourceChange {
  return { stack: STACK, logicalId: id, path: `Web/${id}`, type, verdict, holdsData: false, properties: [], because: [], ...rest };
}

/** A bit of everything: what a reviewer may meet in one change. */
export const COMPARISON: Comparison = {
  risks: [
    {
      ...{ rule: 'replaced', stack: STACK, path: 'Web/Database', logicalId: 'Database', type: 'AWS::RDS::DBInstance' },
      message: 'a new and empty one takes its place because Port changes',
    },
    {
      ...{ rule: 'weaker-policy', stack: STACK, path: 'Web/Uploads', logicalId: 'Uploads', type: 'AWS::S3::Bucket' },
      ...{ message: 'versioning is suspended', allowed: 'copied to the archive on 3 May' },
    },
  ],
  changes: [
    change('Database', 'AWS::RDS::DBInstance', Verdict.REPLACED, {
      holdsData: true,
      properties: [{ property: 'Port', before: 5432, after: 5433, effect: Effect.REPLACES }],
    }),
    change('Uploads', 'AWS::S3::Bucket', Verdict.CHANGED, {
      holdsData: true,
      properties: [
        { property: 'VersioningConfiguration', before: { Status: 'Enabled' }, after: { Status: 'Suspended' }, effect: Effect.IN_PLACE },
      ],
    }),
    change('Volume', 'AWS::EC2::Volume', Verdict.RETIRED, { holdsData: true, fate: 'retained' }),
    change('Old', 'AWS::EC2::Instance', Verdict.RETIRED, { fate: 'deleted' }),
    change('Cdn', 'AWS::CloudFront::Distribution', Verdict.CHANGED, {
      properties: [
        {
          property: 'DistributionConfig',
          before: { Enabled: true, PriceClass: 'PriceClass_100' },
          after: { Enabled: true, PriceClass: 'PriceClass_All' },
          effect: Effect.IN_PLACE,
        },
      ],
    }),
    change('Listener', 'AWS::ElasticLoadBalancingV2::Listener', Verdict.REPLACED, { because: ['Web/LoadBalancer is replaced'] }),
    ...[1, 2, 10].map((zone) => change(`Subnet${zone}/Nat`, 'AWS::EC2::NatGateway', Verdict.ADDED)),
    change('Role', 'AWS::IAM::Role', Verdict.ADDED),
    change('Policy', 'AWS::IAM::Policy', Verdict.CHANGED),
    change('Setting', 'AWS::SSM::Parameter', Verdict.ADDED),
  ],
};

const ANYWHERE = { CidrIp: '0.0.0.0/0', IpProtocol: 'tcp', FromPort: 443, ToPort: 443 };

/** The templates beside it, as far as access needs them. */
export const BEFORE = [
  stackOf({
    Servers: resource('AWS::EC2::SecurityGroup', { SecurityGroupIngress: [{ ...ANYWHERE, FromPort: 80, ToPort: 80 }] }),
    Worker: role({ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::shop/*' }),
  }),
];
export const AFTER = [
  stackOf({
    Servers: resource('AWS::EC2::SecurityGroup', { SecurityGroupIngress: [ANYWHERE] }),
    Worker: role({ Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::shop/*' }),
  }),
];
