import type { Browser } from '../servers/browser';
import type { Postgres } from '../servers/postgres';
import { eventually } from '../servers/processes';
import type { Deployment } from './deployment';

/** So many people are there from the start, as in the claims. */
export const PEOPLE = 20_000;
/** So many where they come one by one. */
const FEWER = 2_000;
const PICTURES = 120;
/** The application takes so many at once and no more. */
const AT_ONCE = 8;
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

/** Ids of people, the one in most demand first. */
export class People {
  private shares: number[] = [];
  private exponent = 1;

  /**
   * @param ids of people.
   * @param pictures paths of their pictures.
   */
  public constructor(
    private readonly ids: readonly string[],
    public readonly pictures: readonly string[],
  ) {
    this.skew = 1;
  }

  /** Exponent of Zipf's law: with 1 the second is asked for half as often as the first, with 0 as often. */
  public set skew(exponent: number) {
    let sum = 0;
    this.exponent = exponent;
    this.shares = this.ids.map((_, rank) => (sum += 1 / (rank + 1) ** exponent));
  }

  public get skew(): number {
    return this.exponent;
  }

  /** How many there are. */
  public get count(): number {
    return this.ids.length;
  }

  /** Somebody by Zipf's law. */
  public some(): string {
    const at = Math.random() * (this.shares.at(-1) ?? 0);
    let [low, high] = [0, this.shares.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.shares[middle] < at) low = middle + 1;
      else high = middle;
    }
    return this.ids[low];
  }
}

/** Fills the databases of the reference application with people, each with one of many pictures, spread over the shards that there are. */
export async function settle(deployment: Deployment, browser: Browser): Promise<People> {
  // A shard has its table when somebody looked there first.
  await browser.read('/users');
  const pictures: string[] = [];
  while (pictures.length < PICTURES)
    pictures.push(...(await Promise.all(Array.from({ length: AT_ONCE }, async (_, n) => upload(browser, pictures.length + n)))));
  const homes = await eventually(async () => {
    const found = await homesOf([deployment]);
    if (found.length === 0) throw new Error('no database has a table of users');
    return found;
  }, 20_000);
  const each = Math.ceil(PEOPLE / homes.length);
  const ids = await Promise.all(homes.map(async (home) => fill(home, each, pictures)));
  // Where ids say on which shard somebody is, only the application gives them.
  while (ids.flat().length < FEWER)
    ids.push(await Promise.all(Array.from({ length: AT_ONCE }, async (_, n) => idOf(await browser.addUser(`Person ${ids.length}-${n}`)))));
  for (const home of homes) await home.sql('ANALYZE users');
  return new People(
    ids.flat().sort(() => Math.random() - 0.5),
    pictures,
  );
}

/** Adds people to a table that gives ids by itself, or has a sequence for them; to any other none. */
async function fill(home: Postgres, count: number, pictures: readonly string[]): Promise<string[]> {
  const [{ own, sequence }] = await home.sql<{ own: boolean; sequence: string | null }>(
    `SELECT is_identity = 'YES' AS own, (SELECT min(sequencename) FROM pg_sequences WHERE sequencename LIKE 'user\\_ids\\_%') AS sequence
      FROM information_schema.columns WHERE table_name = 'users' AND column_name = 'id'`,
  );
  if (!own && sequence === null) return [];
  const [column, id] = own ? ['', ''] : ['id, ', `nextval('${sequence ?? ''}'), `];
  const photo = `('{${pictures.join(',')}}'::text[])[1 + n % ${PICTURES}]`;
  const insert = `INSERT INTO users (${column}name, bio, photo) SELECT ${id}'Person ' || n, 'One of many', ${photo} FROM generate_series(1, ${count}) n RETURNING id::text`;
  return (await home.sql<{ id: string }>(insert)).map((row) => row.id);
}

const idOf = (path: string): string => path.split('/').at(-1) ?? '';

/** Database servers that have the table of users and take writes. */
export async function homesOf(regions: readonly Deployment[]): Promise<Postgres[]> {
  const found: Postgres[] = [];
  const writers = regions
    .filter(({ isDark }) => !isDark)
    .flatMap(({ data }) => [...data.databases].filter(([id]) => !data.copies.has(id)).map(([, server]) => server));
  for (const server of writers) {
    const [{ there }] = await server.sql<{ there: boolean }>("SELECT to_regclass('users') IS NOT NULL AS there");
    if (there) found.push(server);
  }
  return found;
}

async function upload(browser: Browser, number: number): Promise<string> {
  const body = Buffer.concat([PNG, Buffer.alloc(8_000, number)]);
  const response = await browser.send('/uploads', { method: 'POST', body, headers: { 'content-type': 'image/png' } });
  if (!response.ok) throw new Error(`a picture was not taken: ${response.status}`);
  return ((await response.json()) as { url: string }).url;
}

/** Rows of all tables of the application in a database, by their exact counts. */
export async function rowsOf(server: Postgres): Promise<number> {
  const tables = await server.sql<{ name: string }>("SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public'");
  let rows = 0;
  for (const { name } of tables) {
    const [{ count }] = await server.sql<{ count: string }>(`SELECT count(*) AS count FROM ${name}`);
    rows += Number(count);
  }
  return rows;
}
