/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** What a person would see at once in a drawn picture. */
export interface Findings {
  readonly overlaps: readonly string[];
  readonly covered: readonly string[];
  readonly loose: readonly string[];
  readonly outside: readonly string[];
}

/** Runs in a page that shows one SVG: by what its browser measures, not by what was laid out. */
export function audit(): Findings {
  interface Area {
    readonly name: string;
    readonly x: number;
    readonly y: number;
    readonly r: number;
    readonly b: number;
  }
  const svg = document.querySelector('svg')!;
  const areaOf = (element: SVGGraphicsElement, name: string): Area => {
    const { x, y, width, height } = element.getBBox();
    return { name, x, y, r: x + width, b: y + height };
  };
  const meet = (a: Area, b: Area, slack: number): boolean =>
    a.x + slack < b.r && b.x + slack < a.r && a.y + slack < b.b && b.y + slack < a.b;
  const all = <T extends SVGGraphicsElement>(selector: string): T[] => [...svg.querySelectorAll<T>(selector)];
  const texts = all<SVGTextElement>('text').map((element) => areaOf(element, element.textContent));
  const overlaps = texts.flatMap((one, index) =>
    texts
      .slice(index + 1)
      .filter((other) => meet(one, other, 1.5))
      .map((other) => `${one.name} / ${other.name}`),
  );

  const icons = all<SVGUseElement>('.thing use').map((element) => areaOf(element, element.getAttribute('href') ?? ''));
  const labels = all('.label').map((element) => areaOf(element, element.textContent));
  const covered = labels.flatMap((label) => icons.filter((icon) => meet(label, icon, 0.5)).map((icon) => `${label.name} on ${icon.name}`));

  const things = new Map(all('.thing').map((element) => [element.dataset.id ?? '', areaOf(element, element.dataset.id ?? '')]));
  const near = ({ x, y }: DOMPoint, area: Area | undefined): boolean =>
    area !== undefined && x >= area.x - 4 && x <= area.r + 4 && y >= area.y - 9 && y <= area.b + 9;
  const loose = all('.arrow').flatMap((element) => {
    const path = element.querySelector('path')!;
    const [start, end] = [path.getPointAtLength(0), path.getPointAtLength(path.getTotalLength())];
    const { from = '', to = '' } = element.dataset;
    return [
      ...(near(start, things.get(from)) ? [] : [`${from} is not where its arrow to ${to} starts`]),
      ...(near(end, things.get(to)) ? [] : [`${to} is not where the arrow of ${from} ends`]),
    ];
  });

  const sheet = svg.viewBox.baseVal;
  const outside = [
    ...texts,
    ...icons,
    ...things.values(),
    ...all('.arrow').map((element) => areaOf(element, `arrow of ${element.dataset.from}`)),
  ]
    .filter((area) => area.x < sheet.x || area.y < sheet.y || area.r > sheet.x + sheet.width || area.b > sheet.y + sheet.height)
    .map(({ name }) => name);
  return { overlaps, covered, loose, outside };
}
