import { Client } from 'pg';
import { BadInput } from '../shared/bad-input';

/** A column that could be a key. */
export interface Column {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
}

/** A table as the catalog and the statistics have it. */
export interface Table {
  readonly name: string;
  /** Why it can't move by a model, if it can't. */
  readonly odd: string | null;
  readonly rows: number;
  /** Rows inserted, changed and deleted since the statistics were reset. */
  readonly writes: number;
  readonly columns: readonly Column[];
  readonly primaryKey: readonly string[];
  /** Unique indexes beside the primary key, with their columns. */
  readonly unique: readonly (readonly string[])[];
}

/** A foreign key. */
export interface ForeignKey {
  readonly name: string;
  readonly from: string;
  readonly columns: readonly string[];
  readonly to: string;
  readonly toColumns: readonly string[];
}

/** A statement that was counted. */
export interface Statement {
  readonly text: string;
  readonly calls: number;
}

/** What a database says of itself. */
export interface Catalog {
  /** Where it is, without a password. */
  readonly place: string;
  readonly tables: readonly Table[];
  readonly keys: readonly ForeignKey[];
  /** Nothing where pg_stat_statements is not there. */
  readonly statements?: readonly Statement[];
}

/** SQL: names of columns by their numbers. */
const NAMES = (table: string, numbers: string): string =>
  `ARRAY(SELECT a.attname::text FROM unnest(${numbers}) WITH ORDINALITY n (number, nth) JOIN pg_attribute a ON a.attrelid = ${table} AND a.attnum = n.number ORDER BY nth)`;

/** SQL: a table as it is named here. */
const NAME = (table: string): string =>
  `CASE ${table}.relnamespace WHEN 'public'::regnamespace THEN ${table}.relname::text ELSE ${table}.relnamespace::regnamespace || '.' || ${table}.relname END`;

const TABLES = `
  SELECT ${NAME('c')} AS name,
    CASE WHEN nspname <> 'public' THEN 'is in another schema than public' WHEN relkind = 'p' THEN 'is partitioned'
      WHEN EXISTS (SELECT FROM pg_inherits WHERE c.oid IN (inhrelid, inhparent)) THEN 'is inherited'
      WHEN relpersistence <> 'p' THEN 'is unlogged' WHEN c.relname !~ '^[a-z_][a-z0-9_]*$' THEN 'has a name that has to be quoted'
      WHEN relreplident <> 'f' AND p.indkey IS NULL THEN 'has no primary key' END AS odd,
    greatest(reltuples, n_live_tup, 0)::float8 AS rows, coalesce(n_tup_ins + n_tup_upd + n_tup_del, 0)::float8 AS writes,
    (SELECT json_agg(json_build_object('name', attname, 'type', format_type(atttypid, NULL), 'nullable', NOT attnotnull) ORDER BY attnum)
      FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped) AS columns,
    coalesce(${NAMES('c.oid', 'p.indkey::int2[]')}, '{}') AS "primaryKey",
    (SELECT coalesce(json_agg(${NAMES('c.oid', 'u.indkey::int2[]')}), '[]') FROM pg_index u WHERE u.indrelid = c.oid AND indisunique AND NOT indisprimary) AS "unique"
  FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
    LEFT JOIN pg_index p ON p.indrelid = c.oid AND p.indisprimary
  WHERE relkind IN ('r', 'p') AND NOT relispartition AND nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND deptype = 'e')
  ORDER BY 1`;

const KEYS = `
  SELECT conname::text AS name, ${NAME('f')} AS from, ${NAME('t')} AS to, ${NAMES('conrelid', 'conkey')} AS columns, ${NAMES('confrelid', 'confkey')} AS "toColumns"
  FROM pg_constraint JOIN pg_class f ON f.oid = conrelid JOIN pg_class t ON t.oid = confrelid
  WHERE contype = 'f' AND conparentid = 0 ORDER BY 2, 1`;

const STATEMENTS = `
  SELECT query AS text, calls::float8 AS calls FROM pg_stat_statements JOIN pg_database d ON d.oid = dbid
  WHERE datname = current_database() AND query ~* '\\mjoin\\M|\\mfrom\\M.*,|^<insufficient privilege>$' ORDER BY calls DESC LIMIT 500`;

/** Reads a database, and writes nothing. */
export async function readCatalog(url: string): Promise<Catalog> {
  const client = connectionTo(url);
  const place = `${client.host}:${client.port}/${client.database ?? ''}`;
  try {
    await client.connect();
  } catch (error) {
    await client.end().catch(() => undefined);
    throw new BadInput(`--database at ${place} can't be reached: ${reasonOf(error)}`);
  }
  try {
    await client.query('BEGIN READ ONLY');
    const { rows: tables } = await client.query<Table>(TABLES);
    const { rows: keys } = await client.query<ForeignKey>(KEYS);
    return { place, tables, keys, statements: await statementsOf(client) };
  } catch (error) {
    throw new BadInput(`--database at ${place} can't be read: ${reasonOf(error)}`);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function connectionTo(url: string): Client {
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url)) {
    throw new BadInput('--database is no address of PostgreSQL: allowed is postgres://user:password@host:port/name');
  }
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 10_000, application_name: 'stagecraft plan' });
  client.on('error', () => undefined);
  return client;
}

/** The extension may be missing, or hide from this user what others asked. */
async function statementsOf(client: Client): Promise<Statement[] | undefined> {
  try {
    const { rows } = await client.query<Statement>(STATEMENTS);
    return rows.some(({ text }) => text.startsWith('<')) ? undefined : rows;
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  // Where a name has several addresses, each has its own reason.
  const { message, errors = [] } = error as { message: string; errors?: Error[] };
  const reason = [message, ...errors.map((one) => one.message)].find((text) => text !== '') ?? String(error);
  return reason.replace(/\s*\n\s*/g, ' ');
}
