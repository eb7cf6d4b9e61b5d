import type { Grid } from './boxes';
import { type Box, type Point, overlap, textWidth } from './metrics';
import { busOf } from './plan';
import type { Route } from './routes';

/** A word on a line. */
export interface Label {
  readonly text: string;
  readonly box: Box;
}

export const LABEL_SIZE = 10;
const HEIGHT = 13;

/**
 * Finds a place for the word of each arrow, near its end, where it covers nothing. Arrows that share their last piece share the word.
 * @param taken texts that stand already.
 */
export function labelsOf(routes: readonly Route[], { nodes, width }: Grid, taken: readonly Box[]): Map<Route, Label> {
  const found = new Map<Route, Label>();
  const used: Box[] = [...taken, ...nodes.map(({ box }) => box)];
  for (const route of routes) {
    const { label, mark } = route.arrow;
    if (label === '' || mark === 'gone') continue;
    const size = textWidth(label, LABEL_SIZE) + 6;
    const isFree = (one: Box): boolean => one.x > 4 && one.x + one.w < width - 4 && !used.some((other) => overlap(one, other, 0.5));
    // Lines of one bus say the same word once where there is no room at each end.
    const said = [...found].some(([other, one]) => one.text === label && busOf(other.arrow) === busOf(route.arrow));
    const box = candidates(route.points.slice(-3), size).find(isFree) ?? (said ? undefined : candidates(route.points, size).find(isFree));
    if (box === undefined) continue;
    used.push(box);
    found.set(route, { text: label, box });
  }
  return found;
}

/** Places beside the pieces of a line, from its end backwards. */
function candidates(points: readonly Point[], w: number): Box[] {
  const boxes: Box[] = [];
  for (let index = points.length - 1; index > 0; index--) {
    const [[x1, y1], [x2, y2]] = [points[index - 1], points[index]];
    if (y1 === y2) {
      const [low, high] = [Math.min(x1, x2), Math.max(x1, x2)];
      const near = x2 > x1 ? high - w - 8 : low + 8;
      const starts = [near, ...[0.5, 0.3, 0.7, 0.15, 0.85].map((part) => low + (high - low) * part - w / 2)];
      for (const x of starts.filter((one) => high - low >= w - 4 && one >= low - 2 && one + w <= high + 2))
        for (const y of [y1 - HEIGHT - 1, y1 + 2, y1 - HEIGHT / 2]) boxes.push({ x, y, w, h: HEIGHT });
    } else {
      const [low, high] = [Math.min(y1, y2), Math.max(y1, y2)];
      for (const part of [0.5, 0.65, 0.35, 0.8, 0.2, 0.9, 0.1]) {
        const y = low + (high - low) * part - HEIGHT / 2;
        if (high - low < 10) continue;
        for (const x of [x1 + 4, x1 - w - 4, x1 - w / 2]) boxes.push({ x, y, w, h: HEIGHT });
      }
    }
  }
  return boxes;
}
