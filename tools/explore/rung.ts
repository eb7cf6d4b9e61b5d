import { comparePrepared } from '../changes/compare';
import { prepared } from '../changes/prepare';
import { reportOf } from '../diff/report';
import { sectionsOf } from '../diff/view';
import type { Climb as ClimbSteps } from '../diff/climb';
import { type Sheet, layOut } from '../draw/layout';
import { contentOf } from '../draw/svg';
import type { Reserve } from '../draw/lanes';
import { marked } from '../picture/compare';
import type { Picture, Thing } from '../picture/model';
import { pictureOf } from '../picture/read';
import type { Comparison } from '../changes/model';
import type { StackTemplate } from '../shared/template';
import { groupBy } from '../shared/words';
import type { Change, Drawing } from './ladder';

/** An architecture, before it is drawn. */
export interface Side {
  readonly title: string;
  readonly stacks: readonly StackTemplate[];
  readonly picture: Picture;
}

/** One side after another one. */
export interface Step {
  /** Stacks of both, as they are compared. */
  readonly compared: ReturnType<typeof prepared>;
  readonly comparison: Comparison;
  /** The one after, with marks. */
  readonly picture: Picture;
}

/** Said in a place of its own, or of no weight for who wants to understand. */
const ELSEWHERE = ['Verdict', 'What users notice', 'How to climb', 'By hand', 'Size and price', 'What can not be seen here', 'Plumbing'];

/** Reads an architecture. */
export function sideOf(title: string, stacks: readonly StackTemplate[]): Side {
  return { title, stacks, picture: pictureOf(stacks, title) };
}

/** Compares two. */
export function stepOf(before: Side, after: Side): Step {
  const compared = prepared(before.stacks, after.stacks);
  const comparison = comparePrepared(compared);
  return { compared, comparison, picture: marked(before.picture, after.picture, comparison.changes) };
}

/** What `diff` says, and which boxes it is about. */
export function changeOf({ compared: { before, after }, comparison, picture }: Step, climb?: ClimbSteps): Change {
  const report = reportOf({ title: '', before, after, comparison, notes: [], climb });
  const sections = sectionsOf(report);
  const { counts } = report;
  const text = sections.find(({ title }) => title === 'Verdict')?.lead?.text ?? '';
  return {
    headline: Object.entries(counts)
      .map(([verdict, count]) => `${count} ${verdict}`)
      .join(' · '),
    boxes: (['new', 'changed', 'gone'] as const).flatMap((mark) =>
      boxesOf(picture.things.filter((thing) => thing.mark === mark)).map((box) => ({ mark, ...box })),
    ),
    verdict: { isSafe: report.verdict === 'safe', text },
    sections: sections.filter(({ title }) => !ELSEWHERE.includes(title)),
  };
}

/** What is called alike stands there once, with how many there are. */
function boxesOf(things: readonly Thing[]): Omit<Change['boxes'][number], 'mark'>[] {
  return [...groupBy(things, ({ title, what }) => `${title}\n${what}`).values()].map((alike) => {
    const count = alike.reduce((sum, one) => sum + one.count, 0);
    const [{ id, title, what }] = alike;
    return { id, title: count > 1 ? `${title} × ${count.toLocaleString('en-US')}` : title, what };
  });
}

/** Draws pictures, and keeps their sheets for what all of them share. */
export class Drawer {
  public readonly sheets: Sheet[] = [];

  public constructor(private readonly reserve?: Reserve) {}

  /** The inside of an SVG. */
  public draw(picture: Picture): Drawing {
    const sheet = layOut(picture, this.reserve);
    this.sheets.push(sheet);
    return { content: contentOf(sheet), width: Math.ceil(sheet.grid.width), height: Math.ceil(sheet.grid.height) };
  }
}
