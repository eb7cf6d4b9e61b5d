import { type AllowList } from '../../../tools/changes/allow-list';
import { compareStacks } from '../../../tools/changes/compare';
import { Effect, Verdict } from '../../../tools/changes/model';
import type { StackTemplate, Template } from '../../../tools/shared/template';
import { edited, founding, idOf, remove, set, stage } from './edits';

const stack = (Resources: Template['Resources'], more: Partial<Template> = {}): StackTemplate[] => [
  { name: 'one', region: 'us-east-1', template: { ...more, Resources } },
];

/** Changes that look like the bad ones and are none. */
const HARMLESS: readonly (readonly [what: string, number: number, path: string, properties: Record<string, unknown>])[] = [
  ['more backups', 2, 'Architecture/Database/Instance', { BackupRetentionPeriod: 30 }],
  ['another class', 2, 'Architecture/Database/Instance', { DBInstanceClass: 'db.r7g.xlarge' }],
  ['one zone instead of two', 2, 'Architecture/Database/Instance', { MultiAZ: false }],
  ['another time for maintenance', 2, 'Architecture/Database/Instance', { PreferredMaintenanceWindow: 'sun:03:00-sun:04:00' }],
  ['more storage', 2, 'Architecture/Database/Instance', { AllocatedStorage: '200' }],
  ['a larger volume', 1, 'Architecture/Server/DataVolume', { Size: 100 }],
  ['a text instead of a truth value', 1, 'Architecture/Server/DataVolume', { Encrypted: 'true' }],
  ['another description of the key', 1, 'Architecture/Key', { Description: 'the key' }],
  ['a longer way to deletion of the key', 1, 'Architecture/Key', { PendingWindowInDays: 30 }],
  ['another size of server', 1, 'Architecture/Server/Instance', { InstanceType: 't4g.large' }],
  ['a health check', 4, 'Architecture/RegionRecords/Latency', { HealthCheckId: 'abc' }],
  ['more slots, online', 4, 'Architecture/Sessions/Group', { NumNodeGroups: 3 }],
  ['more snapshots', 4, 'Architecture/Sessions/Group', { SnapshotRetentionLimit: 14 }],
  ['a larger node', 4, 'Architecture/Sessions/Group', { CacheNodeType: 'cache.r7g.large' }],
  ['jobs that wait longer', 5, 'Architecture/Jobs/Queue', { MessageRetentionPeriod: 1_209_600 }],
  ['another time-out', 5, 'Architecture/Jobs/Queue', { VisibilityTimeout: 900 }],
  ['a description of a secret', 5, 'Architecture/Databases/Orders/Master', { Description: 'orders' }],
  ['more capacity', 5, 'Architecture/Databases/Orders/Cluster', { ServerlessV2ScalingConfiguration: { MinCapacity: 1, MaxCapacity: 64 } }],
  ['no lifecycle rules', 4, 'Architecture/Uploads', { LifecycleConfiguration: undefined }],
  ['another subnet for the load balancer', 4, 'Architecture/LoadBalancer/LoadBalancer', { Subnets: ['subnet-1', 'subnet-2'] }],
];

test.each(HARMLESS)('no risk: %s', (_, number, path, properties) => {
  const before = stage(number);
  const { risks, changes } = compareStacks(
    before,
    edited(before, (draft, id) => {
      set(draft, id(path), properties);
    }),
  );
  expect(risks.filter(({ allowed }) => allowed === undefined)).toEqual([]);
  expect(changes.filter(({ verdict }) => verdict === Verdict.REPLACED)).toEqual([]);
});

test('no risk: a custom resource whose code nobody calls, because only policies change or it is retained', () => {
  const seeded = edited(stage(1), (draft) => {
    draft.Resources.Seed = { Type: 'Custom::Seed', Properties: { ServiceToken: 'arn' }, DeletionPolicy: 'Delete' };
  });
  const kept = edited(seeded, (draft) => {
    draft.Resources.Seed.DeletionPolicy = 'Retain';
  });
  expect(compareStacks(seeded, kept).risks).toEqual([]);
  expect(compareStacks(kept, stage(1)).risks).toEqual([]);
  expect(compareStacks(seeded, stage(1)).risks).toMatchObject([{ rule: 'custom-resource' }]);
});

test('no risk: snapshots of volumes end with the last volume, although a server stays', () => {
  const leaving = ['Architecture/Server/Snapshots/Policy', 'Architecture/Server/DataVolume'];
  const without = (paths: readonly string[]): readonly string[] => {
    const after = edited(stage(1), (draft, id) => {
      for (const path of paths) remove(draft, id(path));
    });
    return compareStacks(stage(1), after).risks.flatMap(({ path, rule }) => (path === leaving[0] ? rule : []));
  };
  expect([without(leaving), without(leaving.slice(0, 1))]).toEqual([[], ['weaker-backup']]);
});

