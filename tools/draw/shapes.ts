import type { Mark } from '../picture/model';
import type { Frame, Node } from './boxes';
import { type Box, type Point, fitted, textWidth } from './metrics';
import type { Style } from './plan';
import { frameTitle } from './titles';

/** Text in an element or an attribute. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

const round = (value: number): string => String(Math.round(value * 10) / 10);

/** A line of text; its class says how it looks. */
export function text(x: number, y: number, content: string, look: string): string {
  return content === '' ? '' : `<text x="${round(x)}" y="${round(y)}" class="${look}">${escaped(content)}</text>`;
}

export function rect({ x, y, w, h }: Box, look: string, radius = 0): string {
  return `<rect x="${round(x)}" y="${round(y)}" width="${round(w)}" height="${round(h)}"${radius > 0 ? ` rx="${radius}"` : ''} class="${look}"/>`;
}

export function icon(kind: string, x: number, y: number, size: number): string {
  return `<use href="#icon-${kind}" x="${round(x)}" y="${round(y)}" width="${size}" height="${size}"/>`;
}

/** A line with rounded corners and a head at its end. */
export function line(points: readonly Point[], style: Style, mark: Mark | undefined): string {
  const [start, ...rest] = points;
  const parts = rest.map((point, index) => {
    const after = rest.at(index + 1);
    if (after === undefined || index === rest.length - 1) return `L${at(point)}`;
    const before = points[index];
    const [near, far] = [towards(point, before), towards(point, after)];
    return `L${at(near)}Q${at(point)} ${at(far)}`;
  });
  return `<path d="M${at(start)}${parts.join('')}" class="line ${style}${mark === undefined ? '' : ` ${mark}`}" marker-end="url(#head-${mark ?? style})"/>`;
}

function towards([x, y]: Point, [tx, ty]: Point): Point {
  const length = Math.abs(tx - x) + Math.abs(ty - y);
  const part = Math.min(5, length / 2) / (length || 1);
  return [x + (tx - x) * part, y + (ty - y) * part];
}

function at([x, y]: Point): string {
  return `${round(x)} ${round(y)}`;
}

/** A box around things, with its title. */
export function frame(one: Frame): string {
  const { text: title, size, x, y, icon: sign } = frameTitle(one);
  const look = one.kind === 'subnet' ? `subnet ${one.row === 'public' ? 'public' : 'private'}` : one.kind;
  return `<g>${rect(one.box, look)}${sign === undefined ? '' : icon(sign, x - 26, y - 14, 20)}${text(x, y, title, `title-${one.kind} s${size}`)}</g>`;
}

const BADGES: Readonly<Record<Mark, string>> = { new: '+ new', changed: '~ changed', gone: '− gone' };

/** A thing, with its name on hand for whoever looks further: `data-path`, `data-region`, `data-id`. */
export function thing(node: Node): string {
  const { thing: one, box } = node;
  const { mark, resources } = one;
  const [own] = resources as readonly ((typeof resources)[number] | undefined)[];
  const region = 'region' in one.place ? one.place.region : '';
  const data = [
    `data-id="${escaped(one.id)}"`,
    ...(own ? [`data-path="${escaped(own.path)}"`, `data-stack="${escaped(own.stack)}"`] : []),
    ...(region === '' ? [] : [`data-region="${escaped(region)}"`]),
  ];
  const badge = mark === undefined ? '' : badgeOf(mark, box, node.look);
  return `<g class="thing ${one.kind}${mark === undefined ? '' : ` ${mark}`}" ${data.join(' ')}><title>${escaped([one.title, one.what, one.size].filter((part) => part !== '').join(' · '))}</title>${cards(node)}${LOOKS[node.look](node)}${badge}</g>`;
}

function badgeOf(mark: Mark, { x, y, w, h }: Box, look: Node['look']): string {
  const place = badgeBox(mark, { x, y, w, h }, look);
  return `${rect(place, `badge ${mark}`, 7)}${text(place.x + 7, place.y + 10.5, BADGES[mark], 'badge-text')}`;
}

