/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** Runs in the page of a rehearsal: captions that meet one another, and names of things that a caption covers. */
export function overlaps(): { captions: string[]; names: string[] } {
  const meets = (a: DOMRect, b: DOMRect): boolean => a.x + 1 < b.right && b.x + 1 < a.right && a.y + 1 < b.bottom && b.y + 1 < a.bottom;
  const captions = [...document.querySelectorAll('.caption')];
  const names = [...document.querySelectorAll('#picture .thing text')];
  const words = (one: Element): string => one.textContent;
  return {
    captions: captions.flatMap((one, index) =>
      captions
        .slice(index + 1)
        .filter((other) => meets(one.getBoundingClientRect(), other.getBoundingClientRect()))
        .map((other) => `${words(one)} / ${words(other)}`),
    ),
    names: captions.flatMap((one) =>
      names
        .filter((name) => meets(one.getBoundingClientRect(), name.getBoundingClientRect()))
        .map((name) => `${words(one)} / ${words(name)}`),
    ),
  };
}
