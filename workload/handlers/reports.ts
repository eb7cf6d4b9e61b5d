import { isId } from '../data/id';
import { numberField, readFields } from '../http/body';
import type { Context } from '../http/context';
import { hasJustWritten, withMark } from '../http/just-written';
import { HttpError, json, redirect, type Reply } from '../http/reply';
import { MOST_DAYS, MOST_SECONDS } from '../jobs/report';
import { acceptedPage, reportPage } from '../pages/report';

/** Promises a report and says where it will be. Where nobody works in the background, it is there already. */
export async function requestReport(context: Context): Promise<Reply> {
  const form = await readFields(context.request);
  const days = numberField(form, 'days', { min: 1, max: MOST_DAYS, otherwise: 30 });
  const seconds = numberField(form, 'seconds', { min: 0, max: MOST_SECONDS, otherwise: 0 });
  const report = await context.parts.reports.request({ days, seconds });
  const location = `/reports/${report.id}`;
  if (report.state === 'accepted') return withMark(context, location, context.wantsJson ? json(202, report) : acceptedPage(report));
  return withMark(context, location, context.wantsJson ? json(201, report) : redirect(location));
}

/** Shows how far a report is, and what it says. */
export async function showReport(context: Context): Promise<Reply> {
  const id = context.param('id');
  const report = isId(id) ? await context.parts.reports.find(hasJustWritten(context), id) : undefined;
  if (!report) throw new HttpError(404, 'There is no such report.');
  return context.wantsJson ? json(200, report) : reportPage(report);
}
