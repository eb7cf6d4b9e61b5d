import type { ResourceChange } from '../changes/model';
import { Verdict } from '../changes/model';
import { KINDS } from './kinds';
import type { Arrow, Mark, Network, Picture, Region, ResourceName, Thing } from './model';

/**
 * The picture of what is to come, with a mark on whatever is new, changed or gone.
 * @param changes what a comparison of the same two deployments says of their resources.
 */
export function marked(before: Picture, after: Picture, changes: readonly ResourceChange[]): Picture {
  const old = new Map(before.things.map((thing) => [thing.id, thing]));
  const now = new Set(after.things.map(({ id }) => id));
  const changed = new Set(changes.filter(isTelling).map(keyOf));
  const markOf = (thing: Thing): Mark | undefined => {
    const known = old.get(thing.id);
    if (known === undefined) return thing.kind === 'users' ? undefined : 'new';
    if (thing.place.at === 'border') return undefined;
    if (known.count !== thing.count || known.size !== thing.size || known.members.length !== thing.members.length) return 'changed';
    const isBox = Object.hasOwn(KINDS, thing.kind) && KINDS[thing.kind].together !== undefined;
    return !isBox && thing.resources.slice(0, thing.own).some((resource) => changed.has(keyOf(resource))) ? 'changed' : undefined;
  };
  const gone = before.things.filter(({ id }) => !now.has(id)).map((thing): Thing => ({ ...thing, mark: 'gone' }));
  return {
    ...after,
    regions: united(before.regions, after.regions),
    things: [...after.things.map((thing) => withMark(thing, markOf(thing))), ...gone],
    arrows: [...markedArrows(before.arrows, after.arrows)],
  };
}

/** A marked picture without what stays as it is: what has a mark, and what that reaches or is reached by. */
export function aroundMarks(picture: Picture): Picture {
  const marks = new Set(picture.things.filter(({ mark }) => mark !== undefined).map(({ id }) => id));
  const arrows = picture.arrows.filter(({ from, to, mark }) => mark !== undefined || marks.has(from) || marks.has(to));
  const seen = new Set([...marks, ...arrows.flatMap(({ from, to }) => [from, to])]);
  return { ...picture, things: picture.things.filter(({ id }) => seen.has(id)), arrows };
}

/** A tag, a note or who may use it is no change that a picture shows. */
function isTelling({ verdict, properties }: ResourceChange): boolean {
  if (verdict === Verdict.REPLACED) return true;
  return (
    verdict === Verdict.CHANGED &&
    properties.some(({ property }) => !/^(Tags|Description|.*Policy|LoggingConfiguration|LifecycleConfiguration)$/.test(property))
  );
}

function keyOf({ stack, logicalId }: Pick<ResourceName, 'stack' | 'logicalId'>): string {
  return `${stack}\n${logicalId}`;
}

function withMark<T extends Thing | Arrow>(one: T, mark: Mark | undefined): T {
  return mark === undefined ? one : { ...one, mark };
}

function markedArrows(before: readonly Arrow[], after: readonly Arrow[]): Arrow[] {
  const pair = ({ from, to }: Arrow): string => `${from}\n${to}`;
  const [old, now] = [before, after].map((arrows) => new Set(arrows.map(pair)));
  return [
    ...after.map((one) => withMark(one, old.has(pair(one)) ? undefined : 'new')),
    ...before.filter((one) => !now.has(pair(one))).map((one): Arrow => ({ ...one, mark: 'gone' })),
  ];
}

/** Regions, networks and rows of both, so that what is gone still has its place. */
function united(before: readonly Region[], after: readonly Region[]): Region[] {
  const both = (id: string): Region => {
    const [old, now] = [before, after].map((regions) => regions.find((region) => region.id === id));
    const networks = [
      ...(now?.networks ?? []),
      ...(old?.networks ?? []).filter((one) => !now?.networks.some((other) => other.id === one.id)),
    ];
    return {
      ...(now ?? old ?? { id, title: id }),
      networks: networks.map((network) =>
        withRows(
          network,
          old?.networks.find((one) => one.id === network.id),
        ),
      ),
    };
  };
  return [...new Set([...after, ...before].map(({ id }) => id))].map(both);
}

function withRows(network: Network, old: Network | undefined): Network {
  const rows = (old?.rows ?? []).filter(({ id }) => !network.rows.some((row) => row.id === id));
  return rows.length === 0 ? network : { ...network, rows: [...network.rows, ...rows] };
}
