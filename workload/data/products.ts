import type { Cache } from '../cache/cache';
import type { Ids } from '../ids/ids';
import type { Database } from './database';

/** Something that can be ordered. */
export interface Product {
  readonly id: string;
  readonly name: string;
  /** Price in cents. */
  readonly cents: number;
}

/** How many products a list shows. */
const PAGE_SIZE = 50;

/** The products. */
export class Products {
  public constructor(
    private readonly database: Database,
    private readonly ids: Ids,
    private readonly cache: Cache,
  ) {}

  /** The newest products. */
  public async newest(fresh: boolean): Promise<Product[]> {
    const load = async (uncached: boolean): Promise<Product[]> =>
      this.database.read<Product>(uncached, `SELECT id, name, cents FROM products ORDER BY id DESC LIMIT ${PAGE_SIZE}`, []);
    return this.cache.readBriefly(fresh, 'products:1', load);
  }

  /** Those of some products that there are. One that a reader doesn't know yet is looked for at the writer. */
  public async find(ids: readonly string[]): Promise<Product[]> {
    const sql = 'SELECT id, name, cents FROM products WHERE id = ANY($1::bigint[])';
    const found = await this.database.read<Product>(false, sql, [ids]);
    return found.length === new Set(ids).size ? found : this.database.read<Product>(true, sql, [ids]);
  }

  /** Adds a product and says its id. */
  public async add(name: string, cents: number): Promise<string> {
    const id = await this.ids.next();
    await this.database.write('INSERT INTO products (id, name, cents) VALUES ($1, $2, $3)', [id, name, cents]);
    return id;
  }
}
