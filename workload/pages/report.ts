import type { Reply } from '../http/reply';
import type { Report, ReportState } from '../jobs/report';
import { html, type Html } from './html';
import { page } from './layout';

const STATES: Readonly<Record<ReportState, string>> = {
  accepted: 'It waits for a worker.',
  running: 'A worker is at it.',
  done: 'It is done.',
  failed: 'It could not be made.',
};

/** What a visitor sees at once, before anything was done. The browser then goes to where the report will be. */
export function acceptedPage({ id }: Report): Reply {
  const path = `/reports/${id}`;
  return page({
    status: 202,
    title: 'Report',
    headers: { refresh: `1; url=${path}` },
    body: html`<section class="notice">
      <h1>Your report is being made</h1>
      <p>You need not wait for it. It will be at <a href="${path}">${path}</a>.</p>
    </section>`,
  });
}

/** How far a report is, and what it says. */
export function reportPage({ id, state, days, result }: Report): Reply {
  const ended = state === 'done' || state === 'failed';
  const body = html`<h1>Report <code>${id}</code></h1>
    <p class="summary ${state === 'failed' ? 'bad' : 'good'}">${STATES[state]}</p>
    ${result ? linesOf(result, days) : undefined}`;
  return page({ title: 'Report', body: ended ? body : html`<div data-refresh="2">${body}</div>` });
}

function linesOf(lines: NonNullable<Report['result']>, days: number): Html {
  if (lines.length === 0) return html`<p class="empty">Nothing was ordered in ${days} days.</p>`;
  return html`<p>Ordered in ${days} days:</p>
    <ul>
      ${lines.map(
        ({ productId, product, orders, quantity }) =>
          html`<li>
            <strong>${product ?? 'a product that is gone'}</strong> ${productId !== null && html`<code>${productId}</code>`}: ${quantity} in
            ${orders} orders
          </li>`,
      )}
    </ul>`;
}
