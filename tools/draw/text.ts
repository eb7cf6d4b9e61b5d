import type { Colors } from 'picocolors/types';
import type { Picture, Thing } from '../picture/model';
import { typeName } from '../shared/words';
import { wrap } from '../shared/wrap';

const ROWS = { public: 'public subnets', private: 'private subnets', isolated: 'private subnets' } as const;
const SIGNS = { new: '+', changed: '~', gone: '−' } as const;

/** A picture for a terminal: what stands where, and below each thing whom it reaches. */
export function textOf(picture: Picture, { colors, width }: { readonly colors: Colors; readonly width: number }): string {
  const titles = new Map(picture.things.map((thing) => [thing.id, thing]));
  const lines: string[] = [colors.bold(picture.title), ''];
  put(
    0,
    picture.things.filter(({ place }) => place.at === 'outside' || place.at === 'global'),
  );
  for (const region of picture.regions) {
    lines.push(colors.cyan(region.title));
    for (const network of region.networks) {
      const borders = picture.things.filter(({ place }) => place.at === 'border' && place.network === network.id).map(({ title }) => title);
      lines.push(`  ${colors.magenta(network.title)}  ${colors.dim([network.zones.join(' '), ...borders].join(' · '))}`);
      for (const row of network.rows) {
        const own = picture.things.filter(({ place }) => place.at === 'subnets' && place.network === network.id && place.row === row.id);
        if (own.length === 0) continue;
        lines.push(`    ${colors.dim([row.name, ROWS[row.kind]].filter((part) => part !== '').join(': '))}`);
        put(6, own);
      }
    }
    put(
      2,
      picture.things.filter(({ place }) => place.at === 'region' && place.region === region.id),
    );
  }
  if (picture.listed.length > 0)
    lines.push(
      '',
      ...wrap(
        `Also in the templates: ${picture.listed.map(({ type, count }) => `${count} ${typeName(type)}`).join(', ')}.`,
        Math.min(width, 120),
      ).map((line) => colors.dim(line)),
    );
  return `${lines.join('\n')}\n`;

  function put(indent: number, things: readonly Thing[]): void {
    for (const thing of things) {
      const { mark, title, count, what, size, members } = thing;
      const sign = mark === undefined ? '' : `${SIGNS[mark]} `;
      const zones = members.map(({ label }) => label).join(', ');
      const rest = [what, size, zones].filter((part) => part !== '').join(' · ');
      const tone =
        mark === 'new' ? colors.green : mark === 'changed' ? colors.yellow : mark === 'gone' ? colors.dim : (text: string) => text;
      lines.push(
        `${' '.repeat(indent)}${tone(`${sign}${colors.bold(`${title}${count > 1 ? ` × ${count.toLocaleString('en-US')}` : ''}`)}`)}${rest === '' ? '' : `  ${rest}`}`,
      );
      for (const { to, label, mark: sort } of picture.arrows.filter(({ from }) => from === thing.id)) {
        const goal = titles.get(to);
        if (goal)
          lines.push(
            `${' '.repeat(indent + 2)}${colors.dim(`${sort === undefined ? '' : `${SIGNS[sort]} `}─${label === '' ? '' : ` ${label} `}→ ${goal.title}${goal.what === '' ? '' : ` (${goal.what})`}${whereOf(thing, goal)}`)}`,
          );
      }
    }
  }
}

/** Another region than the one of the arrow's start. */
function whereOf({ place: from }: Thing, { place: to }: Thing): string {
  const [here, there] = [from, to].map((place) => ('region' in place ? place.region : undefined));
  return there !== undefined && there !== here ? ` in ${there}` : '';
}
