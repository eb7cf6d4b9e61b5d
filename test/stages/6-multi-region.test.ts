import * as fc from 'fast-check';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Regions } from '../../lib';
import { since } from '../support/snapshot';
import { DOMAIN, type Resource, ofType, resourcesOf, satellites, synthesize } from '../support/synth';

const two = synthesize({ stage: 6, ...DOMAIN, regions: 'us-east-1,eu-west-1' });
const three = synthesize({ stage: 6, ...DOMAIN, regions: 'us-east-1,eu-west-1,ap-southeast-2' });
const [secondary] = two.further;
const there = Template.fromStack(secondary.stack);

/** Templates of all stacks by name. */
function templates({ primary, app }: typeof two): Record<string, Record<string, Resource>> {
  const stacks = [primary, ...satellites({ ...two, primary, app })];
  return Object.fromEntries(stacks.map((stack) => [stack.stackName, resourcesOf(Template.fromStack(stack))]));
}

test('stage 6: what the primary stack adds to stage 5 and changes', () => {
  expect(since(synthesize({ stage: 5, ...DOMAIN }).template, two.template)).toMatchSnapshot();
});

test('stacks are deployed in order: storage and certificate, founding region, further regions', () => {
  const order = two.app.synth().stacks.map(({ stackName }) => stackName);
  expect(order.slice(0, 2).sort()).toEqual(['webapp-eu-west-1-storage', 'webapp-us-east-1-edge']);
  expect(order.slice(2)).toEqual(['webapp-us-east-1', 'webapp-eu-west-1']);
});

test('references between stacks go one way, and none is an export', () => {
  const order = three.app.synth().stacks.map(({ stackName }) => stackName);
  for (const { stackName, template } of three.app.synth().stacks) {
    const text = JSON.stringify(template);
    expect(text).not.toMatch(/Fn::ImportValue|"Export"/);
    for (const [, read] of text.matchAll(/"Fn::GetStackOutput":\{"StackName":"([^"]+)"/g)) {
      expect(order.indexOf(read)).toBeLessThan(order.indexOf(stackName));
    }
  }
});

test('the founding cluster is taken into the global database; it never joins by the member property', () => {
  const globals = Object.values(ofType(two.resources, 'AWS::RDS::GlobalCluster'));
  expect(globals.map(({ Properties }) => Properties.GlobalClusterIdentifier)).toEqual([
    ...['webapp-products', 'webapp-orders', 'webapp-users-0', 'webapp-users-1'],
  ]);
  for (const { Properties, DeletionPolicy } of globals) {
    expect(Properties.SourceDBClusterIdentifier).toBeDefined();
    expect([DeletionPolicy, Properties.DeletionProtection]).toEqual(['RetainExceptOnCreate', true]);
  }
  for (const { Properties } of Object.values(ofType(two.resources, 'AWS::RDS::DBCluster')))
    expect(Properties).not.toHaveProperty('GlobalClusterIdentifier');
});

test('a secondary has no master credentials, no database name, and the key of its own region', () => {
  const clusters = Object.values(ofType(resourcesOf(there), 'AWS::RDS::DBCluster'));
  expect(clusters).toHaveLength(4);
  for (const { Properties, DeletionPolicy } of clusters) {
    for (const name of ['MasterUsername', 'MasterUserPassword', 'DatabaseName', 'SnapshotIdentifier'])
      expect(Properties).not.toHaveProperty(name);
    expect(Properties.KmsKeyId['Fn::GetStackOutput'].StackName).toBe('webapp-eu-west-1-storage');
    expect(Properties).toMatchObject({ StorageEncrypted: true, EnableGlobalWriteForwarding: true, DeletionProtection: true });
    expect(DeletionPolicy).toBe('RetainExceptOnCreate');
  }
});

test('secrets go to the further region by name, with the key of that region; nothing is created there under the name', () => {
  const replicated = Object.values(ofType(two.resources, 'AWS::SecretsManager::Secret')).filter(
    ({ Properties }) => Properties.ReplicaRegions,
  );
  expect(replicated.map(({ Properties }) => Properties.Name).sort()).toEqual([
    'webapp/orders',
    'webapp/origin',
    'webapp/products',
    'webapp/users/0',
    'webapp/users/1',
  ]);
  for (const { Properties } of replicated) expect(Properties.ReplicaRegions).toEqual([{ Region: 'eu-west-1', KmsKeyId: 'alias/webapp' }]);
  const own = Object.values(ofType(resourcesOf(there), 'AWS::SecretsManager::Secret')).map(({ Properties }) => Properties.Name);
  expect(own.sort()).toEqual(['webapp/cache', 'webapp/sessions']);
});

