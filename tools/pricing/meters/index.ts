import type { Meter } from '../plan';
import * as databases from './databases';
import * as edge from './edge';
import * as network from './network';
import * as operations from './operations';
import * as servers from './servers';
import { bucket } from './storage';

/** How a type of resource is priced, and the name of the part of the bill it belongs to. */
export interface Priced {
  readonly service: string;
  readonly meter: Meter;
}

const by = (service: string, meters: Readonly<Record<string, Meter>>): Record<string, Priced> =>
  Object.fromEntries(Object.entries(meters).map(([type, meter]) => [type, { service, meter }]));

/** Every type of resource that is estimated. */
export const METERS: Readonly<Record<string, Priced>> = {
  ...by('Servers', { 'AWS::EC2::Instance': servers.server, 'AWS::AutoScaling::AutoScalingGroup': servers.group }),
  ...by('Disks and snapshots', { 'AWS::EC2::Volume': servers.volume, 'AWS::DLM::LifecyclePolicy': servers.snapshots }),
  ...by('Addresses', { 'AWS::EC2::EIP': network.address }),
  ...by('NAT gateways', { 'AWS::EC2::NatGateway': network.nat }),
  ...by('Load balancer', { 'AWS::ElasticLoadBalancingV2::LoadBalancer': network.loadBalancer }),
  ...by('Network', {
    'AWS::EC2::VPCEndpoint': network.endpoint,
    'AWS::EC2::FlowLog': network.flowLog,
    'AWS::EC2::VPC': network.betweenZones,
  }),
  ...by('Databases', { 'AWS::RDS::DBInstance': databases.instance, 'AWS::RDS::DBCluster': databases.cluster }),
  ...by('Caches and sessions', {
    'AWS::ElastiCache::ReplicationGroup': databases.valkey,
    'AWS::DynamoDB::GlobalTable': databases.sessionTable,
  }),
  ...by('Object storage', { 'AWS::S3::Bucket': bucket }),
  ...by('CDN', { 'AWS::CloudFront::Distribution': edge.distribution }),
  ...by('Firewall', { 'AWS::WAFv2::WebACL': edge.firewall }),
  ...by('DNS', {
    'AWS::Route53::HealthCheck': edge.healthCheck,
    'AWS::Route53::HostedZone': edge.zone,
    'AWS::Route53::RecordSet': edge.record,
  }),
  ...by('Queue', { 'AWS::SQS::Queue': edge.queue }),
  ...by('Observability', {
    'AWS::CloudFront::MonitoringSubscription': edge.cdnMetrics,
    'AWS::CloudWatch::Alarm': operations.alarm,
    'AWS::AutoScaling::ScalingPolicy': operations.scalingPolicy,
    'AWS::ApplicationAutoScaling::ScalingPolicy': operations.scalingPolicy,
    'AWS::CloudWatch::CompositeAlarm': operations.compositeAlarm,
    'AWS::CloudWatch::Dashboard': operations.dashboard,
    'AWS::Logs::LogGroup': operations.logGroup,
    'AWS::Logs::MetricFilter': operations.metricFilter,
  }),
  ...by('Keys, secrets, settings', {
    'AWS::KMS::Key': operations.key,
    'AWS::SecretsManager::Secret': operations.secret,
    'AWS::SSM::Parameter': operations.parameter,
  }),
};
