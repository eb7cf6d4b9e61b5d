/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { Captions } from '../../captions';
import type { PartView } from '../messages';
import { get } from './dom';

const SVG = 'http://www.w3.org/2000/svg';
const LINE = 15;
const PADDING = 6;
/** Words below a thing may be a little wider than it is. */
const LEAST_WIDTH = 104;
/** From the end of an arrow, where it is alone, to the middle of its words. */
const BEFORE_END = 26;

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const boxOf = (id: string): SVGGElement | null => get('picture').querySelector(`.thing[data-id="${CSS.escape(id)}"]`);

/** Shows another picture. */
export function showPicture(svg: string, choose: (box: string) => void): void {
  get('picture').innerHTML = svg;
  for (const thing of get('picture').querySelectorAll<SVGGElement>('.thing'))
    thing.addEventListener('click', () => {
      choose(thing.dataset.id ?? '');
    });
}

/** Writes the numbers of a second into the picture: at boxes, and at arrows where there is room. */
export function showCaptions({ boxes, arrows }: Captions, parts: readonly PartView[]): void {
  const picture = get('picture').querySelector('svg');
  if (!picture) return;
  picture.querySelector('.captions')?.remove();
  const layer = document.createElementNS(SVG, 'g');
  layer.setAttribute('class', 'captions');
  picture.append(layer);
  const taken: Area[] = [...picture.querySelectorAll<SVGGraphicsElement>('.thing, .title-subnet')].map((one) => one.getBBox());
  const { width: most, y: top } = picture.viewBox.baseVal;
  for (const thing of picture.querySelectorAll('.thing.broken')) thing.classList.remove('broken');
  for (const [id, words] of Object.entries(boxes)) {
    const thing = boxOf(id);
    if (!thing || words === '') continue;
    const faults = parts.flatMap((part) => (part.box === id && part.fault !== undefined ? [part.fault] : []));
    if (faults.length > 0) thing.classList.add('broken');
    const said = faults.length === 0 ? words : `${faults.join(', ')} · ${words}`;
    const look = `caption${faults.length > 0 ? ' broken' : ''}`;
    taken.push(thing.querySelector('.box') ? onEdge(layer, said, thing, look, most) : beside(layer, said, thing, look, taken));
  }
  for (const { from, to, reason, words, rate } of arrows) {
    const line = picture.querySelector<SVGPathElement>(
      `.arrow[data-from="${CSS.escape(from)}"][data-to="${CSS.escape(to)}"][data-reason="${CSS.escape(reason)}"] path`,
    );
    if (!line) continue;
    line.style.strokeWidth = String(1.5 + Math.log10(1 + rate) * 1.5);
    const plate = new Plate(layer, [words], 'caption way');
    const length = line.getTotalLength();
    const places = [
      ...(length > 4 * BEFORE_END ? [length - BEFORE_END] : []),
      ...[0.5, 0.35, 0.65, 0.25, 0.75].map((share) => length * share),
    ];
    const free = places
      .map((at) => line.getPointAtLength(at))
      .map(({ x, y }) => plate.around(x, y))
      .find((area) => area.y > top && !taken.some((other) => meets(area, other)));
    if (free) taken.push(plate.put(free));
    else plate.remove();
  }
}

/** Lets a box, and nothing else, look chosen. */
export function markChosen(id: string): void {
  for (const thing of get('picture').querySelectorAll<SVGGElement>('.thing')) thing.classList.toggle('chosen', thing.dataset.id === id);
}

/** Words on the lower edge of a box: as many lines as its width needs. */
function onEdge(layer: SVGGElement, words: string, thing: SVGGElement, look: string, most: number): Area {
  const { x, y, width, height } = thing.getBBox();
  const lines: string[] = [];
  for (const part of words.split(' · ')) {
    const longer = lines.length === 0 ? part : `${lines.at(-1) ?? ''} · ${part}`;
    const probe = new Plate(layer, [longer], look);
    if (lines.length > 0 && probe.width > Math.max(width, LEAST_WIDTH)) lines.push(part);
    else lines.splice(-1, 1, longer);
    probe.remove();
  }
  const plate = new Plate(layer, lines, look);
  const area = plate.around(x + width / 2, 0);
  return plate.put({ ...area, x: Math.min(Math.max(area.x, 1), most - area.width - 1), y: y + height - LINE / 2 });
}

/** Words of a thing that has no edge: to its right, where there is room, with its name. */
function beside(layer: SVGGElement, words: string, thing: SVGGElement, look: string, taken: readonly Area[]): Area {
  const { x, y, width } = thing.getBBox();
  const [title = ''] = (thing.querySelector('title')?.textContent ?? '').split(' · ');
  const plate = new Plate(layer, [`${title}:`, ...words.split(' · ')], look);
  const area = { ...plate.around(0, 0), x: x + width + PADDING, y };
  const others = taken.filter((one) => one.x !== x || one.y !== y);
  const tries = Array.from({ length: 40 }, (_, n) => ({ ...area, x: area.x + n * 10 }));
  return plate.put(tries.find((one) => !others.some((other) => meets(one, other))) ?? area);
}

const meets = (a: Area, b: Area): boolean => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** Lines of words on a plate. */
class Plate {
  public readonly width: number;
  private readonly height: number;
  private readonly group = document.createElementNS(SVG, 'g');
  private readonly plate = document.createElementNS(SVG, 'rect');
  private readonly texts: readonly SVGTextElement[];

  public constructor(layer: SVGGElement, lines: readonly string[], look: string) {
    this.group.setAttribute('class', look);
    this.texts = lines.map((line) => {
      const text = document.createElementNS(SVG, 'text');
      text.textContent = line;
      return text;
    });
    this.group.append(this.plate, ...this.texts);
    layer.append(this.group);
    this.width = Math.max(...this.texts.map((text) => text.getComputedTextLength())) + 2 * PADDING;
    this.height = lines.length * LINE + 2;
  }

  /** Where it would be around a point. */
  public around(x: number, y: number): Area {
    return { x: x - this.width / 2, y: y - this.height / 2, width: this.width, height: this.height };
  }

  public put(area: Area): Area {
    for (const [name, value] of Object.entries(area)) this.plate.setAttribute(name, String(value));
    this.plate.setAttribute('rx', '4');
    for (const [index, text] of this.texts.entries()) {
      text.setAttribute('x', String(area.x + area.width / 2));
      text.setAttribute('y', String(area.y + LINE * (index + 1) - 3));
    }
    return area;
  }

  public remove(): void {
    this.group.remove();
  }
}