test('a false alarm stays in sight, with its reason', () => {
  const before = stage(2);
  const { changes, risks } = compareStacks(
    before,
    edited(before, (draft, id) => {
      set(draft, id('Architecture/Database/Instance'), { MultiAZ: false });
    }),
  );
  expect(changes).toMatchObject([{ verdict: Verdict.CHANGED, properties: [{ property: 'MultiAZ', effect: Effect.IN_PLACE }] }]);
  expect(risks).toMatchObject([{ rule: 'may-replace', property: 'MultiAZ', allowed: expect.stringContaining('standby') as string }]);
});

test('what holds data and is retained leaves without a risk, and with its fate; a new one of another name is no rename', () => {
  const { changes, risks } = compareStacks(stage(4), stage(5));
  expect(risks.filter(({ rule }) => rule !== 'not-in-one-step')).toEqual([]);
  const fate = new Map(changes.filter(({ holdsData }) => holdsData).map((change) => [change.path, change.fate]));
  expect(fate.get('Architecture/Database/Instance')).toBe('retained');
  expect(fate.get('Architecture/Database/Master')).toBe('retained');
  expect(fate.has('Architecture/Database/Replica1/Instance')).toBe(false);
});

test('what only the CDK writes, and the order of work, is no change', () => {
  const before = stage(2);
  const after = edited(before, (draft) => {
    for (const resource of Object.values(draft.Resources)) resource.Metadata = { 'aws:cdk:path': 'elsewhere' };
    draft.Resources.CDKMetadata = { Type: 'AWS::CDK::Metadata', Properties: { Analytics: 'x' } };
    for (const resource of Object.values(draft.Resources)) resource.DependsOn = [...(resource.DependsOn ?? [])].reverse();
  });
  expect(compareStacks(before, after)).toEqual({ changes: [], risks: [] });
});

test('a stack that is left out of the deployment is not touched, and says so', () => {
  const { changes, risks } = compareStacks(stage(6), stage(5));
  const gone = changes.filter((change) => change.stack === 'webapp-eu-west-1-storage');
  expect(gone.map(({ fate }) => fate)).toEqual(gone.map(() => 'retained'));
  expect(gone[0].because).toEqual([expect.stringContaining('it stays until somebody deletes it') as string]);
  const said = risks.filter((risk) => risk.stack === 'webapp-eu-west-1-storage');
  expect(said.map(({ rule }) => rule)).toEqual(['stack-left']);
  expect(said[0].message).toContain('no deploy deletes or updates it, Storage/Key and 1 more that hold data stay in it');
});

