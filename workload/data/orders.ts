import type { Cache } from '../cache/cache';
import type { Ids } from '../ids/ids';
import type { Database } from './database';

/** What somebody ordered. */
export interface Order {
  readonly id: string;
  readonly userId: string;
  readonly productId: string;
  readonly quantity: number;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** An order before it has an id. */
export type NewOrder = Pick<Order, 'userId' | 'productId' | 'quantity'>;

const COLUMNS = `id, user_id AS "userId", product_id AS "productId", quantity,
  to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS "createdAt"`;
const PAGE_SIZE = 50;

/** The orders. */
export class Orders {
  public constructor(
    private readonly database: Database,
    private readonly ids: Ids,
    private readonly cache: Cache,
  ) {}

  /** The newest orders. */
  public async newest(fresh: boolean): Promise<Order[]> {
    const load = async (uncached: boolean): Promise<Order[]> =>
      this.database.read<Order>(uncached, `SELECT ${COLUMNS} FROM orders ORDER BY id DESC LIMIT ${PAGE_SIZE}`, []);
    return this.cache.readBriefly(fresh, 'orders:1', load);
  }

  /** Adds an order and says its id. That there are such a user and such a product, the caller has looked up. */
  public async add({ userId, productId, quantity }: NewOrder): Promise<string> {
    const id = await this.ids.next();
    const sql = 'INSERT INTO orders (id, user_id, product_id, quantity) VALUES ($1, $2, $3, $4)';
    await this.database.write(sql, [id, userId, productId, quantity]);
    return id;
  }
}
