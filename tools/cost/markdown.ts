import { sectionsAsMarkdown } from '../shared/sections-markdown';
import type { Report } from './report';
import { headline, sectionsOf } from './view';

/** The report for a page or a comment. */
export function renderMarkdown(report: Report): string {
  return sectionsAsMarkdown(headline(report), report.notes, sectionsOf(report));
}
