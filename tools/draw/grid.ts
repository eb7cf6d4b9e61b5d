import type { Picture, Region } from '../picture/model';
import { GLOBAL_Y, USERS_Y, placeColumn, placeGlobal } from './beside';
import type { Frame, Grid, Node } from './boxes';
import type { Reserve } from './lanes';
import * as m from './metrics';
import { type Canvas, placeNetwork } from './network';

const INNER = 14;

/** Lays out a picture that is `arranged`. */
export function gridOf(picture: Picture, reserve: Reserve): Grid {
  const nodes: Node[] = [];
  const frames: Frame[] = [];
  const channels: Record<string, number> = {};
  const gaps: Record<string, number[]> = {};
  const tracks = (channel: string): number => reserve.tracks[channel] ?? 0;
  const hasGlobal = picture.things.some(({ place }) => place.at === 'global') || reserve.global.length > 0;
  const cloudTop = USERS_Y + m.CARD_HEIGHT + 18;
  channels.top = (hasGlobal ? GLOBAL_Y + m.CARD_HEIGHT : cloudTop + 14) + 16;
  const regionsTop = channels.top + tracks('top') * m.TRACK + 10;
  const canvas: Canvas = { picture, reserve, regionsTop, nodes, frames };
  let x = m.MARGIN + INNER;
  let bottom = regionsTop + 120;
  const regionFrames = picture.regions.map((region, index) => {
    const placed = placeRegion(region, index, x);
    x = placed.right + 18;
    bottom = Math.max(bottom, placed.bottom);
    return placed;
  });
  const [first] = regionFrames as readonly ((typeof regionFrames)[number] | undefined)[];
  const centre = first?.centre ?? x + 200;
  placeGlobal(canvas, centre);
  channels.bottom = bottom + 26;
  const low = bottom + 14;
  regionFrames.forEach(({ region, left, right, titleX }) =>
    frames.push({
      kind: 'region',
      id: region.id,
      title: region.title,
      titleX,
      box: { x: left, y: regionsTop, w: right - left, h: low - regionsTop },
    }),
  );
  const right = Math.max(x - 18, ...nodes.map(({ box }) => box.x + box.w)) + INNER;
  const cloudBottom = low + 14 + tracks('bottom') * m.TRACK + (tracks('bottom') > 0 ? 8 : 0);
  frames.unshift({
    kind: 'cloud',
    id: 'cloud',
    title: 'AWS Cloud',
    box: { x: m.MARGIN, y: cloudTop, w: right - m.MARGIN, h: cloudBottom - cloudTop },
  });
  return { nodes, frames: sorted(frames), channels, gaps, regionsTop, width: right + m.MARGIN, height: cloudBottom + m.MARGIN };

  function placeRegion(
    region: Region,
    index: number,
    left: number,
  ): { region: Region; left: number; right: number; bottom: number; centre: number; titleX: number } {
    let at = left + 12;
    let low = regionsTop;
    let middle = left + 200;
    let titleX = left + 34;
    region.networks.forEach((network, number) => {
      const id = `${index}.${number}`;
      const start = at + 8 + (tracks(`${id}L`) > 0 ? 4 + tracks(`${id}L`) * m.TRACK + m.LABEL_ROOM : 8);
      channels[`${id}L`] = at + 10;
      const columns = network.zones.map((_, zone) => start + zone * (m.ZONE_WIDTH + m.ZONE_GAP));
      gaps[id] = columns.slice(1).map((column) => column - m.ZONE_GAP / 2);
      if (number === 0) {
        middle = gaps[id][0] ?? start + m.ZONE_WIDTH / 2;
        titleX = start;
      }
      const end = (columns.at(-1) ?? start) + m.ZONE_WIDTH + 12;
      low = Math.max(low, placeNetwork(canvas, network, { id, columns, x: at, w: end - at }));
      const room = tracks(`${id}R`) > 0 ? m.LABEL_ROOM : 10;
      channels[`${id}R`] = end + room;
      at = end + room + tracks(`${id}R`) * m.TRACK + 4;
    });
    const last = region.networks.length - 1;
    const cards = picture.things.filter(({ place }) => place.at === 'region' && place.region === region.id);
    if (cards.length > 0) {
      at += last >= 0 && tracks(`${index}.${last}R`) > 0 ? m.LABEL_ROOM : 8;
      low = Math.max(low, placeColumn(canvas, cards, at, [`${index}.${last}R`, `${index}S`]));
      at += m.CARD_WIDTH;
      channels[`${index}S`] = at + 10;
      at += tracks(`${index}S`) > 0 ? 10 + tracks(`${index}S`) * m.TRACK + 24 : 0;
    }
    return { region, left, right: at + 12, bottom: low, centre: middle, titleX };
  }
}

const LAYERS: readonly Frame['kind'][] = ['cloud', 'region', 'vpc', 'subnet', 'zone'];

function sorted(frames: readonly Frame[]): Frame[] {
  return [...frames].sort((a, b) => LAYERS.indexOf(a.kind) - LAYERS.indexOf(b.kind));
}
