/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** What a person would see at once in the page. */
export interface Sight {
  /** Pixels by which the page is wider than the window. */
  readonly tooWide: number;
  /** Words that lie on each other. */
  readonly overlaps: readonly string[];
  /** Words in pictures that hardly differ from their ground: the words and the contrast. */
  readonly faint: readonly string[];
}

/** Runs in the page: by what its browser measures. */
export function audit(): Sight {
  const root = document.documentElement;
  const isShown = (element: Element): boolean => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const texts: { words: string; rects: DOMRect[]; element: Element }[] = [];
  const walker = document.createTreeWalker(document.querySelector('.screen')!, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const element = node.parentElement!;
    if (
      node.textContent!.trim() === '' ||
      element.closest('svg, pre, .scroll, details:not([open]) > :not(summary), .skip, .hidden, option')
    )
      continue;
    if (!isShown(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    texts.push({
      words: node.textContent!.trim(),
      element,
      rects: [...range.getClientRects()].filter(({ width, height }) => width > 1 && height > 1),
    });
  }
  // What scrolls below the picture is covered by it, as it should be.
  const side = (element: Element): string => (element.closest('.left') ? 'left' : element.closest('.right') ? 'right' : 'other');
  const meet = (a: DOMRect, b: DOMRect): boolean =>
    a.left + 2 < b.right && b.left + 2 < a.right && a.top + 4 < b.bottom && b.top + 4 < a.bottom;
  const overlaps = texts.flatMap((one, index) =>
    texts
      .slice(index + 1)
      .filter((other) => side(one.element) === side(other.element) && one.rects.some((a) => other.rects.some((b) => meet(a, b))))
      .map((other) => `${one.words.slice(0, 40)} / ${other.words.slice(0, 40)}`),
  );
  return { tooWide: Math.max(0, root.scrollWidth - root.clientWidth), overlaps, faint: faintTexts() };

  function faintTexts(): string[] {
    const found: string[] = [];
    const svg = document.querySelector<SVGSVGElement>('.picture');
    const shapes: { rect: DOMRect; fill: number[] }[] = [];
    for (const element of svg?.querySelectorAll<SVGGraphicsElement>('rect, text') ?? []) {
      if (element.closest('.gone, .hot')) continue;
      const rect = element.getBoundingClientRect();
      const { fill, fillOpacity } = getComputedStyle(element);
      const colour = /rgb\((\d+), (\d+), (\d+)\)/.exec(fill)?.slice(1).map(Number);
      if (!colour || Number(fillOpacity) < 0.5) continue;
      if (element.tagName === 'rect') {
        shapes.push({ rect, fill: colour });
        continue;
      }
      const [x, y] = [rect.left + rect.width / 2, rect.top + rect.height / 2];
      const ground = shapes.findLast(({ rect: r }) => r.left <= x && x <= r.right && r.top <= y && y <= r.bottom)!.fill;
      const [light, dark] = [luminance(colour), luminance(ground)].sort((a, b) => b - a);
      const contrast = (light + 0.05) / (dark + 0.05);
      if (contrast < 4.5) found.push(`${element.textContent} ${contrast.toFixed(2)}`);
    }
    return [...new Set(found)];
  }

  function luminance(colour: readonly number[]): number {
    const [r, g, b] = colour.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }
}

/** Pages of paper whose words do not fit. */
export function overflowing(): string[] {
  return [...document.querySelectorAll<HTMLElement>('.sheet-of-paper')]
    .filter((page) => {
      const own = page.getBoundingClientRect();
      return [...page.querySelectorAll('.columns > *, svg')].some((part) =>
        [...part.getClientRects()].some(({ bottom, right }) => bottom > own.bottom + 1 || right > own.right + 1),
      );
    })
    .map((page) => page.querySelector('h2')!.textContent);
}
