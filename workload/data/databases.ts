import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { log } from '../log';
import { Secret } from '../secrets';
import { Setting, type Settings } from '../settings';
import { shardMapIn } from '../shards/shard-map';
import { pause, reasonOf, Unavailable } from '../timing';
import { Database } from './database';
import { DatabaseServer, type ServerOptions } from './database-server';
import { createSchema, ORDERS, PRODUCTS, USERS, WORKERS_OF_FEDERATION, WORKERS_OF_ONE } from './schema';

/** How often a writer that is away is asked again for its tables. */
const AWAY_MS = 5_000;

/** The databases by function. Where there is one database, it has all functions. */
export interface Databases {
  /** The one database, unless they are several. */
  readonly core?: Database;
  readonly products: Database;
  /** Orders, reports, the directory of users and the leases of worker numbers. */
  readonly orders: Database;
  /** Ends all connections. */
  close(): Promise<void>;
}

/** Where a database is, as settings say. */
export interface DatabasePlace {
  readonly writer: string;
  /** Separated by commas. */
  readonly readers?: string;
  /** ARN of the secret. */
  readonly secret?: string;
}

/**
 * Tells servers of a copy in another region to answer reads with everything that was committed before, whichever session wrote it (Aurora
 * guide, "Using write forwarding in an Aurora PostgreSQL global database").
 */
const FORWARDING = { options: '-c apg_write_forward.consistency_mode=GLOBAL' };

/** Whether this region has the writers. Where there is one region it has. */
export function hasWriters(settings: Settings): boolean {
  const here = process.env.AWS_REGION;
  return (settings.get(Setting.WRITER_REGION) ?? settings.get(Setting.FOUNDING_REGION) ?? here) === here;
}

/**
 * How a database is reached from this region. While another region has the writer, readers pass on what they are told to write; the copy's
 * own writer endpoint leads nowhere before it is promoted (Aurora guide, "Connecting to Amazon Aurora Global Database").
 */
function fromHere(settings: Settings, place: DatabasePlace): DatabasePlace & { readonly forwards: boolean } {
  const [reader = place.writer] = endpointsIn(place.readers);
  const forwards = !hasWriters(settings);
  return { ...place, forwards, writer: forwards ? reader : place.writer };
}

/**
 * Connects to the databases that the settings name, and makes their tables. Fails when a writer can't be reached.
 * @param mayWait where its readers have the tables, a new server reads from them as those do that were here before, and makes the tables
 * when the writer is back.
 */
export async function openDatabases(settings: Settings, secretsManager: SecretsManagerClient, mayWait: boolean): Promise<Databases> {
  const open = async (place: DatabasePlace): Promise<Database> => openDatabase(settings, place, (arn) => new Secret(secretsManager, arn));
  const place = (writer: Setting, readers: Setting, secret: Setting): DatabasePlace => ({
    writer: settings.require(writer),
    readers: settings.get(readers),
    secret: settings.get(secret),
  });
  if (!shardMapIn(settings)) {
    const core = await open(place(Setting.DATABASE_WRITER, Setting.DATABASE_READERS, Setting.DATABASE_SECRET));
    return withTables(
      [[core, 'users', [...USERS, ...PRODUCTS, ...ORDERS, ...WORKERS_OF_ONE]]],
      { core, products: core, orders: core },
      mayWait,
    );
  }
  const [products, orders] = [
    await open(place(Setting.PRODUCTS_WRITER, Setting.PRODUCTS_READERS, Setting.PRODUCTS_SECRET)),
    await open(place(Setting.ORDERS_WRITER, Setting.ORDERS_READERS, Setting.ORDERS_SECRET)),
  ];
  const tables: Tables[] = [
    [products, 'products', PRODUCTS],
    [orders, 'orders', [...ORDERS, ...WORKERS_OF_FEDERATION]],
  ];
  return withTables(tables, { products, orders }, mayWait);
}

/** Prepares connections to a writer and its readers, and makes none yet. */
export async function openDatabase(
  settings: Settings,
  place: DatabasePlace,
  secretAt: (arn: string) => Secret,
  pool?: ServerOptions,
): Promise<Database> {
  const name = settings.require(Setting.DATABASE_NAME);
  const { writer, readers, secret: arn, forwards } = fromHere(settings, place);
  const secret = arn === undefined ? undefined : secretAt(arn);
  const at = async (endpoint: string, more?: ServerOptions): Promise<DatabaseServer> =>
    DatabaseServer.at(endpoint, name, secret, { ...pool, ...more });
  return new Database(
    await at(writer, forwards ? FORWARDING : undefined),
    await Promise.all(endpointsIn(readers).map(async (endpoint) => at(endpoint))),
  );
}

const endpointsIn = (text = ''): string[] =>
  text
    .split(',')
    .map((endpoint) => endpoint.trim())
    .filter((endpoint) => endpoint !== '');

/** A database, a table that tells whether it has them all, and what makes them. */
type Tables = readonly [database: Database, table: string, statements: readonly string[]];

async function withTables(tables: readonly Tables[], databases: Omit<Databases, 'close'>, mayWait: boolean): Promise<Databases> {
  const stop = new AbortController();
  const close = async (): Promise<void> => {
    stop.abort();
    await Promise.all(tables.map(async ([database]) => database.close()));
  };
  try {
    await Promise.all(tables.map(async (one) => makeTables(one, mayWait, stop.signal)));
    return { ...databases, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function makeTables([database, table, statements]: Tables, mayWait: boolean, stop: AbortSignal): Promise<void> {
  try {
    await createSchema(database.writer, statements);
  } catch (error) {
    if (!mayWait || !(error instanceof Unavailable) || !(await database.readersHave(table))) throw error;
    log.warn('a writer is away, its readers answer', { endpoint: database.writer.endpoint, reason: error.reason });
    void pause(AWAY_MS, stop)
      .then(async () => (stop.aborted ? undefined : makeTables([database, table, statements], true, stop)))
      .catch((reason: unknown) => {
        log.error('the tables could not be made', { endpoint: database.writer.endpoint, reason: reasonOf(reason) });
      });
  }
}
