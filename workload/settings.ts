import { paginateGetParametersByPath, type SSMClient } from '@aws-sdk/client-ssm';

/** Names of the settings below `/<name>/config/` in Parameter Store. */
export enum Setting {
  DATABASE_WRITER = 'database/writer',
  DATABASE_READERS = 'database/readers',
  DATABASE_NAME = 'database/name',
  DATABASE_SECRET = 'database/secret',
  PRODUCTS_WRITER = 'products/writer',
  PRODUCTS_READERS = 'products/readers',
  PRODUCTS_SECRET = 'products/secret',
  ORDERS_WRITER = 'orders/writer',
  ORDERS_READERS = 'orders/readers',
  ORDERS_SECRET = 'orders/secret',
  SHARD_MAP = 'shards/map',
  WRITER_REGION = 'region/writer',
  FOUNDING_REGION = 'region/founding',
  JOBS_QUEUE = 'jobs/queue',
  CACHE_ENDPOINT = 'cache/endpoint',
  CACHE_SECRET = 'cache/secret',
  SESSIONS_ENDPOINT = 'sessions/endpoint',
  SESSIONS_SECRET = 'sessions/secret',
  SESSIONS_TABLE = 'sessions/table',
  STATIC_BUCKET = 'storage/static',
  UPLOADS_BUCKET = 'storage/uploads',
  EDGE_HOST = 'edge/host',
  DATA_VOLUME = 'server/volume',
}

/** The settings at one moment. */
export class Settings {
  private readonly values: ReadonlyMap<string, string>;

  public constructor(values: Iterable<readonly [name: string, value: string]>) {
    this.values = new Map([...values].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Reads all settings of a deployment. */
  public static async read(parameterStore: SSMClient, name: string): Promise<Settings> {
    const path = `/${name}/config/`;
    const values: [string, string][] = [];
    for await (const page of paginateGetParametersByPath({ client: parameterStore }, { Path: path, Recursive: true })) {
      for (const { Name, Value } of page.Parameters ?? []) {
        if (Name !== undefined && Value !== undefined) values.push([Name.slice(path.length), Value]);
      }
    }
    return new Settings(values);
  }

  /** The value, or nothing where the architecture doesn't have that part. */
  public get(setting: Setting): string | undefined {
    return this.values.get(setting);
  }

  /** The value of a setting that every architecture has. */
  public require(setting: Setting): string {
    const value = this.get(setting);
    if (value === undefined) throw new Error(`the setting ${setting} is not there`);
    return value;
  }

  /** Names of all settings whose values differ between the two. */
  public changesFrom(other: Settings | undefined): string[] {
    const names = new Set([...this.values.keys(), ...(other?.values.keys() ?? [])]);
    return [...names].filter((name) => this.values.get(name) !== other?.values.get(name));
  }
}
