import type { Databases } from '../data/databases';
import { pause } from '../timing';
import { MOST_DAYS, MOST_SECONDS, type ReportLine, type ReportWish } from './report';

const MOST_LINES = 100;
/** The products that were ordered most, and one line for all others. */
const SUMS = `SELECT CASE WHEN place <= ${MOST_LINES} THEN product_id END AS "productId", sum(orders)::integer AS orders,
    sum(quantity)::integer AS quantity, count(*)::integer AS products
  FROM (
    SELECT product_id, count(*) AS orders, sum(quantity) AS quantity, row_number() OVER (ORDER BY sum(quantity) DESC, product_id) AS place
    FROM orders WHERE created_at > now() - $1 * interval '1 day' GROUP BY product_id
  ) AS placed GROUP BY 1, least(place, ${MOST_LINES + 1}) ORDER BY least(place, ${MOST_LINES + 1})`;

/** Lends the databases for a part of the work. */
export type Borrow = <T>(work: (databases: Databases) => Promise<T>) => Promise<T>;

/**
 * Counts what was ordered of each product. Orders and products are in different databases, which nobody can join: first the sums, then
 * the names.
 * @param signal ends the work early, with its reason.
 */
export async function makeReport({ days, seconds }: ReportWish, borrow: Borrow, signal: AbortSignal): Promise<ReportLine[]> {
  if (days < 1 || days > MOST_DAYS || seconds < 0 || seconds > MOST_SECONDS) throw new Error('a report like this can’t be made');
  await pause(seconds * 1_000, signal);
  signal.throwIfAborted();
  return borrow(async ({ orders, products }) => {
    const sums = await orders.read<Omit<ReportLine, 'product'> & { readonly products: number }>(false, SUMS, [days]);
    signal.throwIfAborted();
    const ids = sums.flatMap(({ productId }) => productId ?? []);
    const sql = 'SELECT id, name FROM products WHERE id = ANY($1::bigint[])';
    const named = await products.read<{ id: string; name: string }>(false, sql, [ids]);
    const names = new Map(named.map(({ id, name }) => [id, name]));
    return sums.map(({ products: count, ...sum }) => ({
      ...sum,
      product: sum.productId === null ? `${count} other products` : (names.get(sum.productId) ?? null),
    }));
  });
}
