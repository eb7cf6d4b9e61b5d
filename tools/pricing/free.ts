/** Types of resources that cost nothing, whatever they are used for. */
export const FREE: ReadonlySet<string> = new Set([
  ...['Policy', 'Role', 'InstanceProfile', 'ManagedPolicy', 'ServiceLinkedRole'].map((type) => `AWS::IAM::${type}`),
  ...['Route', 'RouteTable', 'Subnet', 'SubnetRouteTableAssociation', 'InternetGateway', 'VPCGatewayAttachment'].map(
    (type) => `AWS::EC2::${type}`,
  ),
  ...['SecurityGroup', 'SecurityGroupIngress', 'SecurityGroupEgress', 'LaunchTemplate', 'EIPAssociation'].map(
    (type) => `AWS::EC2::${type}`,
  ),
  ...['VolumeAttachment', 'PrefixList', 'VPCCidrBlock'].map((type) => `AWS::EC2::${type}`),
  // Mute rules have no price of their own.
  'AWS::CloudWatch::AlarmMuteRule',
  ...['AutoScaling::ScheduledAction', 'AutoScaling::LifecycleHook', 'ApplicationAutoScaling::ScalableTarget'].map((type) => `AWS::${type}`),
  ...['Listener', 'ListenerRule', 'TargetGroup'].map((type) => `AWS::ElasticLoadBalancingV2::${type}`),
  ...['DBParameterGroup', 'DBClusterParameterGroup', 'DBSubnetGroup', 'GlobalCluster'].map((type) => `AWS::RDS::${type}`),
  ...['ParameterGroup', 'SubnetGroup'].map((type) => `AWS::ElastiCache::${type}`),
  ...['CachePolicy', 'OriginAccessControl', 'OriginRequestPolicy', 'ResponseHeadersPolicy'].map((type) => `AWS::CloudFront::${type}`),
  ...['ResourcePolicy', 'SecretTargetAttachment'].map((type) => `AWS::SecretsManager::${type}`),
  ...['BucketPolicy'].map((type) => `AWS::S3::${type}`),
  ...['QueuePolicy'].map((type) => `AWS::SQS::${type}`),
  ...['TopicPolicy', 'Subscription'].map((type) => `AWS::SNS::${type}`),
  ...['QueryDefinition', 'ResourcePolicy', 'LogStream'].map((type) => `AWS::Logs::${type}`),
  ...['AWS::KMS::Alias', 'AWS::CertificateManager::Certificate', 'AWS::SSM::Association', 'AWS::CDK::Metadata', 'AWS::Lambda::Permission'],
  ...[
    'AWS::Lambda::EventSourceMapping',
    'AWS::Events::EventBusPolicy',
    'AWS::ResourceGroups::Group',
    'AWS::XRay::Group',
    'AWS::CloudFormation::WaitConditionHandle',
    'AWS::WAFv2::LoggingConfiguration',
    ...['BackupVault', 'BackupSelection'].map((type) => `AWS::Backup::${type}`),
    // A rule of the default security group, and a user in a database; their functions are listed by themselves.
    ...['Custom::VpcRestrictDefaultSG', 'Custom::DatabaseUser'],
  ],
]);

/** Types that cost by a use that no one can tell beforehand, and what they cost. They are listed, not counted. */
export const BY_USE: Readonly<Record<string, string>> = {
  'AWS::Backup::BackupPlan':
    'backups of databases $0.095 a gigabyte-month, of volumes and buckets $0.05; copies and their transfer once more',
  'AWS::SNS::Topic': 'e-mails of alarms: 1,000 a month are free, then $2 for 100,000',
  'AWS::SecretsManager::RotationSchedule': 'the function that rotates runs once a month: less than a cent',
  'AWS::SSM::Document': 'a run of a runbook: $0.002 a step after the first 100,000',
  'AWS::FIS::ExperimentTemplate': 'a drill: $0.10 for each minute of each action, while it runs',
  'AWS::Lambda::Function': 'by the call and its memory: $0.20 a million calls and $0.0000167 a gigabyte-second',
  'AWS::Events::Rule': 'events of AWS are free, own ones $1 a million',
  'AWS::Scheduler::Schedule': '14 million calls a month are free, then $1 a million',
  'AWS::Budgets::Budget': 'budgets are free; one with actions is $0.10 a day after the first two',
  'AWS::XRay::SamplingRule': 'traces: $5 a million recorded',
};