const group = (properties: Record<string, string>): Template['Resources'] => ({
  Group: { Type: 'AWS::RDS::DBSubnetGroup', Properties: { DBSubnetGroupName: 'old', ...properties } },
});
const database = (name: Template['Resources'][string]['Properties']): Template['Resources'] => ({
  Data: { Type: 'AWS::RDS::DBCluster', DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain', Properties: name },
});

test.each([
  ['Ref', { Ref: 'Group' }],
  ['Fn::GetAtt', { 'Fn::GetAtt': ['Group', 'Name'] }],
  ['Fn::GetAtt as a text', { 'Fn::GetAtt': 'Group.Name' }],
  ['Fn::Join', { 'Fn::Join': ['-', ['a', { Ref: 'Group' }]] }],
  ['Fn::Sub', { 'Fn::Sub': 'a-${Group}' }],
  ['Fn::Sub of an attribute', { 'Fn::Sub': 'a-${Group.Name}' }],
  ['Fn::Sub with variables', { 'Fn::Sub': ['a-${X}', { X: { Ref: 'Group' } }] }],
  ['Fn::If', { 'Fn::If': ['IsNew', { Ref: 'Group' }, 'b'] }],
  ['Fn::Select', { 'Fn::Select': [0, { 'Fn::Split': ['/', { Ref: 'Group' }] }] }],
])('a replacement is carried through %s', (_, value) => {
  const of = (name: string): StackTemplate[] => stack({ ...group({ DBSubnetGroupName: name }), ...database({ DBSubnetGroupName: value }) });
  const { risks, changes } = compareStacks(of('old'), of('new'));
  expect(risks).toMatchObject([{ rule: 'replaced', logicalId: 'Data', property: 'DBSubnetGroupName' }]);
  expect(changes.find(({ logicalId }) => logicalId === 'Data')?.because).toEqual(['Group is replaced: DBSubnetGroupName']);
  expect(compareStacks(of('old'), of('old'))).toEqual({ changes: [], risks: [] });
});

test('not through a text that only looks like a reference, nor where a property changes in place', () => {
  const of = (name: string): StackTemplate[] =>
    stack({
      ...group({ DBSubnetGroupName: name }),
      ...database({ DBSubnetGroupName: { 'Fn::Sub': ['${Group}-${!Group}', { Group: 'own' }] }, EngineVersion: { Ref: 'Group' } }),
    });
  const { risks, changes } = compareStacks(of('old'), of('new'));
  expect(risks).toEqual([]);
  expect(changes.find(({ logicalId }) => logicalId === 'Data')).toMatchObject({ verdict: Verdict.CHANGED });
});

test('over three resources and two stacks, with the outermost cause first', () => {
  const of = (zone: string): StackTemplate[] => [
    {
      name: 'ground',
      template: {
        Resources: group({ DBSubnetGroupName: zone }),
        Outputs: { Name: { Value: { Ref: 'Group' } } },
      },
    },
    {
      name: 'data',
      template: { Resources: database({ DBSubnetGroupName: { 'Fn::GetStackOutput': { StackName: 'ground', OutputName: 'Name' } } }) },
    },
  ];
  const { changes } = compareStacks(of('a'), of('b'));
  expect(changes.find(({ stack: name }) => name === 'data')).toMatchObject({
    verdict: Verdict.REPLACED,
    because: ['Group is replaced: DBSubnetGroupName'],
  });
});

test('a server follows the latest version of its launch template, and not the default one', () => {
  const of = (attribute: string, type: string): StackTemplate[] =>
    stack({
      Template: { Type: 'AWS::EC2::LaunchTemplate', Properties: { LaunchTemplateData: { InstanceType: type } } },
      Server: { Type: 'AWS::EC2::Instance', Properties: { LaunchTemplate: { Version: { 'Fn::GetAtt': ['Template', attribute] } } } },
    });
  const verdict = (attribute: string): Verdict | undefined =>
    compareStacks(of(attribute, 'a'), of(attribute, 'b')).changes.find(({ logicalId }) => logicalId === 'Server')?.verdict;
  expect(verdict('LatestVersionNumber')).toBe(Verdict.REPLACED);
  expect(verdict('DefaultVersionNumber')).toBeUndefined();
});

const volume = (before: StackTemplate[]): StackTemplate[] =>
  edited(before, (draft, id) => {
    set(draft, id('Architecture/Server/DataVolume'), { AvailabilityZone: 'us-east-1b' });
  });

test.each<[string, AllowList, boolean]>([
  ['rule and path', [{ rule: 'refused-update', path: 'Architecture/Server/*', reason: 'seen' }], true],
  ['logical id', [{ rule: 'refused-update', path: idOf(founding(stage(1)), 'Architecture/Server/DataVolume'), reason: 'seen' }], true],
  [
    'type and property',
    [{ rule: 'refused-update', path: '*', type: 'AWS::EC2::Volume', property: 'AvailabilityZone', reason: 'seen' }],
    true,
  ],
  ['another rule', [{ rule: 'replaced', path: '*', reason: 'seen' }], false],
  ['another path', [{ rule: 'refused-update', path: 'Architecture/Server', reason: 'seen' }], false],
  ['another property', [{ rule: 'refused-update', path: '*', property: 'Size', reason: 'seen' }], false],
])('an allowance fits by %s', (_, list, fits) => {
  const { risks } = compareStacks(stage(1), volume(stage(1)), list);
  expect(risks).toMatchObject([{ rule: 'refused-update', ...(fits && { allowed: 'seen' }) }]);
  expect('allowed' in risks[0]).toBe(fits);
});

test('an allowance without a reason is refused', () => {
  const list = [{ rule: 'replaced', path: 'Data', reason: ' ' }];
  expect(() => compareStacks([], [], list)).toThrow('allowance for replaced at Data has no reason: write why it is no risk');
});

test('a template that only CloudFormation can expand is refused', () => {
  const loop = stack({ 'Fn::ForEach::Buckets': ['Name', ['a', 'b'], {}] } as unknown as Template['Resources']);
  expect(() => compareStacks(loop, loop)).toThrow('Fn::ForEach::Buckets in one has no type: compare the processed template');
});

test('the inputs stay as they are', () => {
  const [before, after] = [stage(4), stage(5)];
  const texts = [before, after].map((stacks) => JSON.stringify(stacks));
  compareStacks(before, after);
  compareStacks(
    before,
    edited(before, (draft, id) => {
      remove(draft, id('Architecture/Cache/Secret'));
    }),
  );
  expect([before, after].map((stacks) => JSON.stringify(stacks))).toEqual(texts);
});
