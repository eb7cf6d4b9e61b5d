import type { Arrow } from '../picture/model';
import type { Grid, Node } from './boxes';
import { type Point, TRACK } from './metrics';
import { type Plan, plansOf } from './plan';

/** An arrow as a line on the sheet. */
export interface Route {
  readonly arrow: Arrow;
  readonly points: readonly Point[];
}

/** Lines of a sheet, and how many each channel has. */
export interface Routed {
  readonly routes: readonly Route[];
  readonly tracks: Readonly<Record<string, number>>;
}

/** Draws every arrow between its boxes, along channels in which nothing stands. */
export function routesOf(arrows: readonly Arrow[], grid: Grid): Routed {
  const plans = plansOf(arrows, grid);
  const byId = new Map(grid.nodes.map((node) => [node.thing.id, node]));
  const tracks = new Map<string, string[]>();
  const ports = new Map<string, string[]>();
  for (const [arrow, plan] of plans) {
    if (plan.way === 'straight') continue;
    if (plan.way === 'drop') take(tracks, 'top', plan.bus);
    else {
      for (const channel of plan.channels) take(tracks, channel, plan.bus);
      take(ports, `${arrow.from} ${plan.exit}`, `${levelOf(plan.channels)} out ${plan.bus}`);
      take(ports, `${arrow.to} ${plan.entry}`, `${levelOf(plan.channels)} in ${plan.bus}`);
    }
  }
  // What comes from above arrives above, so that lines cross less.
  for (const all of ports.values()) all.sort((a, b) => Number(a[0]) - Number(b[0]));
  const routes = [...plans].map(([arrow, plan]) => ({ arrow, points: pointsOf(arrow, plan) }));
  return { routes, tracks: Object.fromEntries([...tracks].map(([channel, buses]) => [channel, buses.length])) };

  function lineOf(channel: string, bus: string): number {
    return (grid.channels[channel] ?? 0) + (tracks.get(channel)?.indexOf(bus) ?? 0) * TRACK;
  }

  function portOf({ thing, box }: Node, side: string, key: string): number {
    const all = ports.get(`${thing.id} ${side}`) ?? [];
    return all.length < 3
      ? box.y + (box.h * (all.indexOf(key) + 1)) / (all.length + 1)
      : box.y + 2 + ((box.h - 4) * (all.indexOf(key) + 0.5)) / all.length;
  }

  function pointsOf(arrow: Arrow, plan: Plan): Point[] {
    const [from, to] = [byId.get(arrow.from), byId.get(arrow.to)];
    if (!from || !to) return [];
    if (plan.way === 'straight') return [plan.from, plan.to];
    if (plan.way === 'drop') {
      const [x, y] = [from.box.x + from.box.w / 2, lineOf('top', plan.bus)];
      const middle = to.box.x + to.box.w / 2;
      const elbows = [...plans].filter(([other, one]) => other.to === arrow.to && one.way === 'drop' && one.elbow).map(([other]) => other);
      const [seat, most] = [elbows.indexOf(arrow), elbows.length - 1];
      const [arrival, level] = [middle - 5 * most + 10 * seat, to.box.y - 5 - 4 * (most - seat)];
      const end: Point[] = plan.elbow
        ? [
            [plan.x, level],
            [arrival, level],
            [arrival, to.box.y],
          ]
        : [[plan.x, to.box.y]];
      const low = from.box.y + from.box.h;
      return Math.abs(x - plan.x) < 0.5 ? [[x, low], ...end] : [[x, low], [x, y], [plan.x, y], ...end];
    }
    if (plan.channels.length === 0) {
      const y = from.box.y + from.box.h / 2;
      const x = to.box.x + to.box.w / 2;
      return [
        [plan.exit === 'right' ? from.box.x + from.box.w : from.box.x, y],
        [x, y],
        [x, to.box.y],
      ];
    }
    const lines = plan.channels.map((channel) => ({ isLevel: channel === 'top' || channel === 'bottom', at: lineOf(channel, plan.bus) }));
    const start = endOf(from, plan.exit, `${levelOf(plan.channels)} out ${plan.bus}`, lines[0].at, false);
    const end = endOf(to, plan.entry, `${levelOf(plan.channels)} in ${plan.bus}`, lines[lines.length - 1].at, true);
    const path: Point[] = [...start];
    for (const { isLevel, at } of lines) {
      const [x, y] = path[path.length - 1];
      path.push(isLevel ? [x, at] : [at, y]);
    }
    const [x, y] = end[0];
    const last = lines[lines.length - 1];
    path.push(last.isLevel ? [x, last.at] : [last.at, y]);
    return tidy([...path, ...end]);
  }

  /** From a side of a box to where its channel is in sight; what stands in between is gone around, through the gap beside the lane. */
  function endOf(node: Node, side: 'left' | 'right' | 'bottom', key: string, at: number, isEntry: boolean): Point[] {
    const { box } = node;
    if (side === 'bottom') return [[box.x + box.w / 2, box.y + box.h]];
    const y = portOf(node, side, key);
    const edge = side === 'left' ? box.x : box.x + box.w;
    const [low, high] = [Math.min(edge, at), Math.max(edge, at)];
    const isBlocked = grid.nodes.some(
      (one) =>
        one !== node &&
        one.look !== 'border' &&
        one.box.x < high &&
        one.box.x + one.box.w > low &&
        one.box.y < y &&
        one.box.y + one.box.h > y,
    );
    if (!isBlocked) return [[edge, y]];
    const all = ports.get(`${node.thing.id} ${side}`) ?? [];
    const x = box.x + Math.min(24 + 8 * all.indexOf(key), box.w / 2);
    const [rim, gap] = isEntry ? [box.y, box.y - 5] : [box.y + box.h, box.y + box.h + 5];
    return isEntry
      ? [
          [x, gap],
          [x, rim],
        ]
      : [
          [x, rim],
          [x, gap],
        ];
  }
}

function levelOf(channels: readonly string[]): number {
  return channels.includes('top') ? 0 : channels.includes('bottom') ? 2 : 1;
}

function take(all: Map<string, string[]>, key: string, value: string): void {
  const known = all.get(key) ?? [];
  if (!known.includes(value)) all.set(key, [...known, value]);
}

/** Without points that say nothing: those on a straight line. */
function tidy(points: readonly Point[]): Point[] {
  const distinct = points.filter(([x, y], index) => index === 0 || x !== points[index - 1][0] || y !== points[index - 1][1]);
  return distinct.filter(([x, y], index) => {
    const [before, after] = [distinct.at(index - 1), distinct.at(index + 1)];
    if (index === 0 || before === undefined || after === undefined) return true;
    return !((before[0] === x && after[0] === x) || (before[1] === y && after[1] === y));
  });
}
