import * as fc from 'fast-check';
import { Match } from 'aws-cdk-lib/assertions';
import { ShardMap, ShardStrategy } from '../../lib';
import { since } from '../support/snapshot';
import { type Resource, ofType, synthesize } from '../support/synth';

const { template, resources, architecture } = synthesize({ stage: 5 });

test('stage 5: what the primary stack adds to stage 4 and changes', () => {
  expect(since(synthesize({ stage: 4 }).template, template)).toMatchSnapshot();
});

test('the core database of stages 2 to 4 is not part of a fresh stage 5', () => {
  expect(architecture.database).toBeUndefined();
  expect(Object.values(ofType(resources, 'AWS::RDS::DBInstance')).every(({ Properties }) => 'DBClusterIdentifier' in Properties)).toBe(
    true,
  );
});

test('two shards by default, as many as -c shards says otherwise', () => {
  const users = (context: object): number | undefined => synthesize({ stage: 5, ...context }).architecture.databases?.shards.length;
  expect([users({}), users({ shards: '1' }), users({ shards: '16' })]).toEqual([2, 1, 16]);
});

test('the shard map that the application reads is the one of the template', () => {
  template.hasResourceProperties('AWS::SSM::Parameter', { Name: '/webapp/config/shards/map', Value: ShardMap.range(2).toText() });
});

test('one shard more changes nothing in what exists but the map', () => {
  const three = synthesize({ stage: 5, shards: '3' }).resources;
  // What a server waits for changes nothing in a server that is there.
  const said = (resource: Resource): string => JSON.stringify({ ...resource, DependsOn: undefined });
  const changed = Object.keys(resources).filter((id) => said(three[id]) !== said(resources[id]));
  // The loss of a zone, as a drill, is allowed to touch the new cluster, too.
  expect(changed.map((id) => resources[id].Properties.Name ?? id.replace(/[0-9A-F]{8}$/, ''))).toEqual([
    '/webapp/config/shards/map',
    'ArchitectureDrillsLoseZoneRoleDefaultPolicy',
  ]);
});

test('the web role may only send jobs and count them, the worker role only receive them', () => {
  const actions = (role: string): string[] =>
    Object.entries(ofType(resources, 'AWS::IAM::Policy'))
      .filter(([id]) => id.includes(role))
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement as { Action: string | string[] }[])
      .flatMap(({ Action }) => Action)
      .filter((action) => action.startsWith('sqs:'));
  expect(actions('ServersRole').sort()).toEqual(['sqs:GetQueueAttributes', 'sqs:SendMessage']);
  expect(actions('WorkerIdentityRole').sort()).toEqual(['sqs:ChangeMessageVisibility', 'sqs:DeleteMessage', 'sqs:ReceiveMessage']);
});

test('workers reach the databases, and nothing reaches the workers', () => {
  const rules = Object.values(ofType(resources, 'AWS::EC2::SecurityGroupIngress')).map(({ Properties }) => [
    Properties.GroupId['Fn::GetAtt'][0],
    Properties.SourceSecurityGroupId?.['Fn::GetAtt'][0],
  ]);
  const worker = expect.stringContaining('WorkerIdentitySecurityGroup');
  expect(rules).toContainEqual([expect.stringContaining('DatabasesGroundSecurityGroup'), worker]);
  expect(rules.filter(([group]) => String(group).includes('WorkerIdentity'))).toEqual([]);
  template.hasResourceProperties('AWS::EC2::SecurityGroup', { GroupDescription: 'Workers', SecurityGroupIngress: Match.absent() });
});

test('random numbers of shards and strategies: a template in which every user has a shard', () => {
  const shards = fc.integer({ min: 1, max: 24 });
  const strategies = fc.constantFrom(...Object.values(ShardStrategy));
  for (const [count, strategy] of fc.sample(fc.tuple(shards, strategies), { numRuns: 5, seed: 5 })) {
    const { architecture: one } = synthesize({ stage: 5, shards: String(count), sharding: strategy });
    expect(one.databases?.shards).toHaveLength(count);
  }
});
