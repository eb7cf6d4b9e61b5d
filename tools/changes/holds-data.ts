import { inEachWorld } from '../resolve/worlds';
import type { Resource } from '../shared/template';
import { dataType } from './data-types';
import { at } from './tests';

export { DATA_TYPES, NO_DATA } from './data-types';

/** Whether a resource holds data that can't be made anew; copies don't. */
export function holdsData({ Type, Properties = {} }: Resource): boolean {
  const row = dataType(Type);
  if (!row?.unless) return row !== undefined;
  return inEachWorld([Properties]).some(([decided = {}]) => !row.unless?.some((property) => at(decided, property) !== undefined));
}

/** Types that can leave a snapshot when they are deleted. */
const SNAPSHOT_TYPES = [
  'AWS::DocDB::DBCluster',
  'AWS::EC2::Volume',
  'AWS::ElastiCache::CacheCluster',
  'AWS::ElastiCache::ReplicationGroup',
  'AWS::Neptune::DBCluster',
  'AWS::RDS::DBCluster',
  'AWS::RDS::DBInstance',
  'AWS::Redshift::Cluster',
];

/** CloudFormation's default for clusters of databases, and for instances outside of one, is a snapshot. */
function leavesSnapshotByDefault({ Type, Properties = {} }: Resource): boolean {
  return Type === 'AWS::RDS::DBCluster' || (Type === 'AWS::RDS::DBInstance' && !('DBClusterIdentifier' in Properties));
}

/** What happens to the real thing when the resource leaves its template. */
export function fateOf(resource: Resource): 'deleted' | 'retained' | 'snapshot' {
  const policy = resource.DeletionPolicy ?? (leavesSnapshotByDefault(resource) ? 'Snapshot' : 'Delete');
  if (typeof policy === 'string' && policy.startsWith('Retain')) return 'retained';
  return policy === 'Snapshot' && SNAPSHOT_TYPES.includes(resource.Type) ? 'snapshot' : 'deleted';
}
