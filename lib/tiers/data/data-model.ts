import { InvalidInput } from '../../foundation/invalid-input';
import { refuseNames, refuseTables } from './data-model-names';

/** Of which type the keys of a sharded function are. */
export enum KeyType {
  /** `bigint` or `integer`: by ranges, by hash or by a directory. */
  WHOLE_NUMBER = 'bigint',
  /** `uuid`: by hash of its text in lower case, or by a directory. */
  UUID = 'uuid',
  /** `text` or `varchar`: by hash of its bytes in UTF-8, or by a directory. */
  TEXT = 'text',
}

/** The function whose rows are spread over shards, by a key that all its tables carry. */
export interface ShardedFunction {
  /** Name of the function, 2 to 22 lower-case letters and digits, such as `tenants`: ids, names and secrets of its shards follow from it. Final. */
  readonly name: string;
  /**
   * The table with one row for each key, whose primary key is the key.
   * @default - called like the function
   */
  readonly table?: string;
  /** Column of that table by which rows are found. */
  readonly key: string;
  /**
   * Type of the key.
   * @default KeyType.WHOLE_NUMBER
   */
  readonly keyType?: KeyType;
  /**
   * Tables whose rows stand on the shard of their key: the name of each, and its column with the key.
   * @default - none
   */
  readonly colocated?: { [table: string]: string };
}

/** Props of {@link DataModel}. All tables are in the schema `public`, and called by lower-case letters, digits and underscores. */
export interface DataModelProps {
  /** The function that is spread over shards. */
  readonly sharded: ShardedFunction;
  /**
   * Functions with a database of their own: the name of each, 2 to 22 lower-case letters and digits, and its tables. Five or more where the deployment's name has a hyphen.
   * @default - none
   */
  readonly whole?: { [name: string]: string[] };
  /**
   * Name of a function with a database of its own for every table that nobody names.
   * @default - a table that holds rows and that nobody names is refused
   */
  readonly rest?: string;
  /**
   * Tables that are copied to every database, because everything is joined to them. After the climb the application writes to each of the copies.
   * @default - none
   */
  readonly reference?: string[];
  /**
   * Tables that stay in the old database, with their rows: to name them here is to confirm it. `pg_largeobject` are its large objects.
   * @default - none
   */
  readonly left?: string[];
}

/** Characters of the text that a runbook of 64 KB has room for. */
const LONGEST = 2_500;

/** What a model says of the reference application, whose ids and directory have names of their own. */
const REFERENCE: DataModelProps = {
  sharded: { name: 'users', key: 'id' },
  whole: { products: ['products'], orders: ['orders', 'reports'] },
  // It leases other worker numbers from then on.
  left: ['worker_lease'],
};

/** Which tables go to which database, as data: clusters, settings, secrets, alarms and the runbook follow from it. */
export class DataModel {
  /** Users over shards, products, orders: the reference application. */
  public static readonly REFERENCE = new DataModel(REFERENCE, 'user');

  /** A model of one's own. Names that are not possible, and tables that are named twice, are refused. */
  public static of(props: DataModelProps): DataModel {
    return new DataModel(props, props.sharded.name);
  }

  /** Name of the function that is spread over shards. */
  public readonly sharded: string;
  /** Type of its keys. */
  public readonly keyType: KeyType;
  /** Names of the functions that have a database of their own, in order; the rest is the last. */
  public readonly functions: string[];

  private constructor(
    private readonly props: DataModelProps,
    private readonly stem: string,
  ) {
    const { sharded, whole = {}, rest } = props;
    this.sharded = sharded.name;
    this.keyType = sharded.keyType ?? KeyType.WHOLE_NUMBER;
    this.functions = [...Object.keys(whole), ...(rest === undefined ? [] : [rest])];
    refuseNames([this.sharded, ...this.functions]);
    if (this.functions.length === 0) {
      throw new InvalidInput(
        'a model has nothing beside its shards: give it a whole function or the rest, for workers and for a directory',
      );
    }
    for (const [name, tables] of Object.entries(whole)) {
      if (tables.length === 0) throw new InvalidInput(`function ${name} has no table: name one, or leave the function out`);
    }
    refuseTables(this.tables, Object.values(this.keys));
    const { length } = this.toText();
    if (length > LONGEST) {
      throw new InvalidInput(
        `a model of ${length} characters does not fit into its runbook: allowed are ${LONGEST}; name fewer tables, and let the rest have the others`,
      );
    }
  }

  /** Construct id of a function. */
  public idOf(name: string): string {
    return name[0].toUpperCase() + name.slice(1);
  }

  /**
   * What runbooks read: a line for each function, with its kind, its name and its tables.
   * The sharded one has the type of its keys, and what the names of sequences and of the directory begin with.
   */
  public toText(): string {
    const { whole = {}, rest, reference = [], left = [] } = this.props;
    const keys = Object.entries(this.keys).map(([table, key]) => `${table}:${key}`);
    const lines = [
      ['sharded', this.sharded, this.keyType, this.stem, ...keys],
      ...Object.entries(whole).map(([name, tables]) => ['whole', name, ...tables]),
      ...(rest === undefined ? [] : [['rest', rest]]),
      ...(reference.length > 0 ? [['reference', ...reference]] : []),
      ...(left.length > 0 ? [['left', ...left]] : []),
    ];
    return lines.map((line) => line.join(' ')).join('\n');
  }

  private get keys(): { readonly [table: string]: string } {
    const { name, table = name, key, colocated = {} } = this.props.sharded;
    if (table in colocated) throw new InvalidInput(`table ${table} is named twice, in ${name} and beside it: name it once`);
    return { [table]: key, ...colocated };
  }

  /** Every table with where it is named. */
  private get tables(): [table: string, where: string][] {
    const { whole = {}, reference = [], left = [] } = this.props;
    const named = (tables: string[], where: string): [string, string][] => tables.map((table) => [table, where]);
    return [
      ...named(Object.keys(this.keys), this.sharded),
      ...Object.entries(whole).flatMap(([name, tables]) => named(tables, name)),
      ...named(reference, 'reference'),
      ...named(left, 'left'),
    ];
  }
}
