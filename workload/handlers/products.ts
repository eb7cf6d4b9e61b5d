import { numberField, readFields, textField } from '../http/body';
import type { Context } from '../http/context';
import { hasJustWritten, written } from '../http/just-written';
import { json, type Reply } from '../http/reply';
import { productsPage } from '../pages/products';

const MOST_CENTS = 100_000_000;

/** Shows the newest products. */
export async function listProducts(context: Context): Promise<Reply> {
  const products = await context.parts.products.newest(hasJustWritten(context));
  return context.wantsJson ? json(200, { products }) : productsPage(products);
}

/** Adds a product. */
export async function addProduct(context: Context): Promise<Reply> {
  const form = await readFields(context.request);
  const name = textField(form, 'name', { min: 1, max: 80 });
  const cents = numberField(form, 'cents', { min: 0, max: MOST_CENTS });
  const id = await context.parts.products.add(name, cents);
  return written(context, '/products', { id });
}
