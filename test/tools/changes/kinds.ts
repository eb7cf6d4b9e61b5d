import { type Kind, database, bucket, setting, cluster, member, equals, group } from './kind-shapes';

/** Losses that stand elsewhere than in the resource. */
export const LOSSES: readonly Kind[] = [
  [
    'a condition by a parameter turns false',
    {
      Parameters: { Env: { Type: 'String', Default: 'live' } },
      Conditions: equals({ Ref: 'Env' }, 'live'),
      Resources: bucket({ Condition: 'Live' }),
    },
    {
      Parameters: { Env: { Type: 'String', Default: 'test' } },
      Conditions: equals({ Ref: 'Env' }, 'live'),
      Resources: bucket({ Condition: 'Live' }),
    },
    ['deleted'],
  ],
  [
    'a condition that only an account decides becomes another',
    { Parameters: { Env: { Type: 'String' } }, Conditions: equals({ Ref: 'Env' }, 'live'), Resources: bucket({ Condition: 'Live' }) },
    { Parameters: { Env: { Type: 'String' } }, Conditions: equals({ Ref: 'Env' }, 'prod'), Resources: bucket({ Condition: 'Live' }) },
    ['conditional'],
  ],
  [
    'a mapping, read by a parameter, names another database',
    {
      Parameters: { Env: { Type: 'String', Default: 'a' } },
      Mappings: { M: { a: { Db: 'one' } } },
      Resources: database({ DBName: { 'Fn::FindInMap': ['M', { Ref: 'Env' }, 'Db'] } }),
    },
    {
      Parameters: { Env: { Type: 'String', Default: 'a' } },
      Mappings: { M: { a: { Db: 'two' } } },
      Resources: database({ DBName: { 'Fn::FindInMap': ['M', { Ref: 'Env' }, 'Db'] } }),
    },
    ['replaced'],
  ],
  [
    'Fn::If takes the other branch',
    { Conditions: equals('a', 'a'), Resources: database({ StorageEncrypted: { 'Fn::If': ['Live', true, false] } }) },
    { Conditions: equals('a', 'b'), Resources: database({ StorageEncrypted: { 'Fn::If': ['Live', true, false] } }) },
    ['replaced'],
  ],
  [
    'Fn::Sub, Fn::Select and Fn::Split build another name',
    {
      Parameters: { All: { Type: 'String', Default: 'x,y' } },
      Resources: database({ DBName: { 'Fn::Sub': ['${P}db', { P: { 'Fn::Select': [0, { 'Fn::Split': [',', { Ref: 'All' }] }] } }] } }),
    },
    {
      Parameters: { All: { Type: 'String', Default: 'z,y' } },
      Resources: database({ DBName: { 'Fn::Sub': ['${P}db', { P: { 'Fn::Select': [0, { 'Fn::Split': [',', { Ref: 'All' }] }] } }] } }),
    },
    ['replaced'],
  ],
  [
    'a stack that keeps the value of its parameter, while the template says the new default',
    { Parameters: { N: { Type: 'String', Default: 'one' } }, Resources: database({ DBName: 'two' }) },
    { Parameters: { N: { Type: 'String', Default: 'two' } }, Resources: database({ DBName: { Ref: 'N' } }) },
    ['replaced'],
  ],
  [
    'deletion protection by a parameter',
    { Parameters: { Safe: { Type: 'String', Default: 'true' } }, Resources: database({ DeletionProtection: { Ref: 'Safe' } }) },
    { Parameters: { Safe: { Type: 'String', Default: 'false' } }, Resources: database({ DeletionProtection: { Ref: 'Safe' } }) },
    ['protection-off'],
  ],
  [
    'a warehouse leaves with a snapshot',
    { Resources: { W: { Type: 'AWS::Redshift::Cluster', DeletionPolicy: 'Snapshot' }, ...bucket() } },
    { Resources: bucket() },
    ['deleted-with-snapshot'],
  ],
  [
    'a store nobody may forget leaves',
    { Resources: { S: { Type: 'AWS::MemoryDB::Cluster' }, ...bucket() } },
    { Resources: bucket() },
    ['deleted'],
  ],
  [
    'an older version',
    { Resources: database({ EngineVersion: '16.4' }) },
    { Resources: database({ EngineVersion: '16.2' }) },
    ['refused-update'],
  ],
  [
    'a major version of Aurora',
    { Resources: { Cluster: { ...cluster, Properties: { ...cluster.Properties, EngineVersion: '14.9' } } } },
    { Resources: { Cluster: { ...cluster, Properties: { ...cluster.Properties, EngineVersion: '15.4' } } } },
    ['refused-update'],
  ],
  ['a cluster without members', { Resources: { Cluster: cluster, One: member } }, { Resources: { Cluster: cluster } }, ['unreachable']],
  [
    'RDS gives the password back',
    { Resources: database({ ManageMasterUserPassword: true }) },
    { Resources: database({ MasterUserPassword: 'x' }) },
    ['secret-value'],
  ],
  [
    'another password',
    { Resources: database({ MasterUserPassword: '{{resolve:ssm:/a:1}}' }) },
    { Resources: database({ MasterUserPassword: '{{resolve:ssm:/a:2}}' }) },
    ['secret-value'],
  ],
  [
    'nothing rolls a fleet any more',
    { Resources: group({ UpdatePolicy: { AutoScalingRollingUpdate: { MinInstancesInService: 1 } } }) },
    { Resources: group({}) },
    ['weaker-update'],
  ],
  ['a fleet may be empty', { Resources: group({}) }, { Resources: group({}, { MinSize: 0 }) }, ['weaker-update']],
  [
    'a hash map of shards shrinks',
    { Resources: setting('{"strategy":"hash","shards":4}') },
    { Resources: setting('{"strategy":"hash","shards":2}') },
    ['users-unreachable'],
  ],
  [
    'a range map becomes a hash map',
    { Resources: setting('{"strategy":"range","shards":2,"size":10}') },
    { Resources: setting('{"strategy":"hash","shards":2}') },
    ['users-unreachable'],
  ],
  [
    'a hash map grows in the deployment that makes the shards',
    { Resources: setting('{"strategy":"hash","shards":2}') },
    { Resources: { ...setting('{"strategy":"hash","shards":4}'), Cluster: cluster } },
    ['users-unreachable'],
  ],
  [
    'a setting turns to a database that is made now',
    { Resources: setting('/run/postgresql') },
    { Resources: { ...setting({ 'Fn::GetAtt': ['Orders', 'Endpoint.Address'] }), ...database() } },
    ['not-in-one-step'],
  ],
  [
    'a renamed and edited table',
    {
      Resources: {
        Table: {
          Type: 'AWS::DynamoDB::Table',
          DeletionPolicy: 'Retain',
          Metadata: { 'aws:cdk:path': 'a/Old/Table' },
          Properties: { BillingMode: 'A' },
        },
      },
    },
    {
      Resources: {
        Table2: {
          Type: 'AWS::DynamoDB::Table',
          Metadata: { 'aws:cdk:path': 'a/New/Table' },
          Properties: { TableClass: 'B', KeySchema: [] },
        },
      },
    },
    ['renamed'],
  ],
];
