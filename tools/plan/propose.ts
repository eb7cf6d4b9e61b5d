import type { Catalog, Column, ForeignKey, Table } from './catalog';
import { joinedIn } from './joins';
import { nameOf } from './names';

/** A table and what is said of it. */
export interface Placed {
  readonly table: Table;
  /** Its column with the key, in the sharded function. */
  readonly key?: string;
}

/** A function with a database of its own. */
export interface Whole {
  readonly name: string;
  readonly tables: readonly Table[];
}

/** Which tables could go where, and why. */
export interface Proposal {
  readonly catalog: Catalog;
  /** The function over shards; nothing where no key is carried by other tables. */
  readonly sharded?: { readonly name: string; readonly anchor: Table; readonly key: Column; readonly colocated: readonly Placed[] };
  readonly whole: readonly Whole[];
  readonly rest: readonly Table[];
  readonly reference: readonly Table[];
  /** Tables that can't move by a model, each with why. */
  readonly odd: readonly Table[];
  /** What the runbook's check would refuse, and what joins across functions. */
  readonly open: readonly string[];
}

const KEY_TYPES = ['bigint', 'integer', 'uuid', 'text', 'character varying'];
/** A column that need not be quoted, as the key of a model. */
const PLAIN = /^[a-z_][a-z0-9_]*$/;
/** Characters of tables that a model has room for, beside the names of functions. */
const ROOM = 2_300;
/** A table with fewer rows may be copied everywhere. */
const SMALL = 10_000;
/** A table with so much of all writes is worth a database of its own. */
const HOT = 0.15;
const MOST_WHOLE = 7;

/** Proposes a model: a shard key by what most rows and writes carry, functions by foreign keys, and the rest. */
export function propose(catalog: Catalog): Proposal {
  const tables = catalog.tables.filter(({ odd }) => odd === null);
  const odd = catalog.tables.filter((table) => table.odd !== null);
  const anchors = tables.map((anchor) => ({ anchor, carried: carriersOf(anchor, tables, catalog.keys) }));
  const weight = (placed: readonly Placed[]): number => placed.reduce((sum, { table }) => sum + table.rows + table.writes, 0);
  const [best] = anchors
    .filter(({ carried }) => carried.length > 0)
    .sort((a, b) => weight(b.carried) - weight(a.carried) || b.carried.length - a.carried.length);
  if (!(best as unknown)) return { catalog, whole: [], rest: tables, reference: [], odd, open: [] };
  const { anchor, carried } = best;
  const spread = new Set([anchor, ...carried.map(({ table }) => table)]);
  const others = tables.filter((table) => !spread.has(table));
  const reference = others.filter((table) => isReference(table, others, spread, catalog.keys));
  const clusters = clustersOf(
    others.filter((table) => !reference.includes(table)),
    catalog.keys,
  );
  const writes = tables.reduce((sum, table) => sum + table.writes, 0);
  const written = (cluster: readonly Table[]): number => cluster.reduce((sum, table) => sum + table.writes, 0);
  const worth = clusters
    .filter((cluster) => cluster.length > 1 || (writes > 0 && written(cluster) / writes >= HOT))
    .sort((a, b) => written(b) - written(a) || b.length - a.length)
    .slice(0, MOST_WHOLE);
  const taken = new Set<string>();
  const name = nameOf(anchor.name, taken);
  const whole = worth.map((cluster) => ({ name: nameOf(rootOf(cluster, catalog.keys).name, taken), tables: cluster }));
  const rest = clusters.filter((cluster) => !worth.includes(cluster)).flat();
  const key = anchor.columns.find((column) => column.name === anchor.primaryKey[0]);
  if (!key) throw new Error(`${anchor.name} has a primary key`);
  const proposal = { catalog, sharded: { name, anchor, key, colocated: carried }, whole, rest, reference, odd, open: [] };
  return { ...proposal, open: openOf(proposal) };
}

