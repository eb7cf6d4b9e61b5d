import type { Mark, Picture } from '../picture/model';
import { typeName } from '../shared/words';
import { symbolOf } from './icons';
import { type Sheet, layOut } from './layout';
import type { Reserve } from './lanes';
import { FONT, MARGIN, textWidth } from './metrics';
import { type Style, styleOf } from './plan';
import * as shapes from './shapes';
import { STYLE } from './style';
import { LABEL_SIZE } from './labels';

/** What may be asked of a drawing. */
export interface SvgOptions {
  /** Places to keep, so that a thing stands where it stands in other pictures. */
  readonly reserve?: Reserve;
  /** Without title, legend and what isn't drawn: for a page that says these itself. */
  readonly bare?: boolean;
}

const STYLES: Readonly<Record<Style, string>> = {
  request: 'request, with its port',
  async: 'sends or receives',
  copy: 'copies, asynchronous',
  lookup: 'DNS and health checks',
};
const MARKS: Readonly<Record<Mark, string>> = { new: 'new', changed: 'changed', gone: 'gone' };
/** What is new lies above what has gone, where they share a way. */
const ORDER: readonly (Mark | undefined)[] = ['gone', undefined, 'changed', 'new'];
const TITLE_HEIGHT = 34;

/** A picture as SVG, the same text for the same picture. Each thing is a group with `data-id`, `data-path`, `data-stack` and `data-region`. */
export function svgOf(picture: Picture, options: SvgOptions = {}): string {
  return svgOfSheet(layOut(picture, options.reserve), options);
}

/** The same for a sheet that is laid out. */
export function svgOfSheet(sheet: Sheet, { bare = false }: SvgOptions = {}): string {
  const { picture, grid } = sheet;
  const { width, height } = grid;
  const foot = bare ? { text: '', height: 0 } : footOf(sheet, height);
  const top = bare ? 0 : TITLE_HEIGHT;
  const whole = height + foot.height + top;
  const size = `viewBox="0 ${-top} ${Math.ceil(width)} ${Math.ceil(whole)}" width="${Math.ceil(width)}" height="${Math.ceil(whole)}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-label="${shapes.escaped(picture.title)}" font-family="${FONT.replaceAll('"', "'")}">`,
    `<style>${STYLE}</style>`,
    `<defs>${definitionsOf([sheet])}</defs>`,
    `<rect x="0" y="${-top}" width="100%" height="100%" class="paper"/>`,
    ...(bare ? [] : [shapes.text(MARGIN, -10, picture.title, 'heading')]),
    contentOf(sheet),
    foot.text,
    '</svg>\n',
  ].join('\n');
}

/** Heads of arrows and icons that some sheets use, for the one `defs` that they share. */
export function definitionsOf(sheets: readonly Sheet[]): string {
  const styles = [...new Set(sheets.flatMap(({ routes }) => routes.map(({ arrow }) => styleOf(arrow))))];
  const heads = [...styles, ...Object.keys(MARKS)].map(
    (name) =>
      `<marker id="head-${name}" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0.5L8 4L0 7.5z" class="head ${name}"/></marker>`,
  );
  const hasNetwork = sheets.some(({ picture }) => picture.regions.some(({ networks }) => networks.some(({ title }) => title !== '')));
  const kinds = new Set(['cloud', 'region', 'vpc', ...sheets.flatMap(({ picture }) => picture.things.map(({ kind }) => kind))]);
  return `${heads.join('')}${[...kinds]
    .filter((kind) => kind !== 'vpc' || hasNetwork)
    .map(symbolOf)
    .join('')}`;
}

/** What stands on a sheet, without the definitions and the style that it needs. */
export function contentOf({ grid, routes, labels }: Sheet): string {
  return [
    ...grid.frames.map(shapes.frame),
    ...[...routes]
      .sort((a, b) => ORDER.indexOf(a.arrow.mark) - ORDER.indexOf(b.arrow.mark))
      .map(
        ({ arrow, points }) =>
          `<g class="arrow" data-from="${shapes.escaped(arrow.from)}" data-to="${shapes.escaped(arrow.to)}" data-reason="${arrow.reason}">${shapes.line(points, styleOf(arrow), arrow.mark)}</g>`,
      ),
    ...grid.nodes.map(shapes.thing),
    ...[...labels].map(
      ([{ arrow }, { text, box }]) =>
        `<g class="label${arrow.mark === undefined ? '' : ` ${arrow.mark}`}">${shapes.rect(box, 'label-box', 2)}${shapes.text(box.x + 3, box.y + 10, text, `label-text s${LABEL_SIZE}`)}</g>`,
    ),
  ].join('\n');
}

/** Legend, and what the templates have beside what is drawn. */
function footOf({ picture, grid, routes }: Sheet, top: number): { text: string; height: number } {
  let x = MARGIN;
  let y = top + 8;
  const parts: string[] = [];
  const styles = [...new Set(routes.map(({ arrow }) => styleOf(arrow)))];
  const put = (sign: string, words: string): void => {
    const needed = 44 + textWidth(words, 11) + 18;
    if (x + needed > grid.width - MARGIN) {
      x = MARGIN;
      y += 18;
    }
    parts.push(
      sign
        .replaceAll('X1', String(x))
        .replaceAll('X2', String(x + 32))
        .replaceAll('YY', String(y - 4))
        .replaceAll('YT', String(y - 11)),
      shapes.text(x + 40, y, words, 'note s11'),
    );
    x += needed;
  };
  for (const style of styles) put(`<path d="MX1 YYLX2 YY" class="line ${style}" marker-end="url(#head-${style})"/>`, STYLES[style]);
  for (const mark of Object.keys(MARKS) as Mark[])
    if (picture.things.some((one) => one.mark === mark) || picture.arrows.some((one) => one.mark === mark))
      put(`<rect x="X1" y="YT" width="32" height="13" rx="3" class="swatch ${mark}"/>`, MARKS[mark]);
  const said = [
    ...(picture.things.some(({ members, count }) => members.length > 1 && count >= 1)
      ? ['Where the template names no zone for a part, AWS chooses it.']
      : []),
    ...(picture.listed.length > 0
      ? [`Also in the templates: ${picture.listed.map(({ type, count }) => `${count} ${typeName(type)}`).join(' · ')}.`]
      : []),
  ];
  for (const sentence of said)
    for (const row of wrapped(sentence, grid.width - 2 * MARGIN)) {
      y += 16;
      parts.push(shapes.text(MARGIN, y, row, 'note s10'));
    }
  return { text: parts.join('\n'), height: y - top + 14 };
}

function wrapped(sentence: string, width: number): string[] {
  const rows: string[] = [];
  for (const word of sentence.split(' ')) {
    const last = rows.at(-1);
    if (last !== undefined && textWidth(`${last} ${word}`, 10) <= width) rows[rows.length - 1] = `${last} ${word}`;
    else rows.push(word);
  }
  return rows;
}
