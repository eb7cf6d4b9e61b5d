import type { Section } from './section';

/** A report of sections for a page or a comment. */
export function sectionsAsMarkdown(headline: string, remarks: readonly string[], sections: readonly Section[]): string {
  return `${[`## ${headline}`, ...remarks.map((remark) => `_${escaped(remark)}_`), ...sections.map(renderSection)].join('\n\n')}\n`;
}

/** A table as Prettier would write it: columns are padded. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[], numbers: readonly number[] = []): string {
  const cells = [head, ...rows].map((row) => row.map(escaped));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => row[column].length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => (numbers.includes(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))).join(' | ')} |`;
  const rule = widths.map((width, column) => (numbers.includes(column) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  return [line(cells[0]), `| ${rule.join(' | ')} |`, ...cells.slice(1).map(line)].join('\n');
}

function renderSection({ title, lead, head, rows, numbers }: Section): string {
  const columns = rows[0]?.map(() => '') ?? [];
  const table = rows.length > 0 ? [markdownTable(head ?? columns, rows, numbers)] : [];
  return [`### ${title}`, ...lead.map(escaped), ...table].join('\n\n');
}

function escaped(text: string): string {
  return text.replace(/[|*<]/g, '\\$&');
}
