import type { Json } from '../shared/template';
import type { Deployment, Entry } from './deployment';
import { type Ground, keyOfZone } from './ground';
import type { Member, Place } from './model';

type Subnets = Place & { at: 'subnets' };

/** What a thing in several subnets runs on, where its template says it. Which zone a part is in may be AWS's choice: then they are dealt out in order. */
export function membersOf(deployment: Deployment, ground: Ground, entry: Entry, place: Subnets): Member[] {
  const labels = LABELS[entry.type]?.(entry, deployment, place) ?? [];
  const zones = ground.zoneKeys.get(place.network) ?? [];
  return labels.map(({ label, zone }, index) => {
    const said = zone === undefined ? -1 : zones.indexOf(keyOfZone(zone));
    return { label, zone: said >= 0 ? said : place.zones[index % place.zones.length] };
  });
}

interface Label {
  readonly label: string;
  readonly zone?: Json;
}

type Labels = (entry: Entry, deployment: Deployment, place: Subnets) => readonly Label[];

const each = (place: Subnets, label: string): Label[] => place.zones.map(() => ({ label }));
const number = (entry: Entry, property: string, otherwise: number): number => Number(entry.say(entry.get(property)) || otherwise);

const LABELS: Readonly<Partial<Record<string, Labels>>> = {
  'AWS::AutoScaling::AutoScalingGroup': (_, __, place) => each(place, 'servers'),
  'AWS::ECS::Service': (entry, _, place) => each(place, 'tasks').slice(0, Math.max(1, number(entry, 'DesiredCount', 1))),
  'AWS::ElastiCache::ReplicationGroup': (entry) => {
    const replicas = number(entry, 'ReplicasPerNodeGroup', -1);
    const nodes = replicas >= 0 ? replicas + 1 : number(entry, 'NumCacheClusters', 1);
    const shards = number(entry, 'NumNodeGroups', 1);
    const copies = Array.from({ length: nodes - 1 }, () => ({ label: 'replica' }));
    return [{ label: shards > 1 ? `${shards} shards` : 'primary' }, ...copies];
  },
  'AWS::RDS::DBInstance': (entry) => {
    if (entry.get('SourceDBInstanceIdentifier') !== undefined) return [{ label: 'replica', zone: entry.get('AvailabilityZone') }];
    if (entry.get('MultiAZ') === true) return [{ label: 'primary' }, { label: 'standby' }];
    return [{ label: 'primary', zone: entry.get('AvailabilityZone') }];
  },
  'AWS::RDS::DBCluster': (entry, deployment) => {
    const own = instances(deployment).get(entry.key) ?? [];
    const isCopy = entry.get('GlobalClusterIdentifier') !== undefined && entry.get('MasterUsername') === undefined;
    const order = (one: Entry): number => number(one, 'PromotionTier', 1);
    return [...own]
      .sort((a, b) => order(a) - order(b))
      .map((one, index) => ({ label: index === 0 && !isCopy ? 'writer' : 'reader', zone: one.get('AvailabilityZone') }));
  },
};

const KNOWN = new WeakMap<Deployment, ReadonlyMap<string, Entry[]>>();

/** Instances of each cluster, by its key: there may be thousands. */
export function instances(deployment: Deployment): ReadonlyMap<string, Entry[]> {
  const known = KNOWN.get(deployment);
  if (known) return known;
  const found = new Map<string, Entry[]>();
  for (const entry of deployment.ofType('AWS::RDS::DBInstance', 'AWS::DocDB::DBInstance', 'AWS::Neptune::DBInstance'))
    for (const { key } of deployment.of(entry, 'DBClusterIdentifier')) found.set(key, [...(found.get(key) ?? []), entry]);
  KNOWN.set(deployment, found);
  return found;
}
