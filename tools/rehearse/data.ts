import { randomBytes } from 'node:crypto';
import type { Moto } from '../servers/moto';
import type { Postgres } from '../servers/postgres';
import { ownAddress } from '../servers/processes';
import type { Servers } from '../servers/servers';
import type { Valkey } from '../servers/valkey';
import type { BucketPart, DatabasePart, Part, SecretPart } from './parts';
import type { GlobalDatabase } from './global-database';
import { ON_SERVER, type Plan, readerOf } from './plan';
import { refusalOf } from './ports';
import { ACCOUNT, valueOf } from './values';

/** What all programs of PostgreSQL that a runbook starts at once need, beside what the parameter group says. */
const ROOM = { max_worker_processes: '24', max_logical_replication_workers: '16', logging_collector: 'on' };
/** Port of the database on the one server. */
const SERVER_PORT = 5432;
/** Copies of 256 slots each would take what a laptop doesn't have. */
const MOST_SLOTS = 40;

/** A region, as what holds data in it sees it. */
export interface Home {
  readonly region: string;
  /** Goes before names of files and buckets, so that regions don't share any. */
  readonly prefix: string;
  /** A global database by its name, made if it isn't there. */
  readonly globalDatabase: (name: string) => GlobalDatabase;
}

/** Everything of a deployment that holds data, as it runs here: started when a plan names it first, stopped when none does any more. */
export class Data {
  public readonly databases = new Map<string, Postgres>();
  public readonly stores = new Map<string, Valkey>();
  /** Ids of databases that follow another one. */
  public readonly copies = new Set<string>();
  /** What AWS would say of each resource. */
  public readonly attributes = new Map<string, Record<string, string>>();
  /** Where the one server is in its network. */
  public readonly serverAddress = ownAddress();
  private readonly words = new Map<string, string>();

  public constructor(
    private readonly servers: Servers,
    private readonly moto: Moto,
    private readonly home: Home,
  ) {}

  /** Where the application finds the database on the one server. */
  public get socket(): string | undefined {
    return this.databases.get(ON_SERVER)?.endpoint;
  }

  /** Starts what a plan has and isn't there yet. */
  public async start(plan: Plan): Promise<void> {
    const { databases, stores, tables, secrets, buckets, queues } = plan;
    for (const secret of missing(secrets, this.attributes)) await this.createSecret(secret, plan);
    for (const bucket of missing(buckets, this.attributes)) await this.createBucket(bucket, plan);
    for (const { id, table, ...shape } of missing(tables, this.attributes)) {
      await this.moto.createTable(table, shape);
      this.attributes.set(id, { Ref: table });
    }
    for (const { id, name, tries } of missing(queues, this.attributes)) {
      this.attributes.set(id, { Ref: await this.moto.createQueue(this.file(name), tries), QueueName: this.file(name) });
    }
    const wanted = missing(databases, this.databases);
    await Promise.all([
      ...wanted.filter((part) => !isCopy(part)).map(async (part) => this.startDatabase(part, plan)),
      ...missing(stores, this.stores).map(async ({ id, name, secret, eviction }) => {
        const store = await this.servers.valkey(this.file(name), this.words.get(secret) ?? '', false, {
          'maxmemory-policy': eviction,
          maxmemory: '200mb',
        });
        this.stores.set(id, store);
        this.attributes.set(id, { 'PrimaryEndPoint.Address': store.endpoint, 'ConfigurationEndPoint.Address': store.endpoint });
      }),
    ]);
    await Promise.all(wanted.filter(({ source }) => source !== undefined).map(async (part) => this.startCopy(part)));
    await Promise.all(wanted.map(async (part) => this.joinOthers(part)));
  }

  /** Stops what a plan doesn't have any more. Databases that AWS would keep are stopped all the same: nobody asks them. */
  public async retire(plan: Plan): Promise<void> {
    const kept = new Set([...plan.databases, ...plan.stores].map(({ id }) => id));
    for (const running of [this.databases, this.stores]) {
      for (const [id, server] of running) {
        if (kept.has(id)) continue;
        running.delete(id);
        await server.stop();
      }
    }
  }

  private file(name: string): string {
    return this.home.prefix + fileName(name);
  }

