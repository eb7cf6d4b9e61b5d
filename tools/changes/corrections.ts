import type { Json, Resource } from '../shared/template';
import { Effect } from './model';
import { type Test, appears, at, changed, disappears, isTrue, lost } from './tests';

/** A property of which the specification of AWS's types says less, or something else, than what happens. */
export interface Correction {
  readonly type: string;
  readonly property: string;
  readonly when: Test;
  /** What the rest of the resource must be like. */
  readonly provided?: (after: Resource) => boolean;
  readonly effect: Effect;
  /** Why, for people. */
  readonly reason: string;
}

const DB = 'AWS::RDS::DBInstance';
const CLUSTER = 'AWS::RDS::DBCluster';
const GROUP = 'AWS::ElastiCache::ReplicationGroup';
const SERVER = 'AWS::EC2::Instance';

const inPlace = (type: string, property: string, reason: string, provided?: Correction['provided']): Correction => ({
  ...{ type, property, when: changed, effect: Effect.IN_PLACE, reason },
  ...(provided && { provided }),
});

const reshardsOnline = (after: Resource): boolean => isTrue(at(after.UpdatePolicy, 'UseOnlineResharding'));

/** Mappings of disks without what may change while the server runs. */
function withoutEnd(mappings: Json | undefined): Json | undefined {
  return mappings === undefined
    ? undefined
    : (JSON.parse(JSON.stringify(mappings, (key, value: Json) => (key === 'DeleteOnTermination' ? undefined : value))) as Json);
}

const upgradesInPlace = (after: Resource): boolean => isTrue(at(after.UpdatePolicy, 'EnableVersionUpgrade'));
/** The engines' own services of search, and the property that says the version. */
const SEARCH = [
  ['AWS::OpenSearchService::Domain', 'EngineVersion'],
  ['AWS::Elasticsearch::Domain', 'ElasticsearchVersion'],
] as const;

/** False alarms, each with its reason, and alarms that the specification fails to give. The first row that fits counts. */
export const CORRECTIONS: readonly Correction[] = [
  inPlace(
    DB,
    'MultiAZ',
    'RDS adds or removes the standby of the running instance, as long as no zone is pinned',
    ({ Properties }) => Properties?.AvailabilityZone === undefined,
  ),
  inPlace(DB, 'BackupRetentionPeriod', 'RDS keeps the instance; only 0 turns backups off, which is a rule of its own'),
  inPlace(DB, 'PreferredMaintenanceWindow', 'a time of the week, changed on the running instance'),
  inPlace(DB, 'AutoMinorVersionUpgrade', 'a switch, changed on the running instance'),
  inPlace(DB, 'DBParameterGroupName', 'RDS gives the running instance another group; static parameters wait for a restart'),
  inPlace(DB, 'StorageType', 'RDS migrates the storage under the running instance'),
  {
    ...{ type: DB, property: 'SourceDBInstanceIdentifier', when: disappears, effect: Effect.IN_PLACE },
    reason: 'the copy is promoted: it stands alone, with its data',
  },
  inPlace(SERVER, 'InstanceType', 'a server whose root is on EBS is stopped and started'),
  inPlace(SERVER, 'UserData', 'a server whose root is on EBS is stopped and started'),
  inPlace(SERVER, 'EbsOptimized', 'a server whose root is on EBS is stopped and started'),
  inPlace(SERVER, 'SecurityGroupIds', 'in a VPC the groups of a running server change'),
  {
    ...{ type: SERVER, property: 'BlockDeviceMappings', when: (...sides) => changed(...(sides.map(withoutEnd) as typeof sides)) },
    ...{ effect: Effect.REPLACES, reason: 'of a disk that is attached, only whether it ends with the server can change' },
  },
  {
    ...{ type: CLUSTER, property: 'GlobalClusterIdentifier', when: appears, effect: Effect.REPLACES },
    reason: 'a cluster joins a global database by SourceDBClusterIdentifier of the global one; named from its own side it is made anew',
  },
  {
    ...{ type: CLUSTER, property: 'GlobalClusterIdentifier', when: disappears, effect: Effect.IN_PLACE },
    reason: 'the cluster is taken out of the global database and stands alone, with its data',
  },
  inPlace(GROUP, 'NumNodeGroups', 'UpdatePolicy.UseOnlineResharding moves the slots of the running group', reshardsOnline),
  {
    ...{ type: GROUP, property: 'NumNodeGroups', when: changed, effect: Effect.REPLACES },
    reason: 'without UpdatePolicy.UseOnlineResharding the group is made anew',
  },
  {
    ...{ type: SEARCH[0][0], property: 'EncryptionAtRestOptions', when: lost, effect: Effect.REPLACES },
    reason: 'only a domain that said nothing of encryption can be given one; another value makes it anew',
  },
  ...SEARCH.flatMap(([type, property]): Correction[] => [
    inPlace(type, property, 'UpdatePolicy.EnableVersionUpgrade upgrades the running domain', upgradesInPlace),
    {
      ...{ type, property, when: changed, effect: Effect.REPLACES },
      reason: 'without UpdatePolicy.EnableVersionUpgrade the domain is made anew',
    },
  ]),
];

/** The correction for a property that changes, if there is one. */
export function correctionOf(property: string, before: Resource, after: Resource): Correction | undefined {
  return CORRECTIONS.find(
    (row) =>
      row.type === after.Type &&
      row.property === property &&
      row.when(before.Properties?.[property], after.Properties?.[property]) &&
      (row.provided?.(after) ?? true),
  );
}
