import { type BadChange, type Draft, type Id, edit, edited, rename, set, stage, founding, idOf, remove } from './edits';

const CLUSTER = 'Architecture/Databases/Orders/Cluster';
const SECRET = 'Architecture/Databases/Orders/Master';
const GROUP = 'Architecture/Sessions/Group';
const UPLOADS = 'Architecture/Uploads';
const KEY = 'Architecture/Key';
const VOLUME = 'Architecture/Server/DataVolume';
const userNameFromSecret = (draft: Draft, id: Id): void => {
  const name = { 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: id(SECRET) }, ':SecretString:username::}}']] };
  set(draft, id(CLUSTER), { MasterUsername: undefined, DatabaseName: name });
};

/** Ids, policies, and what is carried by references. */
export const IDENTITY: readonly BadChange[] = [
  edit(
    5,
    'a database is renamed',
    (draft, id) => {
      rename(draft, id(CLUSTER), 'OrdersCluster');
    },
    'name-taken',
    CLUSTER,
    /belongs to .*Orders.* retained and keeps it/,
  ),
  edit(
    5,
    'a queue is renamed',
    (draft, id) => {
      rename(draft, id('Architecture/Jobs/Queue'), 'Jobs');
    },
    'renamed',
    'Architecture/Jobs/Queue',
    /become Jobs: another id .* stays behind/,
  ),
  edit(
    3,
    'a volume is renamed',
    (draft, id) => {
      rename(draft, id(VOLUME), 'Disk');
    },
    'renamed',
    VOLUME,
    /become Disk/,
  ),
  edit(
    5,
    'an unprotected database is removed',
    (draft, id) => {
      remove(draft, id('Architecture/Cache/Secret'));
    },
    'deleted',
    'Architecture/Cache/Secret',
    /is deleted with its data, because it has DeletionPolicy Delete/,
  ),
  edit(
    5,
    'DeletionPolicy weakened',
    (draft, id) => {
      draft.Resources[id(CLUSTER)].DeletionPolicy = 'Delete';
    },
    'weaker-policy',
    CLUSTER,
    /DeletionPolicy let it be retained, and now it would be deleted/,
  ),
  edit(
    5,
    'DeletionPolicy left out',
    (draft, id) => {
      delete draft.Resources[id(CLUSTER)].DeletionPolicy;
    },
    'weaker-policy',
    CLUSTER,
    /retained, and now it would be snapshot/,
  ),
  edit(
    4,
    'UpdateReplacePolicy left out',
    (draft, id) => {
      delete draft.Resources[id(GROUP)].UpdateReplacePolicy;
    },
    'weaker-policy',
    GROUP,
    /UpdateReplacePolicy let it be snapshot, and now it would be deleted/,
  ),
  edit(
    4,
    'a condition put on a bucket',
    (draft, id) => {
      draft.Resources[id(UPLOADS)].Condition = 'IsEurope';
    },
    'conditional',
    UPLOADS,
    /where it is false, it is deleted/,
  ),
  edit(
    4,
    'another type under the same id',
    (draft, id) => {
      draft.Resources[id(UPLOADS)].Type = 'AWS::S3Express::DirectoryBucket';
    },
    'refused-update',
    UPLOADS,
    /refuses another type/,
  ),
  {
    what: 'a secret renamed behind a Join',
    before: () => edited(stage(5), userNameFromSecret),
    after: (before) =>
      edited(before, (draft, id) => {
        set(draft, id(SECRET), { Name: 'webapp/orders-2' });
      }),
    caught: ['replaced', CLUSTER, /because DatabaseName changes: Architecture\/Databases\/Orders\/Master is replaced: Name/],
  },
  edit(
    5,
    'a secret renamed',
    (draft, id) => {
      set(draft, id(SECRET), { Name: 'webapp/orders-2' });
    },
    'replaced',
    SECRET,
    /because Name changes/,
  ),
  edit(
    5,
    'the key of a database is renamed, and the database follows',
    (draft, id) => {
      rename(draft, id(KEY), 'Key');
    },
    'replaced',
    CLUSTER,
    /KmsKeyId changes/,
  ),
  edit(
    5,
    'the subnet group of the databases gets a name',
    (draft, id) => {
      set(draft, id('Architecture/Databases/Ground/Subnets'), { DBSubnetGroupName: 'data' });
    },
    'replaced',
    CLUSTER,
    /DBSubnetGroupName changes: Architecture\/Databases\/Ground\/Subnets is replaced/,
  ),
  {
    what: 'the key of a further region is renamed, and its databases follow over the stacks',
    before: () => stage(6),
    after: (before) =>
      edited(
        before,
        (draft, id) => {
          rename(draft, id('Storage/Key'), 'Key');
        },
        'webapp-eu-west-1-storage',
      ),
    caught: ['replaced', CLUSTER, /KmsKeyId changes: output .* of webapp-eu-west-1-storage changes/],
  },
  {
    what: 'a bucket moves to a stack of its own',
    before: () => stage(4),
    after: (before) => {
      const id = idOf(founding(before), 'Architecture/Logs');
      const Resources = { [id]: founding(before).template.Resources[id] };
      return [
        ...edited(before, (draft) => {
          remove(draft, id);
        }),
        { name: 'webapp-logs', region: 'us-east-1', template: { Resources } },
      ];
    },
    caught: ['moved', 'Architecture/Logs', /moved to stack webapp-logs: there it is made anew and empty/],
  },
  {
    what: 'the parameter group of a retained database leaves with its security group',
    before: () =>
      edited(stage(4), (draft, id) => {
        for (const path of ['Parameters', 'SecurityGroup']) delete draft.Resources[id(`Architecture/Database/${path}`)].DeletionPolicy;
      }),
    after: () => stage(5),
    caught: [
      'ground',
      'Architecture/Database/Parameters',
      /Architecture\/Database\/Instance is retained and uses it as its parameter group/,
    ],
  },
  {
    what: 'termination protection off',
    before: () => stage(1),
    after: (before) => before.map((stack) => ({ ...stack, terminationProtection: false })),
    caught: ['protection-off', 'webapp-us-east-1', /the stack can be deleted/],
  },
];