  private async createSecret({ id, name, template, regions }: SecretPart, { stack }: Plan): Promise<void> {
    const word = randomBytes(16).toString('hex');
    this.words.set(id, word);
    const login = template === undefined ? undefined : valueOf(template, stack, this.attributes);
    const text = login === undefined ? word : JSON.stringify({ ...(JSON.parse(login) as object), password: word });
    this.attributes.set(id, { Ref: await this.moto.createSecret(name, text) });
    for (const region of regions) await this.moto.in(region).createSecret(name, text);
  }

  private async createBucket({ id, name, called }: BucketPart, { stack }: Plan): Promise<void> {
    const bucket = (called === undefined ? undefined : valueOf(called, stack, this.attributes)) ?? this.file(name);
    await this.moto.createBucket(bucket);
    this.attributes.set(id, { Ref: bucket, Arn: `arn:aws:s3:::${bucket}`, RegionalDomainName: `${this.moto.address}/${bucket}` });
  }

  private async startDatabase({ id, name, secret, parameters }: DatabasePart, plan: Plan): Promise<void> {
    const settings = { ...ROOM, ...limited(parameters), ...(id === ON_SERVER && (await this.followable())) };
    const login = secret === undefined ? {} : { certificates: this.servers.certificates, password: this.words.get(secret) };
    const server = await this.servers.postgres(this.file(name), { ...login, settings });
    if (secret !== undefined) {
      await server.trust();
      // As the function does that makes the application's user.
      const own = plan.secrets.find(({ template }) => JSON.stringify(template ?? '').includes(`{"Ref":"${secret}"}`));
      if (own) await server.addOwner('app', this.words.get(own.id) ?? '');
    }
    this.databases.set(id, server);
    const endpoint = { 'Endpoint.Address': server.endpoint, 'Endpoint.Port': '5432', 'ReadEndpoint.Address': server.endpoint };
    this.attributes.set(id, { Ref: fileName(name), Arn: `arn:aws:rds:${this.home.region}:${ACCOUNT}:db:${fileName(name)}`, ...endpoint });
  }

  /** The boot script lets PostgreSQL listen, and log enough for the next database to follow. Here another one may have the port at all addresses. */
  private async followable(): Promise<Record<string, string>> {
    const refusal = await refusalOf(SERVER_PORT, this.serverAddress);
    return refusal === undefined ? { listen_addresses: this.serverAddress, wal_level: 'logical' } : {};
  }

  private async startCopy({ id, name, source = '' }: DatabasePart): Promise<void> {
    const from = this.databases.get(source);
    if (!from) throw new Error(`${name} copies ${source}, which doesn't run`);
    const server = await this.servers.replica(this.file(name), from);
    this.databases.set(id, server);
    this.copies.add(id);
    this.attributes.set(id, { Ref: fileName(name), 'Endpoint.Address': server.endpoint, 'Endpoint.Port': '5432' });
    if (id === readerOf(source)) this.attributes.set(source, { ...this.attributes.get(source), 'ReadEndpoint.Address': server.endpoint });
  }

  /** Makes a cluster part of its global database: as the writer, or as a copy, which starts it. */
  private async joinOthers({ id, name, global, secret }: DatabasePart): Promise<void> {
    if (!global) return;
    const database = this.home.globalDatabase(global.database);
    const { region } = this.home;
    const turned = (isWriter: boolean): void => {
      if (isWriter) this.copies.delete(id);
      else this.copies.add(id);
    };
    const own = this.databases.get(id);
    const readers = [this.databases.get(readerOf(id))].filter((one) => one !== undefined);
    const cluster = { region, name: global.cluster, turned, forwards: global.forwards };
    const member = own ? await database.add({ ...cluster, server: own, readers }) : await database.copy(cluster, this.file(name));
    if (secret === undefined) {
      this.databases.set(id, member.server);
      this.copies.add(id);
    }
    const endpoints = { 'Endpoint.Address': member.server.endpoint, 'Endpoint.Port': '5432', 'ReadEndpoint.Address': member.endpoint };
    this.attributes.set(id, { Ref: fileName(name), ...this.attributes.get(id), ...endpoints });
  }
}

/** What another server has is copied from there. */
const isCopy = ({ source, secret, global }: DatabasePart): boolean =>
  source !== undefined || (global !== undefined && secret === undefined);

const missing = <P extends Part>(parts: readonly P[], there: ReadonlyMap<string, unknown>): P[] => parts.filter(({ id }) => !there.has(id));

/** A name of a part as a name of a file, a bucket or a queue. */
export const fileName = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

function limited(parameters: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name,
      name.startsWith('max_') ? String(Math.min(Number(value), MOST_SLOTS)) : value,
    ]),
  );
}
