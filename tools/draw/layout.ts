import type { Picture } from '../picture/model';
import { arranged } from './arrange';
import { keysOf } from './beside';
import type { Grid } from './boxes';
import { gridOf } from './grid';
import { type Label, labelsOf } from './labels';
import { NOTHING, type Reserve, SLOTS, lanesOf, unionOfLanes } from './lanes';
import type { Box } from './metrics';
import { type Route, routesOf } from './routes';
import { badgeBox } from './shapes';
import { frameTitleBox } from './titles';

/** A picture with everything in its place. */
export interface Sheet {
  readonly picture: Picture;
  readonly grid: Grid;
  readonly routes: readonly Route[];
  readonly labels: ReadonlyMap<Route, Label>;
}

/**
 * Puts everything in its place: zones are columns, kinds of subnets are rows, regions stand side by side.
 * @param picture what is drawn.
 * @param reserve places to keep, so that a thing stands where it stands in other pictures.
 */
export function layOut(picture: Picture, reserve: Reserve = NOTHING): Sheet {
  const ready = arranged(picture);
  // Lines need room, and how much is known once they have their ways.
  const first = routesOf(ready.arrows, gridOf(ready, reserve));
  const tracks = joined(reserve.tracks, first.tracks);
  const second = routesOf(ready.arrows, gridOf(ready, { ...reserve, tracks }));
  const grid = gridOf(ready, { ...reserve, tracks: joined(tracks, second.tracks) });
  const { routes } = routesOf(ready.arrows, grid);
  const titles = grid.frames.map(frameTitleBox).map((box): Box => ({ ...box, x: box.x - 4, w: box.w + 8 }));
  const badges = grid.nodes.flatMap(({ thing: { mark }, box, look }) => (mark === undefined ? [] : [badgeBox(mark, box, look)]));
  // A word on the line around a network or a region would cut it.
  const borders = grid.frames
    .filter(({ kind }) => kind === 'vpc' || kind === 'region' || kind === 'cloud')
    .flatMap(({ box: { x, y, w, h } }): Box[] => [
      { x, y, w: 1, h },
      { x: x + w, y, w: 1, h },
      { x, y, w, h: 1 },
      { x, y: y + h, w, h: 1 },
    ]);
  return { picture: ready, grid, routes, labels: labelsOf(routes, grid, [...titles, ...borders, ...badges]) };
}

/** What several pictures need together, so that a thing stands in the same place in all of them. */
export function reserveOf(pictures: readonly Picture[]): Reserve {
  return pictures.reduce<Reserve>((reserve, picture) => {
    const ready = arranged(picture);
    const lanes: Record<string, readonly string[]> = { ...reserve.lanes };
    for (const network of ready.regions.flatMap(({ networks }) => networks).filter(({ title }) => title !== ''))
      for (const { id } of network.rows)
        lanes[id] = unionOfLanes(
          lanes[id] ?? [],
          lanesOf(network, id, ready, NOTHING).map(({ key }) => key),
        );
    const kinds = new Set(ready.things.map(({ kind }) => kind));
    const cards = ready.things.filter(({ place }) => place.at === 'region');
    const { tracks } = routesOf(ready.arrows, gridOf(ready, NOTHING));
    return {
      lanes,
      slots: SLOTS.filter((kind) => kinds.has(kind) || reserve.slots.includes(kind)),
      column: [
        ...new Set([
          ...reserve.column,
          ...keysOf(cards.filter(({ place }) => place.at === 'region' && place.region === ready.regions[0]?.id)),
        ]),
      ],
      global: [...new Set([...reserve.global, ...ready.things.filter(({ place }) => place.at === 'global').map(({ kind }) => kind)])],
      // What is below everything moves nothing.
      tracks: { ...joined(reserve.tracks, tracks), bottom: 0 },
    };
  }, NOTHING);
}

/**
 * The places of a ladder: those of its stages, with room for the lines of each climb, so that a comparison moves nothing.
 * @param climbs each stage with marks, against the one before.
 */
export function ladderOf(stages: readonly Picture[], climbs: readonly Picture[]): Reserve {
  return { ...reserveOf(stages), tracks: reserveOf([...stages, ...climbs]).tracks };
}

function joined(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): Record<string, number> {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return Object.fromEntries(
    [...keys].map((key) => [key, Math.max((a[key] as number | undefined) ?? 0, (b[key] as number | undefined) ?? 0)]),
  );
}
