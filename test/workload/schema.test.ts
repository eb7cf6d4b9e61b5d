import { DatabaseServer } from '../../workload/data/database-server';
import { createSchema } from '../../workload/data/schema';
import type { Postgres } from '../support/postgres';
import { describeWithServers } from '../support/servers';

describeWithServers(['postgres'], 'the schema', (servers) => {
  let postgres: Postgres;

  beforeAll(async () => {
    postgres = await servers.postgres('postgres');
  }, 20_000);

  test('is made once by many servers that start at the same time, and keeps what is there', async () => {
    const starting = await Promise.all(Array.from({ length: 16 }, async () => DatabaseServer.at(postgres.endpoint, 'app')));
    await Promise.all(starting.map(async (server) => server.query('SELECT 1')));
    for (let round = 0; round < 5; round += 1) {
      await postgres.sql('DROP TABLE IF EXISTS users');
      await Promise.all(starting.map(createSchema));
      await postgres.sql("INSERT INTO users (name, bio) VALUES ('Ada', '')");
      await Promise.all(starting.map(createSchema));
      expect(await postgres.sql('SELECT id, name FROM users')).toEqual([{ id: '1', name: 'Ada' }]);
    }
    await Promise.all(starting.map(async (server) => server.close()));
  });
});
