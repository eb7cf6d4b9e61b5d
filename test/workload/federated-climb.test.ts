import { ShardMap } from '../../lib';
import type { Postgres } from '../../tools/servers/postgres';
import { eventually } from '../../tools/servers/processes';
import { describeWithServers } from '../support/servers';
import { type Application, Browser } from './application';
import { Crowd } from './crowd';
import { Federation } from './federation';

const NAME = 'growing';
const MAP = ShardMap.range(2);

describeWithServers(['postgres', 'moto'], 'a running application with one database', (servers) => {
  let federation: Federation;
  let core: Postgres;
  let application: Application;

  beforeAll(async () => {
    [federation, core] = await Promise.all([Federation.create(servers, 3), servers.postgres('core')]);
    await federation.placeShards(NAME);
    // What a runbook has moved: the table as it was in the one database.
    await federation.shards[0].sql(
      `CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, bio text NOT NULL, photo text,
         created_at timestamptz NOT NULL DEFAULT now());
       INSERT INTO users (name, bio) SELECT 'Moved', '' FROM generate_series(1, 40);
       ALTER TABLE users OWNER TO stagecraft`,
    );
    await federation.moto.configure(NAME, { 'database/writer': core.endpoint, 'database/name': 'app' });
    application = await federation.application(NAME);
    await new Browser(application.url).addUser('The first');
  });

  test('spreads over several and grows, under load and without a failed request', async () => {
    const visitor = new Browser(application.url);
    const crowd = new Crowd(application.url, 4);
    const shows = async (text: string): Promise<unknown> => eventually(async () => (await visitor.read('/architecture')).includes(text));
    const more = async (): Promise<void> => {
      const visits = crowd.visits;
      await eventually(() => crowd.visits > visits + 50);
    };
    await more();
    await federation.moto.configure(NAME, { 'jobs/queue': await federation.moto.createQueue('growing', 3) });
    await federation.moto.configure(NAME, { ...federation.settings(MAP.toText()), 'database/writer': undefined });
    await shows('2 shards by range, version 2');
    await more();
    await federation.moto.configure(NAME, { 'shards/map': MAP.grownTo(3).toText() });
    await shows('3 shards by range, version 3');
    await more();
    await crowd.leave();
    expect(crowd.failures).toEqual([]);
    expect(await visitor.read('/users/1')).toContain('Moved');
    const placed = await federation.idsByShard('app');
    expect(placed.map((ids) => ids.length > 0)).toEqual([true, true, true]);
    for (const [shard, ids] of placed.entries()) expect(ids.every((id) => MAP.grownTo(3).shardOf(id) === shard)).toBe(true);
    // Users who came later go on behind those who were moved.
    expect(placed[0].slice(0, 41)).toEqual(Array.from({ length: 41 }, (_, n) => String(n + 1)));
    expect(application.noise).toEqual([]);
  });

  test('lets go of the connections to the one database, and keeps those to shards few', async () => {
    const connections = async (server: Postgres): Promise<number> =>
      (await server.sql("SELECT 1 FROM pg_stat_activity WHERE datname = 'app' AND pid <> pg_backend_pid()")).length;
    await eventually(async () => (await connections(core)) === 0);
    for (const shard of federation.shards) expect(await connections(shard)).toBeLessThanOrEqual(6);
  });
});
