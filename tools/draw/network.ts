import type { Network, Picture, Row, Thing } from '../picture/model';
import type { Frame, Node } from './boxes';
import { type Reserve, SLOTS, isSingle, lanesOf, seatOf, unionOfLanes } from './lanes';
import * as m from './metrics';
import type { Box } from './metrics';

/** A sheet while boxes are put on it. */
export interface Canvas {
  readonly picture: Picture;
  readonly reserve: Reserve;
  readonly regionsTop: number;
  readonly nodes: Node[];
  readonly frames: Frame[];
}

/** Where a network stands. */
export interface Site {
  /** `0.0`: number of its region and network. */
  readonly id: string;
  readonly x: number;
  readonly w: number;
  /** Left edge of each zone. */
  readonly columns: readonly number[];
}

/** Room for the title of a region, or of a network. */
export const HEAD = 30;
const ZONE_HEAD = 24;

/** Puts a network and everything in its subnets on the sheet; its lower edge. */
export function placeNetwork(canvas: Canvas, network: Network, { id, x: left, w, columns }: Site): number {
  const { picture, reserve, regionsTop, nodes, frames } = canvas;
  const isShelf = network.title === '';
  const top = regionsTop + HEAD + (isShelf ? 0 : 8);
  let y = top + (isShelf ? 0 : HEAD + ZONE_HEAD);
  const rows = [...new Set([...network.rows.map((row) => row.id), ...(isShelf ? [] : Object.keys(reserve.lanes))])];
  if (!isShelf) rows.sort((a, b) => rankOfRow(a) - rankOfRow(b) || (a < b ? -1 : 1));
  let low = y;
  for (const rowId of rows) {
    const row = network.rows.find((one) => one.id === rowId);
    const lanes = lanesOf(network, rowId, picture, withOthers(canvas, network, rowId));
    let used = y + 26;
    const startY = y;
    y += isShelf ? 4 : m.ROW_HEAD;
    for (const lane of lanes) {
      lane.things.forEach((thing, seat) => nodes.push(nodeOf(canvas, thing, seat, lane.key, { y, h: lane.height, columns, id })));
      y += lane.height + m.LANE_GAP;
      if (lane.things.length > 0) used = y - m.LANE_GAP;
    }
    y += m.ROW_FOOT - m.LANE_GAP + (lanes.length === 0 ? 20 : 0);
    if (row) {
      low = used + m.ROW_FOOT;
      if (!isShelf)
        for (const zone of row.zones)
          frames.push({
            kind: 'subnet',
            id: `${id} ${rowId} ${zone}`,
            row: row.kind,
            title: titleOfRow(row),
            box: { x: columns[zone], y: startY, w: m.ZONE_WIDTH, h: low - startY },
          });
    }
    y += isShelf ? 30 : m.ROW_GAP;
  }
  const borders = picture.things.filter(({ place }) => place.at === 'border' && place.network === network.id);
  low += borders.some(({ kind }) => kind !== 'gateway') ? 14 : 8;
  if (!isShelf) {
    frames.push({ kind: 'vpc', id: network.id, title: network.title, titleX: columns[0], box: { x: left, y: top, w, h: low - top } });
    network.zones.forEach((title, zone) =>
      frames.push({
        kind: 'zone',
        id: `${id} ${zone}`,
        title,
        box: { x: columns[zone] - 5, y: top + HEAD, w: m.ZONE_WIDTH + 10, h: low - top - HEAD - (borders.length > 1 ? 16 : 6) },
      }),
    );
    let at = columns[0];
    for (const thing of borders) {
      const isGateway = thing.kind === 'gateway';
      const width = 34 + m.textWidth(thing.title, 10, true);
      const box = isGateway ? { x: left + w - width - 14, y: top - 12, w: width, h: 24 } : { x: at, y: low - 12, w: width, h: 24 };
      if (!isGateway) at += width + 14;
      nodes.push({ thing, box, look: 'border', columns: [], network: id });
    }
    low += borders.length > 1 ? 12 : 0;
  }
  return low;
}

/** Networks of one picture keep lanes for each other, so that regions are level. */
function withOthers({ picture, reserve }: Canvas, network: Network, row: string): Reserve {
  const others = picture.regions
    .flatMap(({ networks }) => networks)
    .filter((one) => one.title !== '' && one.rows.some(({ id }) => id === row));
  const own = network.title === '' ? [] : others.map((one) => lanesOf(one, row, picture, reserve).map(({ key }) => key));
  return {
    ...reserve,
    lanes: { ...reserve.lanes, [row]: unionOfLanes(...own, reserve.lanes[row] ?? []) },
  };
}

interface LaneSite {
  readonly y: number;
  readonly h: number;
  readonly columns: readonly number[];
  readonly id: string;
}

function nodeOf(canvas: Canvas, thing: Thing, seat: number, lane: string, at: LaneSite): Node {
  const common = { thing, left: `${at.id}L`, right: `${at.id}R`, network: at.id };
  const zones = thing.place.at === 'subnets' ? thing.place.zones : [0];
  const column = (zone: number): Box => ({ x: at.columns[zone], y: at.y, w: m.ZONE_WIDTH, h: at.h });
  if (lane === 'slots') return { ...common, look: 'slot', columns: [], box: slotOf(canvas, thing, at.columns[zones[0]], at) };
  if (isSingle(thing)) {
    const { x: left, w } = column(seatOf(thing, seat));
    return { ...common, look: 'single', columns: [], box: { x: left + 6, y: at.y, w: w - 12, h: at.h } };
  }
  const [from, to] = [column(zones[0]), column(zones[zones.length - 1])];
  return {
    ...common,
    look: 'band',
    columns: at.columns.map((_, zone) => column(zone)),
    box: { x: from.x + 6, y: at.y, w: to.x + to.w - from.x - 12, h: at.h },
  };
}

function rankOfRow(id: string): number {
  return ['public', 'private', 'isolated'].indexOf(id.split(' ')[0]);
}

function titleOfRow({ kind, name }: Row): string {
  const plain = kind === 'public' ? 'Public subnet' : 'Private subnet';
  return name === '' || name.toLowerCase() === kind ? plain : `${plain} · ${name}`;
}

/** Things of one zone stand beside each other: each kind in its own slot, or in a line where there are several of one kind. */
function slotOf({ picture, reserve }: Canvas, thing: Thing, left: number, { y, h }: LaneSite): Box {
  const inCell = picture.things.filter((one) => SLOTS.includes(one.kind) && JSON.stringify(one.place) === JSON.stringify(thing.place));
  const kinds = SLOTS.filter((kind) => reserve.slots.includes(kind) || picture.things.some((one) => one.kind === kind));
  const isLine = new Set(inCell.map(({ kind }) => kind)).size < inCell.length;
  const width = Math.min(m.SLOT_WIDTH, m.ZONE_WIDTH / (isLine ? inCell.length : kinds.length));
  const seen = Math.min(width, Math.max(m.textWidth(thing.title, 10, true), m.textWidth(thing.size, 9), 40) + 4);
  const seat = isLine ? inCell.indexOf(thing) : kinds.indexOf(thing.kind);
  return { x: left + seat * width + (width - seen) / 2, y, w: seen, h };
}
