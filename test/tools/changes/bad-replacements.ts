import { type BadChange, type Draft, type Id, edit, edited, props, set, stage } from './edits';

const DB = 'Architecture/Database/Instance';
const CLUSTER = 'Architecture/Databases/Orders/Cluster';
const GROUP = 'Architecture/Sessions/Group';
const UPLOADS = 'Architecture/Uploads';
const KEY = 'Architecture/Key';
const VOLUME = 'Architecture/Server/DataVolume';
const LATENCY = 'Architecture/RegionRecords/Latency';
const subnets = (letter: string): string => `Architecture/Network/Vpc/DataSubnet${letter}/Subnet`;

/** What replaces, and what AWS refuses. */
export const REPLACED: readonly BadChange[] = [
  props(2, DB, { StorageEncrypted: false }, 'replaced', /because StorageEncrypted changes/),
  props(2, DB, { Port: 5433 }, 'replaced', /because Port changes/),
  props(2, DB, { Port: 5433 }, 'refused-update', /under the name it has/),
  props(2, DB, { DBName: 'other' }, 'replaced', /DBName/),
  props(2, DB, { MasterUsername: 'root' }, 'replaced', /MasterUsername/),
  props(
    2,
    DB,
    { AvailabilityZone: 'us-east-1a', MultiAZ: false },
    'may-replace',
    /MultiAZ changes, and a new and empty one may take its place/,
  ),
  props(5, CLUSTER, { GlobalClusterIdentifier: 'webapp-orders' }, 'replaced', /joins a global database by SourceDBClusterIdentifier/),
  props(5, CLUSTER, { SnapshotIdentifier: 'before' }, 'replaced', /SnapshotIdentifier/),
  props(4, GROUP, { ReplicasPerNodeGroup: 2 }, 'replaced', /ReplicasPerNodeGroup/),
  props(4, GROUP, { Port: 6380 }, 'replaced', /Port/),
  edit(
    4,
    'slots moved without online resharding',
    (draft, id) => {
      set(draft, id(GROUP), { NumNodeGroups: 3 });
      delete draft.Resources[id(GROUP)].UpdatePolicy;
    },
    'replaced',
    GROUP,
    /without UpdatePolicy.UseOnlineResharding/,
  ),
  props(5, 'Architecture/Jobs/Queue', { FifoQueue: true }, 'replaced', /FifoQueue/),
  props(4, UPLOADS, { BucketName: 'uploads' }, 'replaced', /BucketName/),
  props(1, VOLUME, { AvailabilityZone: 'us-east-1b' }, 'refused-update', /another zone/),
  props(1, VOLUME, { Encrypted: false }, 'refused-update', /encryption of a volume/),
  props(1, KEY, { MultiRegion: true }, 'refused-update', /multi-region/),
  props(4, LATENCY, { SetIdentifier: 'other' }, 'refused-update', /changed SetIdentifier/),
  props(
    1,
    'Architecture/DomainRecord',
    { Region: 'us-east-1', SetIdentifier: 'us-east-1' },
    'refused-update',
    /simple record that becomes a latency record/,
  ),
  edit(
    1,
    'a latency record beside a simple one',
    (draft, id) => {
      const simple = draft.Resources[id('Architecture/DomainRecord')];
      draft.Resources.Latency = { ...simple, Properties: { ...simple.Properties, SetIdentifier: 'here', Region: 'us-east-1' } };
    },
    'refused-update',
    'Architecture/DomainRecord',
    /refuses one of several beside it/,
  ),
  props(4, 'Architecture/LoadBalancer/LoadBalancer', { Scheme: 'internal' }, 'refused-update', /target group .* is kept/),
  edit(
    2,
    'a subnet inserted before another',
    (draft, id) => {
      const [second, third] = ['2', '3'].map((letter) => draft.Resources[id(subnets(letter))].Properties.CidrBlock as string);
      draft.Resources.Inserted = {
        Type: 'AWS::EC2::Subnet',
        Properties: { ...draft.Resources[id(subnets('2'))].Properties, CidrBlock: second },
      };
      set(draft, id(subnets('2')), { CidrBlock: third });
    },
    'refused-update',
    'Inserted',
    /addresses overlap/,
  ),
  {
    what: 'the server is replaced while its volume is attached by the template',
    before: () => edited(stage(1), attach),
    after: (before) =>
      edited(before, (draft, id) => {
        set(draft, id('Architecture/Server/Instance'), { SubnetId: 'subnet-0123456789abcdef0' });
      }),
    caught: ['refused-update', 'Attached', /already in use/],
  },
];

function attach(draft: Draft, id: Id): void {
  const [server, volume] = [id('Architecture/Server/Instance'), id(VOLUME)];
  const Properties = { Device: '/dev/sdf', InstanceId: { Ref: server }, VolumeId: { Ref: volume } };
  draft.Resources.Attached = { Type: 'AWS::EC2::VolumeAttachment', Properties };
}
