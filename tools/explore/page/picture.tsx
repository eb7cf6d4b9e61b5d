import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { Drawing, Rung } from '../ladder';
import { moveFrom, spotsOf } from './motion';
import type { Zoom } from './state';

/** A box that is too full, and the words for it. */
export interface Hot {
  readonly thing: string;
  readonly words: string;
}

interface Props {
  readonly drawing: Drawing;
  readonly title: string;
  readonly things: Rung['things'];
  readonly chosen?: string;
  readonly hot: readonly Hot[];
  readonly zoom: Zoom;
  readonly onChoose: (thing: string) => void;
}

/** Below this share of its own size nobody could read it: then it scrolls. */
const LEAST = 0.56;

/** The picture. Every box is a button. */
export function Picture({ drawing, title, things, chosen, hot, zoom, onChoose }: Props): JSX.Element {
  const root = useRef<SVGSVGElement>(null);
  const spots = useRef<ReturnType<typeof spotsOf>>(new Map());
  useLayoutEffect(() => {
    const { current: svg } = root;
    if (!svg) return;
    svg.innerHTML = `<rect width="100%" height="100%" class="paper"/>${drawing.content}`;
    for (const group of svg.querySelectorAll<SVGGElement>('.thing')) {
      const { id = '' } = group.dataset;
      if (!Object.hasOwn(things, id)) continue;
      group.setAttribute('tabindex', '0');
      group.setAttribute('role', 'button');
    }
    moveFrom(spots.current, svg);
    spots.current = spotsOf(svg);
  }, [drawing, things]);
  useEffect(() => {
    const { current: svg } = root;
    if (!svg) return;
    for (const group of svg.querySelectorAll<SVGGElement>('.thing')) {
      group.classList.toggle('chosen', group.dataset.id === chosen);
      group.setAttribute('aria-pressed', String(group.dataset.id === chosen));
      mark(group, hot.find(({ thing }) => thing === group.dataset.id)?.words);
    }
  }, [drawing, chosen, hot]);
  const choose = (event: Event): void => {
    const group = event.target instanceof Element ? event.target.closest<SVGGElement>('.thing') : null;
    if (group?.dataset.id !== undefined && group.hasAttribute('tabindex')) onChoose(group.dataset.id);
  };
  const { width, height } = drawing;
  const size = zoom === 'wide' ? `width:100%;min-width:${Math.round(width * LEAST)}px;max-width:${Math.round(width * 1.3)}px` : '';
  const whole = zoom === 'whole' ? 'width:100%;max-height:calc(100vh - 2rem)' : '';
  const fixed = typeof zoom === 'number' ? `width:${Math.round(width * zoom)}px` : '';
  return (
    <div class="sheet">
      <svg
        ref={root}
        role="group"
        aria-label={title}
        viewBox={`0 0 ${width} ${height}`}
        style={size || whole || fixed}
        class="picture"
        onClick={choose}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' && event.key !== ' ') return;
          event.preventDefault();
          choose(event);
        }}
      />
    </div>
  );
}

const NS = 'http://www.w3.org/2000/svg';

/** Puts words on a box that is too full, and takes them away again. */
function mark(group: SVGGElement, words: string | undefined): void {
  group.querySelector('.heat')?.remove();
  group.classList.toggle('hot', words !== undefined);
  if (words === undefined) return;
  const box = group.querySelector<SVGGraphicsElement>('.box') ?? group;
  const { x, y } = box.getBBox();
  const badge = document.createElementNS(NS, 'g');
  badge.classList.add('heat');
  const [plate, text] = [document.createElementNS(NS, 'rect'), document.createElementNS(NS, 'text')];
  text.textContent = words;
  text.setAttribute('x', String(x + 10));
  text.setAttribute('y', String(y + 2));
  badge.append(plate, text);
  group.append(badge);
  const size = text.getBBox();
  for (const [name, value] of Object.entries({ x: size.x - 6, y: size.y - 1, width: size.width + 12, height: size.height + 2, rx: 7 }))
    plate.setAttribute(name, String(value));
}
