import type { Order } from '../data/orders';
import type { Reply } from '../http/reply';
import { MOST_DAYS, MOST_SECONDS } from '../jobs/report';
import { html } from './html';
import { page } from './layout';

/** The list of orders, a form to order and one to wish for a report. */
export function ordersPage(orders: readonly Order[]): Reply {
  const list =
    orders.length > 0
      ? html`<ul>
          ${orders.map(
            ({ id, userId, productId, quantity }) =>
              html`<li>
                ${quantity} × product <code>${productId}</code> for <a href="/users/${userId}">user ${userId}</a>, order <code>${id}</code>
              </li>`,
          )}
        </ul>`
      : html`<p class="empty">Nobody has ordered anything yet.</p>`;
  return page({
    title: 'Orders',
    body: html`<h1>Orders</h1>
      <div class="columns">
        <section>${list}</section>
        <aside class="card">
          <h2>Order</h2>
          <form method="post" action="/orders">
            <label>Number of the user <input name="userId" required inputmode="numeric" autocomplete="off" /></label>
            <label>Number of the product <input name="productId" required inputmode="numeric" autocomplete="off" /></label>
            <label>Pieces <input name="quantity" type="number" min="1" value="1" required /></label>
            <button>Order</button>
          </form>
          <h2>Report</h2>
          <form method="post" action="/reports">
            <label>Days back <input name="days" type="number" min="1" max="${MOST_DAYS}" value="30" required /></label>
            <label>Seconds it takes longer <input name="seconds" type="number" min="0" max="${MOST_SECONDS}" value="5" required /></label>
            <button>Make a report</button>
          </form>
        </aside>
      </div>`,
  });
}
