/** Kinds of resources that a reviewer sees counted, not listed. What they allow is compared beside them, under access. */
const KINDS: readonly (readonly [kind: string, types: RegExp])[] = [
  ['roles and policies', /^AWS::IAM::/],
  [
    'policies of buckets, queues, topics and secrets',
    /^AWS::(S3::BucketPolicy|SQS::QueuePolicy|SNS::TopicPolicy|SecretsManager::ResourcePolicy)$/,
  ],
  ['permissions of functions', /^AWS::Lambda::Permission$/],
  ['security groups and their rules', /^AWS::EC2::SecurityGroup(Ingress|Egress)?$/],
  ['log groups and queries', /^AWS::Logs::/],
  ['subnets and routes', /^AWS::EC2::(Subnet|Route|RouteTable|SubnetRouteTableAssociation)$/],
  ['gateway attachments', /^AWS::EC2::(InternetGateway|VPCGatewayAttachment|EIPAssociation)$/],
  ['listeners and their rules', /^AWS::ElasticLoadBalancingV2::(Listener|ListenerRule)$/],
  [
    'subnet and parameter groups',
    /^AWS::(RDS::DB(Cluster)?(Subnet|Parameter)Group|ElastiCache::(Subnet|Parameter)Group|RDS::DBSubnetGroup)$/,
  ],
  ['attachments and rotation of secrets', /^AWS::SecretsManager::(SecretTargetAttachment|RotationSchedule)$/],
  ['scaling policies', /^AWS::(AutoScaling::(ScalingPolicy|LifecycleHook|ScheduledAction)|ApplicationAutoScaling::.*)$/],
  ['alarms and dashboards', /^AWS::CloudWatch::/],
  ['cache policies and origin access', /^AWS::CloudFront::(CachePolicy|OriginAccessControl|OriginRequestPolicy|ResponseHeadersPolicy)$/],
  ['drills', /^AWS::FIS::/],
  ['metadata of the CDK', /^AWS::CDK::Metadata$/],
];

/** The kind of plumbing that a type is; undefined for a resource that stands for itself. */
export function plumbingKind(type: string): string | undefined {
  return KINDS.find(([, types]) => types.test(type))?.[0];
}
