import type { Colors } from 'picocolors/types';
import { columns } from './columns';
import { wrap } from './wrap';
import type { Section } from './section';

/** How a terminal shows text. */
export interface Paper {
  readonly colors: Colors;
  /** Columns of the terminal; Infinity where nothing is wrapped. */
  readonly width: number;
}

const NARROWEST = 24;

/** A report of sections for a terminal: what it is about, remarks, sections. */
export function sectionsAsText(headline: string, remarks: readonly string[], sections: readonly Section[], paper: Paper): string {
  const { colors, width } = paper;
  const said = remarks.flatMap((remark) => wrap(remark, width).map((line) => colors.dim(line)));
  return [colors.bold(headline), ...said, '', sections.map((section) => renderSection(section, paper)).join('\n')].join('\n');
}

function renderSection(section: Section, paper: Paper): string {
  const { colors, width } = paper;
  const lead = section.lead.flatMap((line) => wrap(line, width - 2)).map((line) => `  ${line}\n`);
  const gap = lead.length > 0 && section.rows.length > 0 && section.head ? '\n' : '';
  return [`${colors.bold(section.title)}\n`, ...lead, gap, section.rows.length > 0 ? table(section, paper) : ''].join('');
}

/** Columns without lines; the last one of words gives way in a narrow terminal. */
function table({ head, rows, numbers, totals, accent }: Section, { colors, width }: Paper): string {
  const all = head ? [head, ...rows] : rows;
  const widths = all[0].map((_, column) => Math.max(...all.map((row) => row[column].length)));
  const last = widths.length - 1;
  const excess = widths.reduce((sum, one) => sum + one + 2, 0) - width;
  if (!numbers.includes(last)) widths[last] = Math.max(NARROWEST, widths[last] - Math.max(0, excess));
  const cells = all.map((row, index) => {
    const isHead = head !== undefined && index === 0;
    const paint = isHead ? colors.dim : totals && index === all.length - 1 ? colors.bold : row[0] === accent ? colors.green : String;
    return row.map((cell, column) => ({
      lines: wrap(cell, widths[column]),
      paint: column < 2 || isHead || totals ? paint : String,
      isRight: numbers.includes(column),
    }));
  });
  return columns(cells)
    .map((line) => `  ${line}`.trimEnd() + '\n')
    .join('');
}
