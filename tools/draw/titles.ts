import type { Frame } from './boxes';
import { type Box, fitted, textWidth } from './metrics';

/** How the title of a box around things is written. */
export interface FrameTitle {
  readonly text: string;
  readonly size: number;
  readonly bold: boolean;
  readonly x: number;
  readonly y: number;
  readonly icon?: string;
}

const ICONS: Readonly<Partial<Record<Frame['kind'], string>>> = { cloud: 'cloud', region: 'region', vpc: 'vpc' };

/** The title of a box: beside its icon; for a zone above its column. */
export function frameTitle({ kind, box, title, titleX }: Frame): FrameTitle {
  const icon = ICONS[kind];
  if (kind === 'zone') {
    const text = fitted(title, box.w - 12, 11);
    return { text, size: 11, bold: false, x: box.x + box.w / 2 - textWidth(text, 11) / 2, y: box.y + 15 };
  }
  if (kind === 'subnet') return { text: fitted(title, box.w - 16, 10), size: 10, bold: false, x: box.x + 8, y: box.y + 14 };
  return {
    text: title,
    size: 12,
    bold: kind !== 'vpc',
    x: (titleX ?? box.x + 30) + (titleX === undefined ? 0 : 26),
    y: box.y + (kind === 'vpc' ? 25 : 17),
    ...(icon !== undefined && { icon }),
  };
}

/** The room that the title of a box takes, with its icon. */
export function frameTitleBox(frame: Frame): Box {
  const { text, size, bold, x, y, icon } = frameTitle(frame);
  const left = icon === undefined ? 0 : 26;
  return { x: x - left, y: y - size, w: textWidth(text, size, bold) + left, h: size + 3 };
}