test('connections end within a minute, so that the CDN hears of another region', () => {
  for (const resources of [two.resources, resourcesOf(there)]) {
    const [balancer] = Object.values(ofType(resources, 'AWS::ElasticLoadBalancingV2::LoadBalancer'));
    expect(balancer.Properties.LoadBalancerAttributes).toContainEqual({ Key: 'client_keep_alive.seconds', Value: '60' });
  }
});

test('no two regions share a CIDR, a set identifier or a cluster name', () => {
  const all = Object.values(templates(three)).flatMap((resources) => Object.values(resources));
  const values = (type: string, name: string): unknown[] =>
    all.filter(({ Type, Properties }) => Type === type && name in Properties).map(({ Properties }) => Properties[name]);
  for (const [type, name] of [
    ['AWS::EC2::VPC', 'CidrBlock'],
    ['AWS::Route53::RecordSet', 'SetIdentifier'],
    ['AWS::RDS::DBCluster', 'DBClusterIdentifier'],
  ]) {
    const found = values(type, name);
    expect(found.length).toBeGreaterThanOrEqual(3);
    expect(new Set(found).size).toBe(found.length);
  }
});

test('adding a third region changes nothing in what exists but lists of regions', () => {
  const [before, after] = [templates(two), templates(three)];
  for (const [stack, resources] of Object.entries(before)) {
    const changed = Object.keys(resources).filter((id) => JSON.stringify(after[stack][id]) !== JSON.stringify(resources[id]));
    const allowed = [
      'AWS::SecretsManager::Secret',
      'AWS::SSM::Document',
      'AWS::S3::Bucket',
      'AWS::IAM::Policy',
      'AWS::CloudWatch::CompositeAlarm',
      'AWS::FIS::ExperimentTemplate',
    ];
    expect(changed.filter((id) => !allowed.includes(resources[id].Type))).toEqual([]);
    for (const id of changed.filter((one) => resources[one].Type === 'AWS::S3::Bucket')) {
      expect({ ...after[stack][id].Properties, ReplicationConfiguration: 0 }).toEqual({
        ...resources[id].Properties,
        ReplicationConfiguration: 0,
      });
    }
  }
});

test('from stage 5 to 6 the founding region only gains, and changes nothing that holds data but where it is copied to', () => {
  const before = synthesize({ stage: 5, ...DOMAIN }).resources;
  // Nothing comes after stage 6, so what told when to climb leaves.
  const told = /^AWS::(CloudWatch::(Composite)?Alarm|CloudFront::MonitoringSubscription)$/;
  const gone = (id: string): boolean => !(id in two.resources);
  expect(Object.keys(before).filter((id) => gone(id) && !told.test(before[id].Type))).toEqual([]);
  const changed = Object.keys(before).filter((id) => !gone(id) && JSON.stringify(two.resources[id]) !== JSON.stringify(before[id]));
  // Groups wait for one setting more.
  expect([...new Set(changed.map((id) => before[id].Type))].sort()).toEqual([
    ...[
      'AWS::AutoScaling::AutoScalingGroup',
      'AWS::CloudFront::Distribution',
      'AWS::CloudWatch::CompositeAlarm',
      'AWS::CloudWatch::Dashboard',
      'AWS::Route53::RecordSet',
      'AWS::S3::Bucket',
      'AWS::SecretsManager::Secret',
    ],
  ]);
});

test('uploads are copied both ways, with their deletions, with metrics, and each under the key of its region', () => {
  for (const [resources, targets] of [
    [two.resources, ['webapp-copy-']],
    [resourcesOf(there), ['webapp-uploads-', 'webapp-copy-']],
  ] as const) {
    const [bucket] = Object.values(ofType(resources, 'AWS::S3::Bucket')).filter(({ Properties }) => Properties.ReplicationConfiguration);
    const rules = bucket.Properties.ReplicationConfiguration.Rules as {
      DeleteMarkerReplication: unknown;
      Destination: Record<string, unknown>;
    }[];
    expect(rules).toHaveLength(targets.length);
    rules.forEach(({ DeleteMarkerReplication, Destination }, index) => {
      expect(JSON.stringify(Destination.Bucket)).toContain(targets[index]);
      expect(Destination).toMatchObject({
        Metrics: { Status: 'Enabled' },
        EncryptionConfiguration: { ReplicaKmsKeyID: expect.anything() },
      });
      expect(DeleteMarkerReplication).toEqual({ Status: 'Enabled' });
    });
  }
});

