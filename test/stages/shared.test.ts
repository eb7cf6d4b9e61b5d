import { type Resource, ofType, synthesize } from '../support/synth';

const STAGES = [1, 2, 3, 4, 5];
const CLIMBS = STAGES.slice(1).map((stage) => [stage - 1, stage] as const);

/** Types whose resources hold data or hold the place of data. */
const STATEFUL = [
  'AWS::EC2::Volume',
  'AWS::ElastiCache::ReplicationGroup',
  'AWS::KMS::Key',
  'AWS::RDS::DBCluster',
  'AWS::RDS::DBInstance',
  'AWS::RDS::DBSubnetGroup',
  'AWS::S3::Bucket',
  'AWS::SecretsManager::Secret',
  'AWS::SQS::Queue',
];

test('the primary stack has one name in every stage, termination protection, and tags for name and stage', () => {
  for (const stage of STAGES) {
    const { primary } = synthesize({ stage });
    expect(primary.stackName).toBe('webapp-us-east-1');
    expect(primary.terminationProtection).toBe(true);
    expect(primary.tags.tagValues()).toEqual({ 'stagecraft:name': 'webapp', 'stagecraft:stage': String(stage) });
  }
});

test.each(CLIMBS)('from stage %i to %i no subnet that exists changes its address or its zone', (from, to) => {
  const before = ofType(synthesize({ stage: from }).resources, 'AWS::EC2::Subnet');
  expect(ofType(synthesize({ stage: to }).resources, 'AWS::EC2::Subnet')).toEqual(expect.objectContaining(before));
});

test.each(CLIMBS)('from stage %i to %i what both have of the VPC, the key and the identity of servers is the same', (from, to) => {
  const before = synthesize({ stage: from }).resources;
  const after = synthesize({ stage: to }).resources;
  for (const type of ['AWS::EC2::VPC', 'AWS::IAM::Role', 'AWS::EC2::InternetGateway', 'AWS::KMS::Alias']) {
    for (const [id, resource] of Object.entries(ofType(before, type))) {
      if (id in after) expect(after[id]).toEqual(resource);
    }
  }
  const kept = Object.keys(before).filter((id) => id in after);
  expect(kept.length).toBeGreaterThan(30);
});

test.each(CLIMBS)('from stage %i to %i the description of a security group never changes', (from, to) => {
  const before = ofType(synthesize({ stage: from }).resources, 'AWS::EC2::SecurityGroup');
  const after = ofType(synthesize({ stage: to }).resources, 'AWS::EC2::SecurityGroup');
  for (const [id, { Properties }] of Object.entries(before)) {
    if (id in after) expect(after[id].Properties.GroupDescription).toBe(Properties.GroupDescription);
  }
});

test.each(STAGES)('stage %i: type, policies and protection of everything stateful', (stage) => {
  const { resources } = synthesize({ stage });
  const rows = Object.entries(resources)
    .filter(([, { Type }]) => STATEFUL.includes(Type))
    .map(([id, { Type, DeletionPolicy, UpdateReplacePolicy, Properties }]) =>
      [id, Type, DeletionPolicy ?? 'Delete', UpdateReplacePolicy ?? 'Delete', Properties.DeletionProtection ? 'deletion protection' : '']
        .join(' | ')
        .trim(),
    );
  expect(rows.sort()).toMatchSnapshot();
});

test('in every stage what holds data is retained or leaves a snapshot; what may be deleted is a copy or is made again', () => {
  const every = STAGES.map((stage) => synthesize({ stage }).resources);
  const deletable = Object.entries(Object.assign({}, ...every) as Record<string, Resource>)
    .filter(([, { Type, DeletionPolicy }]) => STATEFUL.includes(Type) && !/^Retain|^Snapshot$/.test(DeletionPolicy ?? ''))
    .map(([id]) => id.replace(/[0-9A-F]{8}$/, ''));
  expect(deletable.sort()).toEqual([
    'ArchitectureCacheSecret',
    'ArchitectureDatabaseReplica1Instance',
    'ArchitectureDatabaseReplica2Instance',
    'ArchitectureOriginSecret',
    'ArchitectureSessionsSecret',
  ]);
});

test('-c disposable=true is the one switch that lets everything go', () => {
  const { resources } = synthesize({ stage: 5, disposable: 'true' });
  const kept = Object.values(resources).filter(({ DeletionPolicy }) => /^Retain|^Snapshot$/.test(DeletionPolicy ?? ''));
  expect(kept.map(({ Type }) => Type)).toEqual([]);
  for (const { Properties } of Object.values(ofType(resources, 'AWS::RDS::DBCluster')))
    expect(Properties.DeletionProtection).not.toBe(true);
});

test.each([
  [1, ['Servers: 80']],
  [2, ['Servers: 80']],
  [3, ['Servers: 80']],
  [4, ['LoadBalancer: 80']],
  [5, ['LoadBalancer: 80']],
])('stage %i: the internet may reach %j and nothing else', (stage, allowed) => {
  const { resources } = synthesize({ stage });
  const open = Object.entries(resources).flatMap(([id, { Type, Properties }]) => {
    const rules: { CidrIp?: unknown; CidrIpv6?: unknown; FromPort?: number }[] =
      Type === 'AWS::EC2::SecurityGroup'
        ? (Properties.SecurityGroupIngress ?? [])
        : Type === 'AWS::EC2::SecurityGroupIngress'
          ? [Properties]
          : [];
    return rules
      .filter(({ CidrIp, CidrIpv6 }) => CidrIp === '0.0.0.0/0' || CidrIpv6 === '::/0')
      .map(({ FromPort }) => `${id.replace(/^Architecture|SecurityGroup[0-9A-F]{8}$/g, '')}: ${String(FromPort)}`);
  });
  expect(open).toEqual(allowed);
});

test.each([
  [1, 0],
  [2, 0],
  [3, 0],
  [4, 3],
  [5, 3],
])('stage %i has %i NAT gateways', (stage, count) => {
  synthesize({ stage }).template.resourceCountIs('AWS::EC2::NatGateway', count);
});

test('an availability zone can be chosen at birth, and another region has addresses of its own', () => {
  const { resources } = synthesize({ stage: 1, regions: 'eu-west-1', azs: 'eu-west-1c,eu-west-1a,eu-west-1b' });
  const subnets = Object.values(ofType(resources, 'AWS::EC2::Subnet')).map(({ Properties }) => [
    Properties.AvailabilityZone,
    Properties.CidrBlock,
  ]);
  expect(subnets).toEqual([
    ['eu-west-1c', '10.8.0.0/20'],
    ['eu-west-1a', '10.8.16.0/20'],
    ['eu-west-1b', '10.8.32.0/20'],
  ]);
});
