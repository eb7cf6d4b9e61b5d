import type { Deployment, Entry } from './deployment';
import { instances } from './members';
import type { Draft } from './things';

/** Who owns what isn't drawn itself. */
export interface Parts {
  /** The thing that a resource is or belongs to, by the key of the resource. */
  readonly thing: ReadonlyMap<string, Draft>;
  /** The VPC that a resource belongs to, by the key of the resource: subnets, routes. */
  readonly network: ReadonlyMap<string, string>;
}

/** Parts of a network. */
const GROUND =
  /^AWS::EC2::(VPC|Subnet|RouteTable|Route|SubnetRouteTableAssociation|VPCGatewayAttachment|FlowLog|NetworkAcl.*|VPCCidrBlock|EgressOnlyInternetGateway|SubnetNetworkAclAssociation|SubnetCidrBlock)$|^Custom::VpcRestrictDefaultSG$/;

/** What belongs to whoever uses it. */
const USED =
  /(LaunchTemplate|LaunchConfiguration|InstanceProfile|IAM::Role|EC2::SecurityGroup|TargetGroup|EC2::EIP|SubnetGroup|ParameterGroup|OptionGroup|CachePolicy|OriginAccess\w*|OriginRequestPolicy|ResponseHeadersPolicy|CertificateManager::Certificate|TaskDefinition|ECS::Cluster|LayerVersion|CloudFront::Function)$/;

/** What stands for itself: it watches, plans or describes others, and is counted. */
const ALONE =
  /^AWS::(SSM|FIS|Events::Rule|Scheduler|Logs|Budgets|CE|Config|CloudTrail|CloudWatch::(Dashboard|CompositeAlarm|AlarmMuteRule)|IAM::ManagedPolicy|Lambda::Function)/;

/** What belongs to the one that these properties name, whatever else it refers to. */
const OF: readonly (readonly [types: RegExp, properties: readonly string[]])[] = [
  [/^AWS::IAM::Policy$/, ['Roles']],
  [/^AWS::EC2::SecurityGroup(In|E)gress$/, ['GroupId']],
  [/^AWS::CloudWatch::Alarm$/, ['Dimensions', 'Metrics']],
  [/^AWS::ElasticLoadBalancingV2::Listener$/, ['LoadBalancerArn']],
  [/^AWS::ElasticLoadBalancingV2::ListenerRule$/, ['ListenerArn']],
  [/^AWS::S3::BucketPolicy$/, ['Bucket']],
  [/^AWS::SQS::QueuePolicy$/, ['Queues']],
  [/^AWS::SNS::TopicPolicy$/, ['Topics']],
  [/^AWS::SecretsManager::/, ['SecretId']],
  [/^AWS::RDS::GlobalCluster$/, ['SourceDBClusterIdentifier']],
  [/^AWS::Lambda::/, ['FunctionName']],
  [/^AWS::ApiGateway(V2)?::/, ['RestApiId', 'ApiId']],
  [/^AWS::AutoScaling::/, ['AutoScalingGroupName']],
  [/^AWS::EC2::EIPAssociation$/, ['InstanceId', 'NetworkInterfaceId']],
];

/** Finds the owner of everything that isn't drawn. */
export function partsOf(deployment: Deployment, drafts: readonly Draft[]): Parts {
  const thing = new Map<string, Draft>(drafts.map((draft) => [draft.entry.key, draft]));
  for (const [cluster, members] of instances(deployment)) {
    const owner = thing.get(cluster);
    if (owner) for (const { key } of members) thing.set(key, owner);
  }
  const network = new Map<string, string>();
  const refers = new Map<string, readonly Entry[]>(deployment.entries.map((entry) => [entry.key, referredBy(deployment, entry)]));
  const users = new Map<string, Entry[]>();
  // Who lets a role do something doesn't run with it.
  for (const entry of deployment.entries.filter(({ type }) => !/Policy$|^AWS::KMS::Key$|^AWS::SecretsManager::/.test(type)))
    for (const { key, type } of deployment.referred(entry.resource.Properties, entry.stack)) {
      if (type === 'AWS::EC2::EIP' && !/(EIPAssociation|NatGateway|LoadBalancer|NetworkInterface)$/.test(entry.type)) continue;
      const known = users.get(key);
      if (known) known.push(entry);
      else users.set(key, [entry]);
    }
  const open = new Set(deployment.entries.filter(({ key }) => !thing.has(key)));
  for (let before = -1; open.size !== before;) {
    before = open.size;
    for (const entry of open) if (settle(entry)) open.delete(entry);
  }
  const dns = drafts.find(({ kind }) => kind === 'dns');
  if (dns) for (const { key } of deployment.ofType('AWS::Route53::HealthCheck')) thing.set(key, dns);
  return { thing, network };

  function settle({ key, type }: Entry): boolean {
    if (GROUND.test(type)) {
      const vpc =
        type === 'AWS::EC2::VPC' ? key : (refers.get(key) ?? []).map((one) => network.get(one.key)).find((one) => one !== undefined);
      if (vpc !== undefined) network.set(key, vpc);
      return vpc !== undefined;
    }
    const candidates = USED.test(type) ? users.get(key) : ALONE.test(type) && type !== 'AWS::Lambda::Permission' ? [] : refers.get(key);
    const owner = candidates?.map((one) => thing.get(one.key)).find((one) => one !== undefined);
    if (owner) thing.set(key, owner);
    return owner !== undefined;
  }
}

/** What a resource belongs to, if its type says so; else all that it refers to. */
function referredBy(deployment: Deployment, entry: Entry): readonly Entry[] {
  const [, properties] = OF.find(([types]) => types.test(entry.type)) ?? [];
  return properties &&
    entry.type !== 'AWS::AutoScaling::AutoScalingGroup' &&
    entry.type !== 'AWS::Lambda::Function' &&
    entry.type !== 'AWS::SecretsManager::Secret'
    ? deployment.of(entry, ...properties)
    : deployment.referred(entry.resource.Properties, entry.stack);
}
