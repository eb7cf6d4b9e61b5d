import { headline, type Report } from './report';
import { counted } from '../shared/words';
import type { Row, Section } from './section';
import { sectionsOf } from './view';

/** What GitHub takes as one comment. */
export const LIMIT = 65_536;

/** By this line the comment of before is found and written anew. */
export const MARKER = '<!-- stagecraft-diff -->';

/** For what is said when lines are cut. */
const RESERVE = 200;

/**
 * The report for a pull request: at most `LIMIT` characters, and what is cut is said.
 * @param again the command that shows all of it.
 * @param picture what stands at the end, whole or not at all.
 */
export function renderMarkdown(report: Report, again: string, { limit = LIMIT, picture = '' } = {}): string {
  const head = [MARKER, `## ${escaped(headline(report))}`, ...report.notes.map((note) => `_${escaped(note)}_`)].join('\n\n');
  const sections = sectionsOf(report);
  const frames = sections.map((section) => frame(section).join('').length + RESERVE);
  let room = limit - picture.length - head.length - again.length - frames.reduce((sum, length) => sum + length, 0);
  const parts = sections.map((section) => {
    const lines = section.rows.map((row) => line(row, section));
    const kept = fitting(lines, room);
    room -= lines.slice(0, kept).reduce((sum, text) => sum + text.length, 0);
    const [before, after] = frame(section);
    const cut = kept < lines.length ? `\n_${lines.length - kept} of ${lines.length} lines are cut here: ${again} shows all._\n` : '';
    return before + lines.slice(0, kept).join('') + cut + after;
  });
  return `${[head, ...parts, picture]
    .join('\n\n')
    .replace(/\n{3,}/g, '\n\n')
    .trimEnd()}\n`;
}

/** How many lines there is room for. */
function fitting(lines: readonly string[], room: number): number {
  let used = 0;
  const first = lines.findIndex((text) => {
    used += text.length;
    return used > room;
  });
  return first === -1 ? lines.length : first;
}

/** What stands around the lines of a section. */
function frame({ title, lead, rows, head = [], folded }: Section): [before: string, after: string] {
  const columns = Math.max(0, ...rows.map((row) => cellsOf(row).length));
  const named = rows.some(({ stack }) => stack !== undefined) ? [head[0], 'Stack', ...head.slice(1)] : head;
  const names = Array.from({ length: columns }, (_, index) => named.at(index) ?? '');
  const header = columns === 0 ? '' : `| ${names.join(' | ')} |\n|${' --- |'.repeat(columns)}\n`;
  const sign = lead?.tone === 'bad' ? '❌ ' : lead?.tone === 'warning' ? '⚠️ ' : lead?.tone === 'good' ? '✅ ' : '';
  const said = lead
    ? `${sign}${lead.tone === 'plain' || lead.tone === 'faint' ? escaped(lead.text) : `**${escaped(lead.text)}**`}\n\n`
    : '';
  return folded
    ? [`<details><summary>${title}: ${counted(rows.length, 'line')}</summary>\n\n${header}`, '\n</details>']
    : [`### ${title}\n\n${said}${header}`, ''];
}

/** The stack is a column of its own where it has to be said; a name in a column that others leave empty is better than a shift. */
function cellsOf({ stack, cells }: Row): readonly string[] {
  return stack === undefined ? cells : [cells[0], stack, ...cells.slice(1)];
}

function line(row: Row, { title }: Section): string {
  const sign = title === 'Resources' || title.startsWith('How to ') ? '' : row.tone === 'bad' ? '❌ ' : row.tone === 'warning' ? '⚠️ ' : '';
  return `| ${cellsOf(row)
    .map((cell, index) => (index === 0 ? sign : '') + (isCode(cell) ? code(cell) : escaped(cell)))
    .join(' | ')} |\n`;
}

/** Paths, commands and the like, which Markdown would otherwise read as its own signs. */
function isCode(cell: string): boolean {
  return /^[^\s]*[A-Za-z]\/[^\s]*( \(\d+\))?$/.test(cell) || /^(npx|aws) /.test(cell);
}

function code(cell: string): string {
  return `\`${cell.replaceAll('`', "'").replaceAll('|', '\\|')}\``;
}

function escaped(text: string): string {
  return text.replace(/[\\`*_[\]<>|#]/g, (sign) => `\\${sign}`).replaceAll('\n', ' ');
}
