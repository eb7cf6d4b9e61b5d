import { Match } from 'aws-cdk-lib/assertions';
import { EvictionPolicy, Valkey } from '../../../../lib';
import { ground, templateOf } from '../../../support/construct';
import { ofType, resourcesOf } from '../../../support/synth';

function valkey(eviction = EvictionPolicy.ALL_KEYS_LRU, shards?: number) {
  const base = ground();
  const { stack, vpc, key, dataSubnets, identity } = base;
  const construct = new Valkey(stack, 'Cache', {
    name: 'webapp/cache',
    description: 'Valkey cache',
    eviction,
    vpc,
    subnets: dataSubnets,
    key,
    shards,
  });
  construct.admit(identity);
  return { construct, template: templateOf(base) };
}

const { template } = valkey();

test('what would replace the group is final at birth: engine, cluster mode, TLS, encryption, port, replicas', () => {
  template.hasResourceProperties('AWS::ElastiCache::ReplicationGroup', {
    Engine: 'valkey',
    ClusterMode: 'enabled',
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

test('shards are resharded online: without the update policy another number replaces the group', () => {
  template.hasResource('AWS::ElastiCache::ReplicationGroup', { UpdatePolicy: { UseOnlineResharding: true } });
  valkey(EvictionPolicy.ALL_KEYS_LRU, 4).template.hasResourceProperties('AWS::ElastiCache::ReplicationGroup', { NumNodeGroups: 4 });
});

test.each([EvictionPolicy.ALL_KEYS_LRU, EvictionPolicy.NO_EVICTION])(
  '%s is set by a parameter group of its own, in cluster mode',
  (policy) => {
    valkey(policy).template.hasResourceProperties('AWS::ElastiCache::ParameterGroup', {
      CacheParameterGroupFamily: 'valkey8',
      Properties: { 'cluster-enabled': 'yes', 'maxmemory-policy': policy },
    });
  },
);

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
  expect(() => valkey(EvictionPolicy.NO_EVICTION, shards)).toThrow(`shards ${shards} is not possible: a Valkey group has 1 to 500`);
});
