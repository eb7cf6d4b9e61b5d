import type { NewOrder } from '../data/orders';
import { idField, numberField, readFields } from '../http/body';
import type { Context } from '../http/context';
import { hasJustWritten, written } from '../http/just-written';
import { HttpError, json, type Reply } from '../http/reply';
import { ordersPage } from '../pages/orders';
import type { Parts } from '../parts';

const MOST_PIECES = 1_000;

/** Shows the newest orders. */
export async function listOrders(context: Context): Promise<Reply> {
  const orders = await context.parts.orders.newest(hasJustWritten(context));
  return context.wantsJson ? json(200, { orders }) : ordersPage(orders);
}

/** Adds an order. */
export async function addOrder(context: Context): Promise<Reply> {
  const form = await readFields(context.request);
  const order = {
    userId: idField(form, 'userId'),
    productId: idField(form, 'productId'),
    quantity: numberField(form, 'quantity', { min: 1, max: MOST_PIECES, otherwise: 1 }),
  };
  await refuseUnknown(context.parts, order);
  const id = await context.parts.orders.add(order);
  return written(context, '/orders', { id });
}

/** User, product and order may be in three databases, so no foreign key can say it: both are looked up. */
async function refuseUnknown({ users, products }: Parts, { userId, productId }: NewOrder): Promise<void> {
  const [user, found] = await Promise.all([
    users.find(false, userId).then(async (known) => known ?? users.find(true, userId)),
    products.find([productId]),
  ]);
  if (!user) throw new HttpError(422, 'There is nobody with this number.');
  if (found.length === 0) throw new HttpError(422, 'There is no product with this number.');
}
