import { type Request, isAllowed } from './policy';
import { ACCOUNT, type World } from './world';

/** ELB's accounts that deliver access logs in the regions of these tests (ELB guide, "Enable access logs"); newer regions have the service. */
const ELB = ['127311923021', '156460612806', '783225319266', '507241528517', '754344448648'].map(
  (account) => `arn:aws:iam::${account}:root`,
);
const ELB_SERVICE = 'logdelivery.elasticloadbalancing.amazonaws.com';

/** Every place where a resource may name a bucket. What delivers there is walked below, what reads there with the roles. */
const BUCKETS: Readonly<Record<string, string>> = {
  'AWS::CloudFront::Distribution DistributionConfig.Logging.Bucket': 'cdn',
  'AWS::CloudFront::Distribution DistributionConfig.Origins.DomainName': 'origins',
  'AWS::EC2::FlowLog LogDestination': 'flow',
  'AWS::ElasticLoadBalancingV2::LoadBalancer LoadBalancerAttributes.Value': 'alb',
  'AWS::S3::Bucket LoggingConfiguration.DestinationBucketName': 's3',
  'AWS::Logs::DeliveryDestination DestinationResourceArn': 'delivery',
  'AWS::IAM::Policy PolicyDocument.Statement.Resource': 'a policy',
  'AWS::S3::BucketPolicy Bucket': 'a policy',
  'AWS::S3::BucketPolicy PolicyDocument.Statement.Condition.ArnLike.aws:SourceArn': 'a policy',
  'AWS::S3::BucketPolicy PolicyDocument.Statement.Resource': 'a policy',
  'AWS::SSM::Document Content.mainSteps.inputs.ManifestGenerator.S3JobManifestGenerator.SourceBucket': 'a role',
  'AWS::SSM::Document Content.mainSteps.inputs.Report.Bucket': 'a role',
  'AWS::SSM::Document Content.mainSteps.inputs.runCommand': 'a role',
  'AWS::SSM::Parameter Value': 'a role',
};

/** Every place where a resource may name a log group. */
const GROUPS: Readonly<Record<string, string>> = {
  'AWS::ElastiCache::ReplicationGroup LogDeliveryConfigurations.DestinationDetails.CloudWatchLogsDetails.LogGroup': 'delivery',
  'AWS::FIS::ExperimentTemplate LogConfiguration.CloudWatchLogsConfiguration.LogGroupArn': 'delivery',
  'AWS::Lambda::Function LoggingConfig.LogGroup': 'a role',
  'AWS::Logs::DeliveryDestination DestinationResourceArn': 'delivery',
  'AWS::Logs::MetricFilter LogGroupName': 'it reads',
  'AWS::Logs::QueryDefinition LogGroupNames': 'it reads',
  'AWS::Logs::ResourcePolicy PolicyDocument': 'a policy',
  'AWS::IAM::Policy PolicyDocument.Statement.Resource': 'a policy',
};

/** Every place where a resource may name a key, and who then uses it. */
const KEYS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      ...['AWS::EC2::Volume KmsKeyId', 'AWS::ElastiCache::ReplicationGroup KmsKeyId', 'AWS::RDS::DBCluster KmsKeyId'],
      ...['AWS::RDS::DBInstance KmsKeyId', 'AWS::RDS::DBInstance PerformanceInsightsKMSKeyId'],
      ...['AWS::Backup::BackupVault EncryptionKeyArn', 'AWS::RDS::DBCluster PerformanceInsightsKmsKeyId'],
    ].map((place) => [place, 'the service, by a grant that whoever deploys may make: the account is in the key policy']),
  ),
  'AWS::SNS::Topic KmsMasterKeyId': 'walked with the messages',
  'AWS::SQS::Queue KmsMasterKeyId': 'walked with messages and roles',
  'AWS::S3::Bucket BucketEncryption.ServerSideEncryptionConfiguration.ServerSideEncryptionByDefault.KMSMasterKeyID':
    'walked with roles and origins',
  'AWS::SecretsManager::Secret KmsKeyId': 'walked with the roles',
  'AWS::DynamoDB::GlobalTable Replicas.SSESpecification.KMSMasterKeyId': 'walked with the roles',
  'AWS::Logs::LogGroup KmsKeyId': 'walked below',
  'AWS::KMS::Alias TargetKeyId': 'a name',
  'AWS::IAM::Policy PolicyDocument.Statement.Resource': 'a policy',
};

