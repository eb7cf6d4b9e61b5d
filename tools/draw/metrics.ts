import widths from './widths.json';

/** A rectangle on the sheet. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** A point on the sheet. */
export type Point = readonly [x: number, y: number];

/** Arial, or what has the same widths: Liberation Sans, Arimo. */
export const FONT = 'Arial, "Liberation Sans", Arimo, Helvetica, sans-serif';

/** Width of a text in pixels. What Arial has no width for here is taken as a capital. */
export function textWidth(text: string, size: number, bold = false): number {
  const table = bold ? widths.bold : widths.regular;
  const sum = Array.from(text).reduce(
    (all, letter) => all + (SPECIAL[letter] ?? (table[letter.charCodeAt(0) - 32] as number | undefined) ?? 722),
    0,
  );
  return (sum * size) / 1000;
}

const SPECIAL: Readonly<Partial<Record<string, number>>> = { '·': 333, '…': 1000, '–': 556, '×': 584, '−': 584, '→': 1000 };

/** A text cut to a width, with an ellipsis where something is missing. */
export function fitted(text: string, width: number, size: number, bold = false): string {
  if (textWidth(text, size, bold) <= width) return text;
  let cut = text;
  while (cut !== '' && textWidth(`${cut}…`, size, bold) > width) cut = cut.slice(0, -1);
  return `${cut.trimEnd()}…`;
}

/** Whether two rectangles share a point, with some air around. */
export function overlap(a: Box, b: Box, air = 0): boolean {
  return a.x < b.x + b.w + air && b.x < a.x + a.w + air && a.y < b.y + b.h + air && b.y < a.y + a.h + air;
}

export const ZONE_WIDTH = 208;
export const ZONE_GAP = 20;
export const SLOT_WIDTH = 69;
export const SLOT_HEIGHT = 69;
export const LANE_HEIGHT = 58;
export const LANE_GAP = 11;
export const ROW_HEAD = 26;
export const ROW_FOOT = 7;
export const ROW_GAP = 22;
export const CARD_WIDTH = 172;
export const CARD_HEIGHT = 46;
export const CARD_GAP = 12;
export const TRACK = 9;
/** Room for a port beside the end of an arrow. */
export const LABEL_ROOM = 42;
export const MARGIN = 20;
