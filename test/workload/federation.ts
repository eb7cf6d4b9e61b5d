import { join } from 'node:path';
import type { Moto } from '../../tools/servers/moto';
import type { Postgres } from '../../tools/servers/postgres';
import type { Servers } from '../support/servers';
import { Application } from './application';

const PASSWORD = 'federated-hunter2';

/** Databases by function, users over shards, each a server of its own. */
export class Federation {
  private constructor(
    private readonly servers: Servers,
    public readonly moto: Moto,
    public readonly products: Postgres,
    public readonly orders: Postgres,
    public readonly shards: readonly Postgres[],
    private readonly secret: string,
    /** What an application needs to run on a server of it, except its name. */
    public readonly environment: Readonly<Record<string, string>>,
  ) {}

  /** Starts all of it. */
  public static async create(servers: Servers, shards: number): Promise<Federation> {
    const { certificates } = servers;
    const start = async (name: string): Promise<Postgres> => servers.postgres(name, { certificates, password: PASSWORD });
    const names = Array.from({ length: shards }, (_, shard) => `users${shard}`);
    const moto = await servers.moto();
    const [products, orders, ...users] = await Promise.all(['products', 'orders', ...names].map(start));
    const secret = await moto.createSecret('federated', JSON.stringify({ username: 'stagecraft', password: PASSWORD }));
    const environment = { ...moto.environment, UPLOADS: join(servers.directory, 'uploads'), NODE_EXTRA_CA_CERTS: certificates.authority };
    return new Federation(servers, moto, products, orders, users, secret, environment);
  }

  /** Settings of a deployment on these servers. */
  public settings(map: string, database = 'app'): Record<string, string> {
    return {
      'database/name': database,
      'products/writer': this.products.endpoint,
      'products/readers': this.products.endpoint,
      'products/secret': this.secret,
      'orders/writer': this.orders.endpoint,
      'orders/readers': this.orders.endpoint,
      'orders/secret': this.secret,
      'shards/map': map,
    };
  }

  /** Makes a deployment with databases of its own on all servers. */
  public async deploy(name: string, map: string): Promise<void> {
    await Promise.all([this.products, this.orders, ...this.shards].map(async (server) => server.createDatabase(name)));
    await this.placeShards(name);
    await this.moto.configure(name, this.settings(map, name));
  }

  /** Says where the shards of a deployment are. */
  public async placeShards(name: string): Promise<void> {
    for (const [shard, { endpoint }] of this.shards.entries()) {
      await this.moto.placeShard(name, shard, { writer: endpoint, readers: endpoint, secret: this.secret });
    }
  }

  /** Starts a web server. */
  public async application(name: string): Promise<Application> {
    return this.servers.stoppedAtEnd(await Application.start({ ...this.environment, NAME: name }));
  }

  /** Starts a worker. */
  public async worker(name: string, environment: Readonly<Record<string, string>>): Promise<Application> {
    return this.servers.stoppedAtEnd(await Application.startWorker({ ...this.environment, ...environment, NAME: name }));
  }

  /** The ids of the users on each shard, in order. */
  public async idsByShard(database: string): Promise<string[][]> {
    return Promise.all(
      this.shards.map(async (server) => {
        const [{ there }] = await server.sql<{ there: boolean }>("SELECT to_regclass('users') IS NOT NULL AS there", database);
        const rows = there ? await server.sql<{ id: string }>('SELECT id FROM users ORDER BY id', database) : [];
        return rows.map(({ id }) => id);
      }),
    );
  }
}