test('each region is asked by its own address whether it is ready; an answer needs no secret there and only there', () => {
  for (const [region, template] of [
    ['us-east-1', two.template],
    ['eu-west-1', there],
  ] as const) {
    template.hasResourceProperties('AWS::Route53::HealthCheck', {
      HealthCheckConfig: Match.objectLike({
        Type: 'HTTPS',
        FullyQualifiedDomainName: `${region}.origin.example.com`,
        ResourcePath: '/readyz',
      }),
    });
    template.hasResourceProperties('AWS::Route53::RecordSet', {
      ...{ Name: 'balancer.origin.example.com.', Region: region, SetIdentifier: region, HealthCheckId: Match.anyValue() },
      AliasTarget: Match.objectLike({ EvaluateTargetHealth: true }),
    });
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::ListenerRule', {
      Priority: 5,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/readyz'] } }],
    });
  }
  synthesize({ stage: 5, ...DOMAIN }).template.resourceCountIs('AWS::ElasticLoadBalancingV2::ListenerRule', 1);
});

test('CloudFront stays the one front door, and reads uploads from their copy when the first bucket cannot answer', () => {
  there.resourceCountIs('AWS::CloudFront::Distribution', 0);
  two.template.hasResourceProperties('AWS::CloudFront::Distribution', {
    DistributionConfig: Match.objectLike({
      OriginGroups: Match.objectLike({
        Items: Match.arrayWith([
          Match.objectLike({ Members: { Quantity: 2, Items: [{ OriginId: 'Uploads' }, { OriginId: 'UploadsCopy' }] } }),
        ]),
      }),
    }),
  });
});

test('a copy keeps backups as long as the founding cluster: after a failover they are the ones that count', () => {
  const copies = Object.values(ofType(resourcesOf(Template.fromStack(two.further[0].stack)), 'AWS::RDS::DBCluster'));
  expect(copies.map(({ Properties }) => Properties.BackupRetentionPeriod as number)).toEqual(copies.map(() => 14));
});

test('shards beyond the eighth continue in stacks of each region, the founding one first', () => {
  const many = synthesize({ stage: 6, ...DOMAIN, regions: 'us-east-1,eu-west-1', shards: '20' });
  const [copies] = many.further[0].architecture.secondary!.shardStacks;
  expect(copies.dependencies.map(({ stackName }) => stackName)).toContain('webapp-us-east-1-shards-1');
});

test('IAM of web, worker, replication and failover roles, action by action', () => {
  const rows = Object.entries(two.resources)
    .filter(
      ([id, { Type }]) => Type === 'AWS::IAM::Policy' && /ServersRole|WorkerIdentityRole|FailoverRole|UploadsReplicationRole/.test(id),
    )
    .flatMap(([id, { Properties }]) =>
      (Properties.PolicyDocument.Statement as { Action: string | string[]; Resource: unknown; Condition?: unknown }[]).flatMap(
        ({ Action, Resource, Condition }) =>
          [Action]
            .flat()
            .map(
              (action) =>
                `${id.replace(/^Architecture|RoleDefaultPolicy[0-9A-F]{8}$/g, '')}: ${action}${Resource === '*' ? ' on *' : ''}${Condition ? ' if …' : ''}`,
            ),
      ),
    );
  expect(rows.sort()).toMatchSnapshot();
});

test('random lists of regions: a template for each, with addresses of its own', () => {
  const regions = fc.uniqueArray(fc.constantFrom(...Regions.ALL.filter((region) => region !== 'us-west-1')), {
    minLength: 2,
    maxLength: 5,
  });
  for (const some of fc.sample(regions, { numRuns: 3, seed: 6 })) {
    const { further } = synthesize({ stage: 6, ...DOMAIN, regions: some.join(',') });
    expect(further.map(({ stack }) => stack.region)).toEqual(some.slice(1));
  }
});