/** Where the badge of a thing stands: on its upper edge, in a slot below its icon. */
export function badgeBox(mark: Mark, { x, y, w }: Box, look: Node['look']): Box {
  const width = textWidth(BADGES[mark], 10, true) + 14;
  return look === 'slot' ? { x: x + (w - width) / 2, y: y + 27, w: width, h: 14 } : { x: x + w - width - 6, y: y - 7, w: width, h: 14 };
}

/** What lies under a box that stands for many. */
function cards({ thing: one, box, look }: Node): string {
  if (one.count < 2 || look === 'border') return '';
  return [4, 2].map((by) => rect({ ...box, x: box.x + by, y: box.y + by }, `box ${look} ${one.kind}`, 3)).join('');
}

const many = (count: number): string => (count > 1 ? ` × ${count.toLocaleString('en-US')}` : '');

const LOOKS: Readonly<Record<Node['look'], (node: Node) => string>> = {
  band: ({ thing: { title, what, size, count, members, kind }, box, columns }) => {
    const head = `${title}${many(count)}`;
    const rest = [what, size].filter((part) => part !== '').join(' · ');
    if (members.length === 0)
      return `${rect(box, `box band ${kind}`, 3)}${icon(kind, box.x + 9, box.y + 11, 36)}${text(box.x + 54, box.y + 26, fitted(head, box.w - 62, 12, true), 'name s12')}${text(box.x + 54, box.y + 42, fitted(rest, box.w - 62, 11), 'note s11')}`;
    const titled = fitted(head, box.w - 16, 12, true);
    const inside = members.slice(0, columns.length).map(({ label, zone }, index) => {
      const column = columns[zone] ?? columns[index];
      return `${icon(kind, column.x + 14, box.y + 23, 28)}${text(column.x + 48, box.y + 41, fitted(label, column.w - 58, 11), 'note s11')}`;
    });
    const beside = 10 + textWidth(titled, 12, true);
    return `${rect(box, `box band ${kind}`, 3)}${text(box.x + 8, box.y + 16, titled, 'name s12')}${text(box.x + 8 + beside, box.y + 16, fitted(rest, box.w - 20 - beside, 11), 'note s11')}${inside.join('')}`;
  },
  single: ({ thing: { title, what, size, count, kind }, box }) =>
    `${rect(box, `box single ${kind}`, 3)}${icon(kind, box.x + 8, box.y + 12, 34)}${text(box.x + 50, box.y + 22, fitted(`${title}${many(count)}`, box.w - 56, 12, true), 'name s12')}${text(box.x + 50, box.y + 36, fitted(what, box.w - 56, 10), 'note s10')}${text(box.x + 50, box.y + 49, fitted(size, box.w - 56, 10), 'note s10')}`,
  slot: ({ thing: { title, size, count, kind }, box }) => {
    const note = fitted(
      [size, ...(count > 1 ? [`× ${count.toLocaleString('en-US')}`] : [])].filter((part) => part !== '').join(' '),
      box.w - 2,
      9,
    );
    const name = fitted(title, box.w - 2, 10, true);
    const middle = box.x + box.w / 2;
    return `${icon(kind, middle - 18, box.y + 2, 36)}${text(middle, box.y + 52, name, 'name s10 middle')}${text(middle, box.y + 64, note, 'note s9 middle')}`;
  },
  card: ({ thing: { title, what, size, count, kind }, box }) => {
    const rest = [what, size].filter((part) => part !== '').join(' · ');
    const y = rest === '' ? 28 : 20;
    return `${rect(box, `box card ${kind}`, 3)}${icon(kind, box.x + 7, box.y + 7, 32)}${text(box.x + 47, box.y + y, fitted(`${title}${many(count)}`, box.w - 53, 12, true), 'name s12')}${text(box.x + 47, box.y + 35, fitted(rest, box.w - 53, 10), 'note s10')}`;
  },
  border: ({ thing: { title, kind }, box }) =>
    `${rect(box, 'box border', 12)}${icon(kind, box.x + 3, box.y + 1, 22)}${text(box.x + 28, box.y + 16, title, 'name s10')}`,
};
