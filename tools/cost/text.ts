import { type Paper, sectionsAsText } from '../shared/sections-text';
import type { Report } from './report';
import { headline, sectionsOf } from './view';

/** The report for a terminal. */
export function renderText(report: Report, paper: Paper): string {
  return sectionsAsText(headline(report), report.notes, sectionsOf(report), paper);
}
