const LASTS = 450;

interface Spot {
  readonly x: number;
  readonly y: number;
}

/** Where each box stands in a picture, by its id. */
export function spotsOf(svg: SVGSVGElement): Map<string, Spot> {
  const spots = new Map<string, Spot>();
  for (const group of svg.querySelectorAll<SVGGElement>('.thing')) {
    const { x, y } = group.getBBox();
    if (group.dataset.id !== undefined) spots.set(group.dataset.id, { x, y });
  }
  return spots;
}

/** Moves what was there before to its new place, and lets the rest appear. Nobody who asked for less motion sees any. */
export function moveFrom(before: ReadonlyMap<string, Spot>, svg: SVGSVGElement): void {
  if (before.size === 0 || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
  const options = { duration: LASTS, easing: 'ease-in-out' };
  const now = spotsOf(svg);
  for (const group of svg.querySelectorAll<SVGGElement>('.thing')) {
    const id = group.dataset.id ?? '';
    const [from, to] = [before.get(id), now.get(id)];
    if (from === undefined) group.animate([{ opacity: 0 }, { opacity: 0, offset: 0.4 }, {}], options);
    else if (to && (from.x !== to.x || from.y !== to.y))
      group.animate([{ transform: `translate(${from.x - to.x}px,${from.y - to.y}px)` }, { transform: 'none' }], options);
  }
  for (const line of svg.querySelectorAll<SVGGElement>('.arrow, .label'))
    line.animate([{ opacity: 0 }, { opacity: 0, offset: 0.5 }, {}], options);
}