/** Log lines and answers of origins that don't arrive in a stack, and why. */
export function lostLogs(world: World): string[] {
  return [
    ...unknown(world, 'AWS::S3::Bucket', BUCKETS),
    ...unknown(world, 'AWS::Logs::LogGroup', GROUPS),
    ...unknown(world, 'AWS::KMS::Key', KEYS),
    ...deliveries(world).flatMap(([what, bucket, request]) => refusal(world, what, bucket, request)),
    ...encryptedLogBuckets(world),
    ...world.all('AWS::CloudFront::Distribution').flatMap(([id, { Properties }]) => legacy(world, id, Properties.DistributionConfig)),
    ...world.all('AWS::Logs::LogGroup').flatMap(([id, { Properties }]) => groupKey(world, id, Properties)),
    ...exportsWithoutGroup(world),
    ...vendedLogs(world),
  ];
}

function unknown(world: World, type: string, table: Readonly<Record<string, string>>): string[] {
  return world
    .mentions(type)
    .map(({ resource, path, target }) => [`${resource.Type} ${path}`, target])
    .filter(([place]) => !Object.hasOwn(table, place))
    .map(([place, target]) => `${place} names ${target}: say in this table what uses it there`);
}

type Delivery = readonly [what: string, bucket: string, request: Request];

/** What is put into buckets, as each service's guide says. */
function deliveries(world: World): Delivery[] {
  const { region } = world;
  const put = (principal: Request['principal'], bucket: string, key: string, context: Request['context']): Request => ({
    ...{ principal, action: 's3:PutObject', resource: `${arnOf(world, bucket)}/${key}` },
    context: { 's3:x-amz-acl': 'bucket-owner-full-control', ...context },
  });
  const logs = { service: 'delivery.logs.amazonaws.com' };
  const flow = world.all('AWS::EC2::FlowLog').flatMap(([id, { Properties }]): Delivery[] => {
    const [, arn, prefix] = /^(<\w+\.Arn>|arn:aws:s3:::[^/]+)\/(.*)$/.exec(world.text(Properties.LogDestination)) ?? [];
    const bucket = world.idOf(arn) ?? arn;
    const context = { 'aws:SourceAccount': ACCOUNT, 'aws:SourceArn': `arn:aws:logs:${region}:${ACCOUNT}:*` };
    const acl: Request = { principal: logs, action: 's3:GetBucketAcl', resource: arnOf(world, bucket), context };
    return [
      [id, bucket, put(logs, bucket, `${prefix}AWSLogs/${ACCOUNT}/vpcflowlogs/${region}/2026/11/26/x.log.gz`, context)],
      [id, bucket, acl],
    ];
  });
  const balancers = world.all('AWS::ElasticLoadBalancingV2::LoadBalancer').flatMap(([id, { Properties }]): Delivery[] => {
    const attributes = Object.fromEntries(
      (world.say(Properties.LoadBalancerAttributes) as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]),
    );
    if (attributes['access_logs.s3.enabled'] !== 'true') return [];
    const bucket = world.idOf(attributes['access_logs.s3.bucket']) ?? '';
    const key = `${attributes['access_logs.s3.prefix']}/AWSLogs/${ACCOUNT}/elasticloadbalancing/${region}/x.log.gz`;
    const mayDeliver = [...ELB, ELB_SERVICE].map((service) => put({ service }, bucket, key, {}));
    const one = mayDeliver.find((request) => isAllowed(world.policyOf('AWS::S3::BucketPolicy', 'Bucket', bucket), request));
    return [[id, bucket, one ?? mayDeliver[0]]];
  });
  const access = world.all('AWS::S3::Bucket').flatMap(([id, { Properties }]): Delivery[] => {
    const { DestinationBucketName, LogFilePrefix = '' } = (Properties.LoggingConfiguration ?? {}) as Record<string, unknown>;
    if (DestinationBucketName === undefined) return [];
    const bucket = world.idOf(world.text(DestinationBucketName)) ?? '';
    const context = { 'aws:SourceAccount': ACCOUNT, 'aws:SourceArn': arnOf(world, id) };
    return [[id, bucket, put({ service: 'logging.s3.amazonaws.com' }, bucket, `${world.text(LogFilePrefix)}x`, context)]];
  });
  return [...flow, ...balancers, ...access, ...origins(world)];
}

