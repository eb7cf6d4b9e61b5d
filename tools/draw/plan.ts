import type { Arrow } from '../picture/model';
import type { Grid, Node } from './boxes';
import { type Box, overlap } from './metrics';
import { frameTitleBox } from './titles';

/** Which way an arrow takes. */
export type Plan =
  /** Straight up, down or to the side. */
  | { readonly way: 'straight'; readonly from: readonly [number, number]; readonly to: readonly [number, number] }
  /** From above: along the top, and down between zones. */
  | { readonly way: 'drop'; readonly bus: string; readonly x: number; readonly elbow: boolean }
  /** Along channels: vertical, or vertical, horizontal, vertical. */
  | {
      readonly way: 'channels';
      readonly bus: string;
      readonly channels: readonly string[];
      readonly exit: 'left' | 'right' | 'bottom';
      readonly entry: 'left' | 'right' | 'bottom';
    };

/** How an arrow is drawn. */
export type Style = 'request' | 'async' | 'copy' | 'lookup';

/** The style of an arrow, by its reason. */
export function styleOf({ reason }: Arrow): Style {
  if (reason === 'copy' || reason === 'backup') return 'copy';
  if (reason === 'record') return 'lookup';
  return reason === 'queue' || reason === 'event' || reason === 'dead letters' ? 'async' : 'request';
}

/** Lines with one bus share their way: those of one source and style. */
export function busOf(arrow: Arrow): string {
  return `${arrow.from} ${styleOf(arrow)}`;
}

