import { compareStacks } from '../changes/compare';
import { marked } from '../picture/compare';
import type { Picture } from '../picture/model';
import { pictureOf } from '../picture/read';
import { runApp } from '../shared/app';
import { checkTarget, deliver, lookOf } from '../shared/output';
import { type Progress, progress } from '../shared/progress';
import { nameOf, readStacks } from '../shared/sides';
import type { StackTemplate } from '../shared/template';
import { capitalized } from '../shared/words';
import { type DrawOptions, type PictureFormat, formatOf } from './arguments';
import ladder from './ladder.json';
import type { Reserve } from './lanes';
import { reserveOf } from './layout';
import { mermaidOf } from './mermaid';
import { svgOf } from './svg';
import { textOf } from './text';

interface Side {
  readonly title: string;
  readonly stacks: readonly StackTemplate[];
}

/** Does what `stagecraft draw` was asked for. */
export async function runDraw(stage: string | undefined, options: DrawOptions): Promise<void> {
  const { output } = options;
  if (output !== undefined) checkTarget(output);
  const format = formatOf(options, process.stdout.isTTY);
  const watched = progress();
  try {
    const [side, before] = stage === undefined ? ownSides(options, watched) : await stageSides(stage, options, watched);
    const picture = watched.during('Drawing', () => drawnOf(side, before));
    // Stages keep the places of the whole ladder; a comparison of others keeps those of both.
    const reserve = stage !== undefined ? ladder : before === undefined ? undefined : reserveOf([picture]);
    watched.end();
    deliver(await rendered(picture, format, reserve, output), output);
  } finally {
    watched.end();
  }
}

function drawnOf(side: Side, before: Side | undefined): Picture {
  const picture = pictureOf(side.stacks, before === undefined ? side.title : `${side.title}, against ${before.title}`);
  if (before === undefined) return picture;
  return marked(pictureOf(before.stacks, before.title), picture, compareStacks(before.stacks, side.stacks).changes);
}

async function stageSides(stage: string, { from, context = {} }: DrawOptions, watched: Progress): Promise<[Side, Side?]> {
  const { synthesizeStages } = await watched.during('Loading the CDK', () => import('../shared/stages'));
  const { sides, stacks } = synthesizeStages(from === undefined ? [stage] : [stage, from], context, watched);
  const named = sides.map((side, index): Side => {
    const name = nameOf(side);
    return { title: index === 0 ? capitalized(name) : name, stacks: stacks[index] };
  });
  return [named[0], named.at(1)];
}

function ownSides({ template = '', app, from }: DrawOptions, watched: Progress): [Side, Side?] {
  const stacks = app === undefined ? readStacks(template) : watched.during('Synthesizing', () => runApp(app));
  const side = { title: app === undefined ? template : 'The app', stacks };
  return from === undefined ? [side] : [side, { title: from, stacks: readStacks(from) }];
}

async function rendered(
  picture: Picture,
  format: PictureFormat,
  reserve: Reserve | undefined,
  output: string | undefined,
): Promise<string | Buffer> {
  if (format === 'json') return `${JSON.stringify(picture, null, 2)}\n`;
  if (format === 'mermaid') return mermaidOf(picture);
  if (format === 'text') return textOf(picture, lookOf(output));
  const svg = svgOf(picture, { reserve });
  if (format === 'svg') return svg;
  // The renderer is a program of the machine: loaded for those alone who want its pixels.
  const { pngOf } = await import('./png');
  return pngOf(svg);
}