/** Tables that carry the primary key of another: by a foreign key, or by a column that is called so. */
function carriersOf(anchor: Table, tables: readonly Table[], keys: readonly ForeignKey[]): Placed[] {
  const key = anchor.columns.find(({ name }) => anchor.primaryKey.length === 1 && name === anchor.primaryKey[0]);
  if (!key || !KEY_TYPES.includes(key.type) || !PLAIN.test(key.name)) return [];
  const called = [`${singular(anchor.name)}_${key.name}`, `${anchor.name}_${key.name}`];
  return tables
    .filter((table) => table !== anchor)
    .flatMap((table) => {
      const foreign = keys.find(({ from, to, toColumns }) => from === table.name && to === anchor.name && toColumns.includes(key.name));
      const column = foreign?.columns[foreign.toColumns.indexOf(key.name)] ?? table.columns.find(({ name }) => called.includes(name))?.name;
      const found = table.columns.find(({ name }) => name === column);
      return found && PLAIN.test(found.name) && kindOf(found.type) === kindOf(key.type) ? [{ table, key: found.name }] : [];
    });
}

function singular(name: string): string {
  return name.replace(/ies$/, 'y').replace(/s$/, '');
}

/** The type of keys of a model, as which a type of PostgreSQL counts. */
export function kindOf(type: string): string {
  return { integer: 'bigint', 'character varying': 'text' }[type] ?? type;
}

/** Small, hardly ever written, and joined to what is in more than one function. */
function isReference(table: Table, others: readonly Table[], spread: ReadonlySet<Table>, keys: readonly ForeignKey[]): boolean {
  const from = keys.filter((key) => key.to === table.name && key.from !== table.name).map((key) => key.from);
  const fromSpread = from.some((name) => [...spread].some((one) => one.name === name));
  const out = keys.some((key) => key.from === table.name);
  return fromSpread && !out && table.rows < SMALL && table.writes <= 2 * table.rows + 100 && others.includes(table);
}

/** Tables that foreign keys join. */
function clustersOf(tables: readonly Table[], keys: readonly ForeignKey[]): Table[][] {
  let clusters = tables.map((table) => [table]);
  for (const { from, to } of keys) {
    const joined = clusters.filter((cluster) => cluster.some(({ name }) => name === from || name === to));
    if (joined.length === 2) clusters = [...clusters.filter((cluster) => !joined.includes(cluster)), joined.flat()];
  }
  return clusters;
}

/** The table to which most foreign keys of the others lead. */
function rootOf(cluster: readonly Table[], keys: readonly ForeignKey[]): Table {
  const incoming = ({ name }: Table): number => keys.filter(({ from, to }) => to === name && from !== name).length;
  return [...cluster].sort((a, b) => incoming(b) - incoming(a) || b.writes - a.writes)[0];
}

/** What would be refused as it is. */
function openOf({ catalog, sharded, whole, rest, reference }: Proposal): string[] {
  if (!sharded) return [];
  const { anchor, key, colocated, name } = sharded;
  const spread: Placed[] = [{ table: anchor, key: key.name }, ...colocated];
  const where = new Map<string, string>(spread.map(({ table }) => [table.name, name]));
  for (const one of whole) for (const table of one.tables) where.set(table.name, one.name);
  for (const table of rest) where.set(table.name, 'the rest');
  for (const table of reference) where.set(table.name, 'reference');
  const open: string[] = [];
  for (const { table, key: column = '' } of spread) {
    if (table.columns.find((one) => one.name === column)?.nullable) {
      open.push(`${table.name}.${column} may be null: ALTER TABLE ${table.name} ALTER ${column} SET NOT NULL`);
    }
    for (const unique of [table.primaryKey, ...table.unique]) {
      const isUuid = table.columns.some(({ name: one, type }) => unique.includes(one) && type === 'uuid');
      if (!unique.includes(column) && !isUuid)
        open.push(`${table.name} is unique by (${unique.join(', ')}), and two shards could hold the same: add ${column}`);
    }
  }
  for (const one of catalog.keys) {
    const [here, there] = [where.get(one.from), where.get(one.to)];
    if (here !== undefined && there !== here && there !== 'reference') {
      open.push(
        `the foreign key ${one.name} leads from ${one.from} to ${one.to}, which is in ${there ?? 'no function'}: drop it, or put both into one function`,
      );
    }
  }
  const length =
    [...where.keys(), ...spread.map(({ key: column = '' }) => column)].join(' ').length - rest.map(({ name: one }) => one).join(' ').length;
  if (length > ROOM) {
    open.push(
      `the names of these tables take ${length} characters, and a model has room for ${ROOM}: leave out what is busy least, and let the rest have it`,
    );
  }
  return [...open, ...joinedIn(catalog.statements ?? [], where)];
}