/** CloudFront guide, "Restrict access to an Amazon S3 origin": the bucket, and the key of an encrypted one, admit the distribution. */
function origins(world: World): Delivery[] {
  return world.all('AWS::CloudFront::Distribution').flatMap(([id, { Properties }]) =>
    (Properties.DistributionConfig.Origins as { DomainName: unknown; S3OriginConfig?: unknown }[])
      .filter(({ S3OriginConfig }) => S3OriginConfig !== undefined)
      .map(({ DomainName }) => world.idOf(world.text(DomainName).replace(/\.RegionalDomainName>$|\.s3\..*$/, '')))
      .filter((bucket) => bucket !== undefined)
      .flatMap((bucket): Delivery[] => {
        const context = { 'aws:SourceArn': `arn:aws:cloudfront::${ACCOUNT}:distribution/<${id}>`, 'aws:SourceAccount': ACCOUNT };
        const principal = { service: 'cloudfront.amazonaws.com' };
        const folder = /^.*?-?(static|uploads|copy)-/.exec(world.text(world.resources[bucket].Properties.BucketName))?.[1] ?? '';
        const resource = `${arnOf(world, bucket)}/${folder === 'copy' ? 'uploads' : folder}/a.jpg`;
        return [[id, bucket, { principal, action: 's3:GetObject', resource, context }]];
      }),
  );
}

function refusal(world: World, what: string, bucket: string, request: Request): string[] {
  const refused = isAllowed(world.policyOf('AWS::S3::BucketPolicy', 'Bucket', bucket), request);
  const bucketSays = refused ? [] : [`${bucket} refuses ${request.action} by ${what}`];
  const key = keyOf(world, bucket);
  if (key === undefined || request.action !== 's3:GetObject') return bucketSays;
  const use = { ...request, action: 'kms:Decrypt', resource: '*' };
  return [...bucketSays, ...(isAllowed(world.keyPolicy(key), use) ? [] : [`the key of ${bucket} refuses ${what}`])];
}

function keyOf(world: World, bucket: string): unknown {
  const rules = world.resources[bucket].Properties.BucketEncryption?.ServerSideEncryptionConfiguration as
    { ServerSideEncryptionByDefault: { KMSMasterKeyID?: unknown } }[] | undefined;
  return rules?.[0].ServerSideEncryptionByDefault.KMSMasterKeyID;
}

/** Load balancers and S3's own access logs deliver to no bucket with a customer-managed key (ELB and S3 guides). */
function encryptedLogBuckets(world: World): string[] {
  return deliveries(world)
    .filter(([, bucket, { action }]) => action === 's3:PutObject' && keyOf(world, bucket) !== undefined)
    .map(([what, bucket]) => `${what} can't deliver to ${bucket}, which has a key`);
}

/** Regions that every account has; CloudFront's legacy logs go to buckets of no other one. */
const FOR_ALL =
  /^(?:us-(?:east|west)-[12]|ca-central-1|sa-east-1|eu-(?:west-[123]|central-1|north-1)|ap-(?:northeast-[123]|southeast-[12]|south-1))$/;

