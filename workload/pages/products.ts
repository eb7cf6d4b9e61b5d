import type { Product } from '../data/products';
import type { Reply } from '../http/reply';
import { html } from './html';
import { page } from './layout';

/** The list of products and a form to add one. */
export function productsPage(products: readonly Product[]): Reply {
  const list =
    products.length > 0
      ? html`<ul>
          ${products.map(({ id, name, cents }) => html`<li><strong>${name}</strong> ${priceOf(cents)} <code>${id}</code></li>`)}
        </ul>`
      : html`<p class="empty">Nothing is for sale yet.</p>`;
  return page({
    title: 'Products',
    body: html`<h1>Products</h1>
      <div class="columns">
        <section>${list}</section>
        <aside class="card">
          <h2>Add a product</h2>
          <form method="post" action="/products">
            <label>Name <input name="name" required maxlength="80" autocomplete="off" /></label>
            <label>Price in cents <input name="cents" type="number" min="0" required /></label>
            <button>Add</button>
          </form>
        </aside>
      </div>`,
  });
}

function priceOf(cents: number): string {
  return (cents / 100).toFixed(2);
}
