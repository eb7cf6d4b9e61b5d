import type { Json, Resource } from '../../shared/template';
import { type Change, type Facts, riskAt } from '../facts';
import { type Risk, Verdict } from '../model';

/** The properties that together are the name AWS knows a resource by, where a template may choose it. */
const NAMES: Readonly<Partial<Record<string, readonly string[]>>> = {
  'AWS::AutoScaling::AutoScalingGroup': ['AutoScalingGroupName'],
  'AWS::CloudWatch::Alarm': ['AlarmName'],
  'AWS::CloudWatch::Dashboard': ['DashboardName'],
  'AWS::DynamoDB::GlobalTable': ['TableName'],
  'AWS::DynamoDB::Table': ['TableName'],
  'AWS::EC2::LaunchTemplate': ['LaunchTemplateName'],
  'AWS::ElastiCache::ReplicationGroup': ['ReplicationGroupId'],
  'AWS::ElastiCache::SubnetGroup': ['CacheSubnetGroupName'],
  'AWS::ElasticLoadBalancingV2::LoadBalancer': ['Name'],
  'AWS::ElasticLoadBalancingV2::TargetGroup': ['Name'],
  'AWS::IAM::ManagedPolicy': ['ManagedPolicyName'],
  'AWS::IAM::Role': ['RoleName'],
  'AWS::KMS::Alias': ['AliasName'],
  'AWS::Logs::LogGroup': ['LogGroupName'],
  'AWS::RDS::DBCluster': ['DBClusterIdentifier'],
  'AWS::RDS::DBClusterParameterGroup': ['DBClusterParameterGroupName'],
  'AWS::RDS::DBInstance': ['DBInstanceIdentifier'],
  'AWS::RDS::DBParameterGroup': ['DBParameterGroupName'],
  'AWS::RDS::DBSubnetGroup': ['DBSubnetGroupName'],
  'AWS::RDS::GlobalCluster': ['GlobalClusterIdentifier'],
  'AWS::Route53::RecordSet': ['Name', 'HostedZoneId', 'Type', 'SetIdentifier'],
  'AWS::S3::Bucket': ['BucketName'],
  'AWS::SNS::Topic': ['TopicName'],
  'AWS::SQS::Queue': ['QueueName'],
  'AWS::SSM::Document': ['Name'],
  'AWS::SSM::Parameter': ['Name'],
  'AWS::SecretsManager::Secret': ['Name'],
};

/** Names that two regions can't both have. */
const WORLDWIDE = ['AWS::IAM::', 'AWS::RDS::GlobalCluster', 'AWS::Route53::', 'AWS::S3::Bucket'];

/** The name that the template fixes, or undefined if AWS chooses one. */
export function fixedName({ Type, Properties = {} }: Resource): string | undefined {
  const properties = NAMES[Type];
  if (!properties || !(properties[0] in Properties)) return undefined;
  return JSON.stringify(properties.map((property): Json => (property in Properties ? Properties[property] : null)));
}

/** Two resources of one name: AWS makes the new one before it deletes the old one, so it refuses. */
export function nameRisks({ before, changes }: Facts): Risk[] {
  const taken = new Map<string, { readonly stack: string; readonly logicalId: string }>();
  for (const { name, region, template } of before) {
    for (const [logicalId, resource] of Object.entries(template.Resources)) {
      const place = placeOf(resource, region ?? name);
      if (place !== undefined) taken.set(place, { stack: name, logicalId });
    }
  }
  return changes.flatMap((change) => {
    const place = change.after && placeOf(change.after, change.region ?? change.stack);
    const holder = place === undefined ? undefined : taken.get(place);
    if (change.verdict === Verdict.REPLACED && holder?.logicalId === change.logicalId && holder.stack === change.stack) {
      return [
        riskAt(
          change,
          'refused-update',
          'it would be replaced under the name it has: CloudFormation refuses, because both exist for a while',
        ),
      ];
    }
    if (change.verdict !== Verdict.ADDED || !holder) return [];
    return [
      riskAt(
        change,
        'name-taken',
        `its fixed name belongs to ${holder.logicalId}, ${whatBecomesOf(holder, changes)}: AWS refuses a second one`,
      ),
    ];
  });
}

function placeOf(resource: Resource, region: string): string | undefined {
  const name = fixedName(resource);
  if (name === undefined) return undefined;
  const where = WORLDWIDE.some((prefix) => resource.Type.startsWith(prefix)) ? '' : region;
  return [resource.Type, where, name].join(' ');
}

function whatBecomesOf(holder: { stack: string; logicalId: string }, changes: readonly Change[]): string {
  const change = changes.find(({ stack, logicalId }) => stack === holder.stack && logicalId === holder.logicalId);
  if (change?.verdict !== Verdict.RETIRED) return 'which stays';
  return change.fate === 'retained' ? 'which is retained and keeps it' : 'which is deleted only after the new one is made';
}
