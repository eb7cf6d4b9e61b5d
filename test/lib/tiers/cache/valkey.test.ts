import { Match } from 'aws-cdk-lib/assertions';
import { ClusterMode, EvictionPolicy, Valkey, type ValkeyOptions } from '../../../../lib';
import { ground, templateOf } from '../../../support/construct';
import { ofType, resourcesOf } from '../../../support/synth';

function valkey(eviction = EvictionPolicy.ALL_KEYS_LRU, options: ValkeyOptions = {}) {
  const base = ground();
  const { stack, vpc, key, dataSubnets, identity } = base;
  const construct = new Valkey(stack, 'Cache', {
    name: 'webapp/cache',
    description: 'Valkey cache',
    eviction,
    vpc,
    subnets: dataSubnets,
    key,
    ...options,
  });
  construct.admit(identity);
  return { stack, construct, template: templateOf(base) };
}

const { template } = valkey();

test('what would replace the group is final at birth: engine, TLS, encryption, port, replicas', () => {
  template.hasResourceProperties('AWS::ElastiCache::ReplicationGroup', {
    Engine: 'valkey',
    TransitEncryptionEnabled: true,
    AtRestEncryptionEnabled: true,
    KmsKeyId: Match.anyValue(),
    Port: 6379,
    ReplicasPerNodeGroup: 1,
    AutomaticFailoverEnabled: true,
    MultiAZEnabled: true,
    AuthToken: Match.anyValue(),
  });
});

test('every client of Redis speaks it: one shard without cluster mode, a replica that takes over, the endpoint of the primary', () => {
  template.hasResourceProperties('AWS::ElastiCache::ReplicationGroup', {
    ClusterMode: 'disabled',
    NumNodeGroups: 1,
    ReplicasPerNodeGroup: 1,
  });
  const { stack, construct } = valkey();
  expect(JSON.stringify(stack.resolve(construct.endpoint))).toContain('PrimaryEndPoint.Address');
});

test('cluster mode is a choice, and AWS has a way into it in which nothing but the parameter group changes', () => {
  const modes = [ClusterMode.DISABLED, ClusterMode.COMPATIBLE, ClusterMode.ENABLED];
  const groups = modes.map((clusterMode) => {
    const { stack, construct, template: made } = valkey(EvictionPolicy.NO_EVICTION, { clusterMode });
    const [[id, { Properties }]] = Object.entries(ofType(resourcesOf(made), 'AWS::ElastiCache::ReplicationGroup'));
    const { ClusterMode: mode, CacheParameterGroupName: parameters, ...others } = Properties;
    return { id, mode, parameters: parameters.Ref as string, others, endpoint: JSON.stringify(stack.resolve(construct.endpoint)) };
  });
  expect(groups.map(({ mode }) => mode)).toEqual(modes);
  expect(groups[1].others).toEqual(groups[0].others);
  expect(groups[2].others).toEqual(groups[0].others);
  expect(new Set(groups.map(({ id }) => id)).size).toBe(1);
  expect(groups[1].parameters).not.toBe(groups[0].parameters);
  expect(groups[2].parameters).toBe(groups[1].parameters);
  expect(groups[1].endpoint).toBe(groups[0].endpoint);
  expect(groups[2].endpoint).toContain('ConfigurationEndPoint.Address');
});

test('shards without cluster mode are refused', () => {
  expect(() => valkey(EvictionPolicy.NO_EVICTION, { shards: 2 })).toThrow('shards 2 needs a Valkey group in cluster mode');
});

test('shards are resharded online: without the update policy another number replaces the group', () => {
  template.hasResource('AWS::ElastiCache::ReplicationGroup', { UpdatePolicy: { UseOnlineResharding: true } });
  const { template: four } = valkey(EvictionPolicy.ALL_KEYS_LRU, { shards: 4, clusterMode: ClusterMode.ENABLED });
  four.hasResourceProperties('AWS::ElastiCache::ReplicationGroup', { NumNodeGroups: 4 });
});

test.each([EvictionPolicy.ALL_KEYS_LRU, EvictionPolicy.NO_EVICTION])('%s is set by a parameter group of its own', (policy) => {
  valkey(policy).template.hasResourceProperties('AWS::ElastiCache::ParameterGroup', {
    CacheParameterGroupFamily: 'valkey8',
    Properties: { 'cluster-enabled': 'no', 'maxmemory-policy': policy },
  });
});

test('only admitted servers reach it', () => {
  const rules = Object.values(ofType(resourcesOf(template), 'AWS::EC2::SecurityGroupIngress'));
  expect(rules.map(({ Properties }) => [Properties.FromPort, Properties.SourceSecurityGroupId['Fn::GetAtt'][0]])).toEqual([
    [6379, expect.stringMatching(/^ServersSecurityGroup/)],
  ]);
});

test('a snapshot remains when it leaves', () => {
  template.hasResource('AWS::ElastiCache::ReplicationGroup', { DeletionPolicy: 'Snapshot', UpdateReplacePolicy: 'Snapshot' });
});

test.each([0, 501, 1.5])('%p shards are refused', (shards) => {
  expect(() => valkey(EvictionPolicy.NO_EVICTION, { shards })).toThrow(`shards ${shards} is not possible: a Valkey group has 1 to 500`);
});