/** Chooses a way for each arrow. */
export function plansOf(arrows: readonly Arrow[], { nodes, frames, gaps, regionsTop }: Grid): Map<Arrow, Plan> {
  const titles = frames.map(frameTitleBox);
  const byId = new Map(nodes.map((node) => [node.thing.id, node]));
  const verticals: { x: number; top: number; bottom: number }[] = [];
  const plans = new Map<Arrow, Plan>();
  const ordered = [...arrows].sort((a, b) => weight(a) - weight(b));
  for (const arrow of ordered) {
    const [from, to] = [byId.get(arrow.from), byId.get(arrow.to)];
    if (from && to && from.look !== 'border' && to.look !== 'border') plans.set(arrow, planOf(arrow, from, to));
  }
  return plans;

  /** The way of a request comes first: it is straight. */
  function weight({ reason, from }: Arrow): number {
    return from === 'users' ? 0 : ['origin', 'target', 'copy', 'entry'].includes(reason) ? 1 : 2;
  }

  function planOf(arrow: Arrow, from: Node, to: Node): Plan {
    const bus = busOf(arrow);
    const straight = straightOf(arrow, from, to);
    if (straight) return straight;
    if (from.left === undefined && to.left === undefined) return besides(from, to);
    if (from.left === undefined)
      return to.network === undefined
        ? { way: 'channels', bus, channels: ['top', to.left ?? ''], exit: 'bottom', entry: 'left' }
        : dropOf(bus, from, to);
    if (to.left === undefined) return { way: 'channels', bus, channels: [from.right ?? '', 'top'], exit: 'right', entry: 'bottom' };
    const inNetwork = from.network !== undefined && from.network === to.network;
    if (inNetwork) return { way: 'channels', bus, channels: [from.left], exit: 'left', entry: 'left' };
    const isCard = (node: Node): boolean => node.network === undefined;
    if (isCard(from) && isCard(to) && from.right === to.right)
      return { way: 'channels', bus, channels: [from.right ?? ''], exit: 'right', entry: 'right' };
    if (isCard(to) && from.right === to.left) return { way: 'channels', bus, channels: [to.left ?? ''], exit: 'right', entry: 'left' };
    if (isCard(from) && to.right === from.left) return { way: 'channels', bus, channels: [from.left ?? ''], exit: 'left', entry: 'right' };
    return { way: 'channels', bus, channels: [from.right ?? '', 'bottom', to.left ?? ''], exit: 'right', entry: 'left' };
  }

  function dropOf(bus: string, from: Node, to: Node): Plan {
    const isBand = to.look === 'band';
    const columns = gaps[to.network ?? ''] ?? [];
    const inside = columns.filter((x) => x > to.box.x && x < to.box.x + to.box.w);
    const middle = to.box.x + to.box.w / 2;
    const near = [...columns].sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
    const tries = isBand ? [...inside.flatMap((x) => [x, x + 6, x - 6])] : [middle, ...near.flatMap((x) => [x, x + 6, x - 6])];
    for (const x of tries.length > 0 ? tries : [middle]) {
      const elbow = !isBand && x !== middle;
      const low = elbow ? to.box.y - 5 : to.box.y;
      if (!isFree({ x, top: regionsTop, bottom: low }, [from, to])) continue;
      verticals.push({ x, top: regionsTop, bottom: low });
      return { way: 'drop', bus, x, elbow };
    }
    return { way: 'channels', bus, channels: ['top', to.left ?? ''], exit: 'bottom', entry: 'left' };
  }

  function straightOf(arrow: Arrow, from: Node, to: Node): Plan | undefined {
    if (arrow.reason === 'ingress' && arrows.filter((one) => one.reason === 'ingress' && one.from === arrow.from).length > 1)
      return undefined;
    const isBelow = to.box.y >= from.box.y + from.box.h;
    const isAbove = from.box.y >= to.box.y + to.box.h;
    if (!isBelow && !isAbove) return undefined;
    const [low, high] = [Math.max(from.box.x, to.box.x) + 10, Math.min(from.box.x + from.box.w, to.box.x + to.box.w) - 10];
    const centre = (box: Box): number => box.x + box.w / 2;
    const between = gaps[to.network ?? from.network ?? ''] ?? [];
    const narrow = from.box.w < to.box.w ? from.box : to.box;
    const wide = from.look === 'band' && to.look === 'band';
    const tries = [...(wide ? [] : [centre(narrow)]), ...between.flatMap((x) => [x, x - 6, x + 6]), ...(wide ? [centre(narrow)] : [])];
    const [top, bottom] = isBelow ? [from.box.y + from.box.h, to.box.y] : [to.box.y + to.box.h, from.box.y];
    const x = tries.find((one) => one >= low && one <= high && isFree({ x: one, top, bottom }, [from, to]));
    if (x === undefined) return undefined;
    verticals.push({ x, top, bottom });
    return { way: 'straight', from: [x, isBelow ? top : bottom], to: [x, isBelow ? bottom : top] };
  }

  function isFree({ x, top, bottom }: { x: number; top: number; bottom: number }, ends: readonly Node[]): boolean {
    const hit = nodes.some(
      (node) =>
        !ends.includes(node) &&
        node.box.x - 3 < x &&
        x < node.box.x + node.box.w + 3 &&
        node.box.y < bottom &&
        node.box.y + node.box.h > top,
    );
    const crosses = titles.some((box) => overlap(box, { x: x - 1, y: top, w: 2, h: bottom - top }));
    return !hit && !crosses && !verticals.some((one) => Math.abs(one.x - x) < 5.5 && one.top < bottom && one.bottom > top);
  }
}

/** Two things outside of regions: beside each other, or users above. */
function besides(from: Node, to: Node): Plan {
  const middle = (box: Box): number => box.y + box.h / 2;
  const isRight = to.box.x > from.box.x;
  if (middle(from.box) === middle(to.box))
    return {
      way: 'straight',
      from: [isRight ? from.box.x + from.box.w : from.box.x, middle(from.box)],
      to: [isRight ? to.box.x : to.box.x + to.box.w, middle(to.box)],
    };
  return { way: 'channels', bus: `${from.thing.id} beside`, channels: [], exit: isRight ? 'right' : 'left', entry: 'bottom' };
}
