import { groupBy } from '../shared/words';
import { KINDS } from './kinds';
import type { Thing } from './model';
import type { Draft } from './things';

/** Up to so many alike stand beside each other: one in each zone, as a rule. */
const BESIDE = 3;

/** Things with what is alike as one stack of cards, and the id of the card for each id of before. */
export interface Folded {
  readonly things: readonly Thing[];
  readonly ids: ReadonlyMap<string, string>;
}

/** Folds shards, many replicas, and what a region has in one box, such as its secrets. */
export function folded(drafts: readonly Draft[]): Folded {
  const ids = new Map<string, string>();
  const taken = new Set<string>();
  const things = [...groupBy(drafts, keyOf).values()].flatMap((group): Thing[] => {
    const [{ kind }] = group;
    if (group.length === 1 && kind !== 'cluster') return keep(group);
    return kind === 'cluster' || KINDS[kind].together !== undefined || group.length > BESIDE ? [card(group)] : keep(group);
  });
  return { things, ids };

  function keep(group: readonly Draft[]): Thing[] {
    return group.map(({ thing }) => {
      const id = free(thing.id);
      ids.set(thing.id, id);
      return { ...thing, id };
    });
  }

  function card(group: readonly Draft[]): Thing {
    const [first] = group;
    const id = free(KINDS[first.kind].together === undefined ? numberless(first.thing.id) : first.thing.id);
    for (const { thing } of group) ids.set(thing.id, id);
    const isMany = group.length > 1;
    return {
      ...first.thing,
      ...{ id, count: group.length, own: group.length, resources: group.flatMap(({ thing }) => thing.resources) },
      ...(first.kind === 'dns' && { count: 1, what: group.length === 1 ? '1 record' : `${group.length} records` }),
      title:
        first.kind === 'cluster' || (isMany && KINDS[first.kind].together === undefined)
          ? first.thing.title.replace(/ \d+$/, '')
          : first.thing.title,
    };
  }

  function free(id: string): string {
    const name = taken.has(id) ? `${id} ${[...taken].filter((one) => one.startsWith(id)).length + 1}` : id;
    taken.add(name);
    return name;
  }
}

/** What is the same for all that may become one card. */
function keyOf({ kind, entry, place, thing }: Draft): string {
  const region = place.at === 'global' || place.at === 'outside' ? '' : place.region;
  if (KINDS[kind].together !== undefined) return JSON.stringify([kind, region]);
  const row = place.at === 'subnets' ? [place.network, place.row, kind === 'nat' ? place.zones : ''] : [];
  const tail = entry.path.split('/').slice(-2).join('/').replace(/\d+/g, '#');
  return JSON.stringify([kind, region, row, tail, thing.what, thing.size]);
}

/** An id whose path has no numbers; the region before it keeps its own. */
function numberless(id: string): string {
  const [region, kind, ...path] = id.split('/');
  return [region, kind, ...path.map((part) => part.replace(/\d+/g, '#'))].join('/');
}
