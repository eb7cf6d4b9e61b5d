import type { Thing } from '../picture/model';
import type { Reserve } from './lanes';
import * as m from './metrics';
import { type Canvas, HEAD } from './network';

/** Tops of users and of what is in no region. */
export const USERS_Y = 14;
export const GLOBAL_Y = 108;

/** Puts what a region has outside of its networks in a column; its lower edge. */
export function placeColumn(
  { reserve, regionsTop, nodes }: Canvas,
  cards: readonly Thing[],
  x: number,
  channels: readonly [left: string, right: string],
): number {
  const [left, right] = channels;
  let y = regionsTop + HEAD + 8;
  const keys = [...new Set([...reserve.column, ...keysOf(cards)])].sort(
    (a, b) => rankOfKey(a, cards, reserve) - rankOfKey(b, cards, reserve),
  );
  let low = y;
  const byKey = new Map(keysOf(cards).map((key, index) => [key, cards[index]]));
  for (const key of keys) {
    const thing = byKey.get(key);
    if (thing) {
      nodes.push({ thing, look: 'card', columns: [], left, right, box: { x, y, w: m.CARD_WIDTH, h: m.CARD_HEIGHT } });
      low = y + m.CARD_HEIGHT;
    }
    y += m.CARD_HEIGHT + m.CARD_GAP;
  }
  return low;
}

/** Puts users on top, and below them what is in no region. */
export function placeGlobal({ picture, nodes }: Canvas, middle: number): void {
  const users = picture.things.find(({ place }) => place.at === 'outside');
  const card = (thing: Thing, at: number, y: number): void => {
    nodes.push({ thing, look: 'card', columns: [], box: { x: at - m.CARD_WIDTH / 2, y, w: m.CARD_WIDTH, h: m.CARD_HEIGHT } });
  };
  if (users) card(users, middle, USERS_Y);
  const step = m.CARD_WIDTH + 36;
  const all = picture.things.filter(({ place }) => place.at === 'global');
  const isDns = ({ kind }: Thing): boolean => kind === 'dns' || kind === 'health';
  const left = Math.max(middle - step, m.MARGIN + 16 + m.CARD_WIDTH / 2);
  all.filter(isDns).forEach((thing) => {
    card(thing, left, GLOBAL_Y);
  });
  const others = all.filter((thing) => !isDns(thing)).sort((a, b) => Number(b.kind === 'cdn') - Number(a.kind === 'cdn'));
  others.forEach((thing, index) => {
    card(thing, Math.max(middle, left + step) + index * step, GLOBAL_Y);
  });
}

/** Names of what stands beside networks, by which several pictures keep places for each other. */
export function keysOf(cards: readonly Thing[]): string[] {
  const seen = new Map<string, number>();
  return cards.map(({ kind, title, mark }) => {
    const key = `${kind} ${title}${mark === 'gone' ? ' gone' : ''}`;
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return count === 1 ? key : `${key} ${count}`;
  });
}

function rankOfKey(key: string, cards: readonly Thing[], { column }: Reserve): number {
  const known = column.indexOf(key);
  return known >= 0 ? known : column.length + keysOf(cards).indexOf(key);
}
