import type { Mark, Picture, Thing } from './model';

const TITLES: readonly (readonly [mark: Mark, title: string])[] = [
  ['new', 'New'],
  ['changed', 'Changed'],
  ['gone', 'Gone'],
];

/** What a marked picture shows, one line for each mark: `New: Fleet (Auto Scaling), Load balancer (Application Load Balancer)`. */
export function changeInWords({ things }: Picture): string[] {
  return TITLES.flatMap(([mark, title]) => {
    const names = [...new Set(things.filter((thing) => thing.mark === mark).map(nameOf))];
    return names.length === 0 ? [] : [`${title}: ${names.join(', ')}.`];
  });
}

function nameOf({ title, what, count }: Thing): string {
  const head = `${title}${count > 1 ? ` × ${count.toLocaleString('en-US')}` : ''}`;
  return what === '' ? head : `${head} (${what})`;
}