/** CloudFront's legacy logs come by an ACL, so the bucket must have ACLs (CloudFront guide, "Configure standard logging (legacy)"). */
function legacy(world: World, id: string, { Logging }: { Logging?: { Bucket: unknown } }): string[] {
  if (Logging === undefined) return [`${id} has no access logs`];
  const owner = world.ownerOf(world.text(Logging.Bucket));
  if (!FOR_ALL.test(owner.region)) return [`CloudFront delivers no logs of ${id} to ${owner.region}`];
  const bucket = owner.idOf(owner.text(Logging.Bucket).replace(/\.(Regional)?DomainName>$/, '.Arn>'));
  const { resources } = owner;
  // Of another stack the reference is an output: the one bucket there.
  const { Properties } = bucket === undefined ? owner.all('AWS::S3::Bucket')[0][1] : resources[bucket];
  const ownership = Properties.OwnershipControls?.Rules[0].ObjectOwnership as string | undefined;
  return ownership === 'BucketOwnerPreferred' ? [] : [`${bucket} has no ACLs for the logs of ${id}`];
}

/** CloudWatch Logs guide, "Encrypt log data": all five uses, in the context of the group. */
function groupKey(world: World, id: string, { KmsKeyId }: Record<string, unknown>): string[] {
  if (KmsKeyId === undefined) return [];
  const context = { 'kms:EncryptionContext:aws:logs:arn': world.groupArn(id) };
  const principal = { service: `logs.${world.region}.amazonaws.com` };
  return ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncryptFrom', 'kms:GenerateDataKey', 'kms:DescribeKey']
    .filter((action) => !isAllowed(world.keyPolicy(KmsKeyId), { principal, action, resource: '*', context }))
    .map((action) => `the key of ${id} refuses ${action}`);
}

/** RDS makes the group of an export itself, without an end and without the key, unless it is there. */
function exportsWithoutGroup(world: World): string[] {
  const there = world.all('AWS::Logs::LogGroup').map(([, { Properties }]) => world.text(Properties.LogGroupName ?? ''));
  return world.all('AWS::RDS::DBInstance', 'AWS::RDS::DBCluster').flatMap(([id, { Type, Properties }]) => {
    const [kind, name] = Type.endsWith('Cluster')
      ? ['cluster', Properties.DBClusterIdentifier]
      : ['instance', Properties.DBInstanceIdentifier];
    return ((Properties.EnableCloudwatchLogsExports ?? []) as string[])
      .map((log) => `/aws/rds/${kind}/${world.text(name)}/${log}`)
      .filter((group) => !there.includes(group))
      .map((group) => `${id} exports to ${group}, which nobody makes`);
  });
}

/** Logs that a service vends to a group need a resource policy of CloudWatch Logs; AWS adds it itself unless it is written down. */
function vendedLogs(world: World): string[] {
  const groups = world.mentions('AWS::Logs::LogGroup').filter(({ resource }) => resource.Type === 'AWS::FIS::ExperimentTemplate');
  return [...new Set(groups.map(({ target }) => target))].flatMap((target) => {
    const policies = world.all('AWS::Logs::ResourcePolicy').map(([, { Properties }]) => world.text(Properties.PolicyDocument));
    const statements = policies.flatMap((text) => (JSON.parse(text) as { Statement: [] }).Statement);
    const context = { 'aws:SourceAccount': ACCOUNT, 'aws:SourceArn': `arn:aws:logs:${world.region}:${ACCOUNT}:*` };
    const principal = { service: 'delivery.logs.amazonaws.com' };
    return ['logs:CreateLogStream', 'logs:PutLogEvents']
      .filter((action) => !isAllowed(statements, { principal, action, resource: `${world.groupArn(target)}:log-stream:x`, context }))
      .map((action) => `${target} refuses ${action} by FIS`);
  });
}

function arnOf(world: World, bucket: string): string {
  return world.text({ 'Fn::GetAtt': [bucket, 'Arn'] });
}
