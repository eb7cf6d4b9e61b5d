import { DatabaseServer } from '../../workload/data/database-server';
import { createSchema, ORDERS, PRODUCTS, USERS, WORKERS_OF_ONE } from '../../workload/data/schema';
import type { Postgres } from '../../tools/servers/postgres';
import { describeWithServers } from '../support/servers';

describeWithServers(['postgres'], 'the schema', (servers) => {
  let postgres: Postgres;

  beforeAll(async () => {
    postgres = await servers.postgres('postgres');
  });

  test('is made once by many servers that start at the same time, and keeps what is there', async () => {
    const starting = await Promise.all(Array.from({ length: 16 }, async () => DatabaseServer.at(postgres.endpoint, 'app')));
    await Promise.all(starting.map(async (server) => server.query('SELECT 1')));
    const create = async (server: DatabaseServer): Promise<boolean> =>
      createSchema(server, [...USERS, ...PRODUCTS, ...ORDERS, ...WORKERS_OF_ONE]);
    for (let round = 0; round < 5; round += 1) {
      await postgres.sql('DROP TABLE IF EXISTS users, products, orders, reports, user_directory, worker_lease');
      await Promise.all(starting.map(create));
      await postgres.sql("INSERT INTO users (name, bio) VALUES ('Ada', '')");
      await Promise.all(starting.map(create));
      expect(await postgres.sql('SELECT id, name FROM users')).toEqual([{ id: '1', name: 'Ada' }]);
    }
    await Promise.all(starting.map(async (server) => server.close()));
  });
});
