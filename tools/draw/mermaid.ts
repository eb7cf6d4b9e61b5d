import type { Arrow, Picture, Thing } from '../picture/model';
import { type Style, styleOf } from './plan';

const LINES: Readonly<Record<Style, string>> = { request: '-->', async: '-.->', copy: '-.->', lookup: '-.->' };
const ROWS = { public: 'public subnets', private: 'private subnets', isolated: 'private subnets' } as const;

/** A picture as Mermaid's flowchart, which GitHub draws in comments and pages. */
export function mermaidOf(picture: Picture): string {
  const names = new Map(picture.things.map(({ id }, index) => [id, `n${index}`]));
  const node = (thing: Thing, indent: string): string =>
    `${indent}${names.get(thing.id) ?? ''}["${labelOf(thing)}"]${thing.mark === undefined ? '' : `:::${thing.mark}`}`;
  const lines = [
    'flowchart TB',
    ...picture.things.filter(({ place }) => place.at === 'outside' || place.at === 'global').map((thing) => node(thing, '  ')),
  ];
  picture.regions.forEach((region, number) => {
    lines.push(`  subgraph r${number}["${quoted(region.title)}"]`);
    region.networks.forEach((network, index) => {
      lines.push(`    subgraph r${number}v${index}["${quoted(network.title)}"]`);
      lines.push(
        ...picture.things
          .filter(({ place }) => place.at === 'border' && place.network === network.id)
          .map((thing) => node(thing, '      ')),
      );
      network.rows.forEach((row, level) => {
        const own = picture.things.filter(({ place }) => place.at === 'subnets' && place.network === network.id && place.row === row.id);
        if (own.length === 0) return;
        lines.push(
          `      subgraph r${number}v${index}s${level}["${quoted([row.name, ROWS[row.kind]].filter((part) => part !== '').join(': '))}"]`,
          ...own.map((thing) => node(thing, '        ')),
          '      end',
        );
      });
      lines.push('    end');
    });
    lines.push(
      ...picture.things.filter(({ place }) => place.at === 'region' && place.region === region.id).map((thing) => node(thing, '    ')),
      '  end',
    );
  });
  lines.push(...picture.arrows.flatMap((arrow) => arrowLine(arrow, names)));
  const used = new Set(picture.things.map(({ mark }) => mark));
  if (used.has('new')) lines.push('  classDef new stroke:#1a7f37,stroke-width:3px');
  if (used.has('changed')) lines.push('  classDef changed stroke:#9a6700,stroke-width:3px');
  if (used.has('gone')) lines.push('  classDef gone stroke:#8c959f,stroke-dasharray:5 5,color:#8c959f');
  return `${lines.join('\n')}\n`;
}

function labelOf({ title, what, size, count, mark }: Thing): string {
  const head = `${title}${count > 1 ? ` × ${count.toLocaleString('en-US')}` : ''}${mark === undefined ? '' : ` (${mark})`}`;
  return [head, what, size]
    .filter((part) => part !== '')
    .map(quoted)
    .join('<br/>');
}

function arrowLine({ label, ...arrow }: Arrow, names: ReadonlyMap<string, string>): string[] {
  const [from, to] = [names.get(arrow.from), names.get(arrow.to)];
  if (from === undefined || to === undefined) return [];
  const words = `${label}${arrow.mark === 'gone' ? ' (gone)' : ''}`;
  return [`  ${from} ${LINES[styleOf({ ...arrow, label })]}${words === '' ? '' : `|"${quoted(words)}"|`} ${to}`];
}

function quoted(text: string): string {
  return text.replaceAll('"', '#quot;').replaceAll('<', '#lt;').replaceAll('>', '#gt;');
}
