import type { Colors } from 'picocolors/types';
import { Verdict } from '../changes/model';
import { headline, type Report } from './report';
import type { Row, Section, Tone } from './section';
import { sectionsOf } from './view';
import { columns as inColumns } from '../shared/columns';
import { groupBy } from '../shared/words';
import { wrap } from '../shared/wrap';

/** How narrow columns may become. */
const LAST = 26;
const LEAST = 14;

/** How a terminal shows text. */
export interface Paper {
  readonly colors: Colors;
  /** Columns of the terminal; Infinity where nothing is wrapped. */
  readonly width: number;
}

/** The report for a terminal. */
export function renderText(report: Report, { colors, width }: Paper): string {
  const sections = sectionsOf(report).map((section) => renderSection(section, { colors, width }));
  const notes = report.notes.map((note) => `${colors.dim(wrap(note, width).join('\n'))}\n`);
  return [`${paintedHeadline(report, colors)}\n${notes.join('')}`, ...sections].join('\n');
}

function paintedHeadline(report: Report, colors: Colors): string {
  const text = headline(report).slice(report.title.length);
  const paint: Readonly<Record<string, (text: string) => string>> = {
    [Verdict.ADDED]: colors.green,
    [Verdict.CHANGED]: colors.cyan,
    [Verdict.REPLACED]: colors.red,
    [Verdict.RETIRED]: colors.yellow,
  };
  return (
    colors.bold(report.title) +
    text.replace(/(\d+) (\w+)/g, (part, count: string, verdict: string) => (count === '0' ? colors.dim(part) : paint[verdict](part)))
  );
}

function renderSection({ title, lead, rows, head = [], labelled }: Section, { colors, width }: Paper): string {
  const mark = { bad: '✖ ', warning: '! ', good: '✔ ', change: '', plain: '', faint: '' };
  const said = lead ? wrap(mark[lead.tone] + lead.text, width - 2).map((line) => `  ${painter(lead.tone, colors)(line)}\n`) : [];
  return [`${colors.bold(title)}\n`, ...said, tables(rows, labelled ? head : [], { colors, width })].join('');
}

/** One table, or one for each stack under its name. */
function tables(rows: readonly Row[], labels: readonly string[], paper: Paper): string {
  const { colors } = paper;
  return [...groupBy(rows, ({ stack = '' }) => stack)]
    .map(([stack, group]) => (stack === '' ? '' : `  ${colors.underline(stack)}\n`) + table(group, labels, paper))
    .join('');
}

function painter(tone: Tone, colors: Colors): (text: string) => string {
  const painters = { bad: colors.red, warning: colors.yellow, good: colors.green, change: colors.cyan, plain: String, faint: colors.dim };
  return painters[tone];
}

/** Rows in columns without lines; the first cell has the colour, and the last one is what gives way in a narrow terminal. */
function table(rows: readonly Row[], labels: readonly string[], { colors, width }: Paper): string {
  const columns = Math.max(...rows.map(({ cells }) => cells.length));
  if ((columns - 1) * (LEAST + 2) + LAST + 2 > width) return blocks(rows, labels, { colors, width });
  const widths = columnWidths(rows, columns, width);
  const cells = rows.map(({ tone, cells: texts }) => {
    const paint = painter(tone, colors);
    return Array.from({ length: columns }, (_, index) => ({
      lines: wrap(texts.at(index) ?? '', widths[index]),
      paint: index === 0 || tone === 'faint' || tone === 'bad' ? paint : String,
    }));
  });
  return inColumns(cells)
    .map((line) => `  ${line}`.trimEnd() + '\n')
    .join('');
}

/** Rows below each other, for a terminal in which columns have no room: the first two cells, then the others below them. */
function blocks(rows: readonly Row[], labels: readonly string[], { colors, width }: Paper): string {
  const indented = (text: string, by: number): string[] => wrap(text, width - by).map((line) => ' '.repeat(by) + line);
  return rows
    .flatMap(({ tone, cells: [first, second = '', ...rest] }) => {
      const others = rest.map((cell, index) => (cell === '' || labels.length === 0 ? cell : `${labels[index + 2].toLowerCase()}: ${cell}`));
      const [head, below] = first.length + second.length + 4 > width ? [first, [second, ...others]] : [`${first}  ${second}`, others];
      return [...indented(head, 2).map(painter(tone, colors)), ...below.filter((cell) => cell !== '').flatMap((cell) => indented(cell, 6))];
    })
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

/** Natural widths; where they don't fit, the widest column gives way again and again, the last one down to `LAST` and the others to `LEAST`. */
function columnWidths(rows: readonly Row[], columns: number, width: number): number[] {
  const widths = Array.from({ length: columns }, (_, index) => Math.max(1, ...rows.map(({ cells }) => (cells.at(index) ?? '').length)));
  const floor = (index: number): number => (index === columns - 1 ? LAST : LEAST);
  let excess = widths.reduce((sum, one) => sum + one + 2, 0) - width;
  while (excess > 0) {
    const shrinkable = widths.map((one, index) => (one > floor(index) ? one : 0));
    const widest = shrinkable.indexOf(Math.max(...shrinkable));
    if (shrinkable[widest] === 0) break;
    widths[widest] -= 1;
    excess -= 1;
  }
  return widths;
}
