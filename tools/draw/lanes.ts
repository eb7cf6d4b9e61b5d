import type { Network, Picture, Thing } from '../picture/model';
import { LANE_HEIGHT, SLOT_HEIGHT } from './metrics';

/** A lane of a row: single things in their zones, or one thing across zones. */
export interface Lane {
  readonly key: string;
  readonly height: number;
  readonly things: readonly Thing[];
}

/** Places that pictures which are drawn together keep for each other. */
export interface Reserve {
  /** Lanes of each row from top to bottom, by the row's kind and name. */
  readonly lanes: Readonly<Record<string, readonly string[]>>;
  /** Kinds that stand beside each other in a zone. */
  readonly slots: readonly string[];
  /** Things beside the networks, from top to bottom. */
  readonly column: readonly string[];
  readonly global: readonly string[];
  /** How many lines each channel has. */
  readonly tracks: Readonly<Record<string, number>>;
}

/** Nothing is kept. */
export const NOTHING: Reserve = { lanes: {}, slots: [], column: [], global: [], tracks: {} };

/** Kinds that are in one zone, one beside the other. */
export const SLOTS = ['server', 'volume', 'nat'];

const GROUPS: Readonly<Record<string, string>> = {
  ...{ balancer: 'entry', classic: 'entry', fleet: 'compute', service: 'compute', kubernetes: 'compute', function: 'compute' },
  ...{ cache: 'cache', cacheNode: 'cache', cacheServerless: 'cache' },
};
const ORDER = ['slots', 'entry', 'compute', 'cache', 'data'];

/** Lanes of a row, with those that are kept for others. */
export function lanesOf(network: Network, row: string, picture: Picture, { lanes: kept }: Reserve): Lane[] {
  const own = picture.things.filter(({ place }) => place.at === 'subnets' && place.network === network.id && place.row === row);
  const isShelf = network.title === '';
  const found = new Map<string, Thing[]>();
  const counts = new Map<string, number>();
  if (isShelf) {
    own.forEach((thing, index) => {
      const key = `compute#${Math.floor(index / network.zones.length)}`;
      found.set(key, [...(found.get(key) ?? []), thing]);
    });
    return [...found].map(([key, things]) => ({ key, height: LANE_HEIGHT, things }));
  }
  let strip: { key: string; thing: Thing; seats: Set<number> } | undefined;
  for (const thing of own) {
    if (SLOTS.includes(thing.kind) && thing.place.at === 'subnets' && thing.place.zones.length === 1) {
      found.set('slots', [...(found.get('slots') ?? []), thing]);
      continue;
    }
    const group = GROUPS[thing.kind] ?? 'data';
    const seat = seatOf(thing, strip?.thing.kind === thing.kind ? strip.seats.size : 0);
    if (
      isSingle(thing) &&
      strip?.thing.kind === thing.kind &&
      strip.thing.mark === thing.mark &&
      strip.seats.size < network.zones.length &&
      !strip.seats.has(seat)
    ) {
      strip.seats.add(seat);
      found.get(strip.key)?.push(thing);
      continue;
    }
    const index = counts.get(group) ?? 0;
    counts.set(group, index + 1);
    const key = `${group}#${index}`;
    found.set(key, [thing]);
    strip = isSingle(thing) ? { key, thing, seats: new Set([seatOf(thing, 0)]) } : undefined;
  }
  const keys = [...new Set([...found.keys(), ...((kept[row] as readonly string[] | undefined) ?? [])])].sort(byKey);
  return keys.map((key) => ({ key, height: key === 'slots' ? SLOT_HEIGHT : LANE_HEIGHT, things: found.get(key) ?? [] }));
}

/** Which column a thing of one place stands in: its own, or the next where AWS chooses. */
export function seatOf({ place }: Thing, next: number): number {
  if (place.at !== 'subnets') return 0;
  return place.zones.length === 1 ? place.zones[0] : place.zones[next % place.zones.length];
}

/** Whether a thing is one box in one zone, not a band across zones. */
export function isSingle({ place, members, kind, count }: Thing): boolean {
  if (place.at !== 'subnets' || count > 1) return false;
  return place.zones.length === 1 ? true : kind === 'database' && members.length < 2;
}

function byKey(a: string, b: string): number {
  const [[groupA, indexA = '0'], [groupB, indexB = '0']] = [a, b].map((key) => key.split('#'));
  return ORDER.indexOf(groupA) - ORDER.indexOf(groupB) || Number(indexA) - Number(indexB);
}

/** Sorts lanes that several pictures have. */
export function unionOfLanes(...all: readonly (readonly string[])[]): string[] {
  return [...new Set(all.flat())].sort(byKey);
}
