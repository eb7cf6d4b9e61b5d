import { Client } from 'pg';
import { GlobalDatabase } from '../../../tools/rehearse/global-database';
import { Ways } from '../../../tools/servers/ways';
import { eventually } from '../../../tools/servers/processes';
import { describeWithServers } from '../../support/servers';

const [HOME, AWAY] = ['us-east-1', 'eu-west-1'];

describeWithServers(['postgres'], 'a global database', (servers) => {
  const dark = new Set<string>();
  const writers = new Map<string, boolean>();
  let ways: Ways;
  let database: GlobalDatabase;

  beforeAll(async () => {
    ways = new Ways(servers);
    database = new GlobalDatabase('webapp-orders', servers, ways, (region) => dark.has(region));
    const turned = (region: string) => (isWriter: boolean) => void writers.set(region, isWriter);
    const server = await servers.postgres('home', { certificates: servers.certificates, password: 'secret' });
    await database.add({ region: HOME, name: 'orders-home', server, readers: [], forwards: false, turned: turned(HOME) });
    await database.copy({ region: AWAY, name: 'orders-away', forwards: true, turned: turned(AWAY) }, 'away');
    await server.sql('CREATE TABLE told (word text); GRANT ALL ON told TO stagecraft');
  }, 120_000);

  /** What an application does at the reader endpoint of a region. */
  async function ask(region: string, statement: string, forwards = false): Promise<unknown[]> {
    const [host, port] = (database.in(region)?.endpoint ?? '').split(':');
    const options = forwards ? { options: '-c apg_write_forward.consistency_mode=GLOBAL' } : {};
    const ssl = { rejectUnauthorized: false };
    const client = new Client({ host, port: Number(port), user: 'stagecraft', password: 'secret', database: 'app', ssl, ...options });
    await client.connect();
    try {
      return (await client.query<{ word: string }>(statement)).rows.map(({ word }) => word);
    } finally {
      await client.end();
    }
  }
  const words = async (region: string, forwards = false): Promise<unknown[]> => ask(region, 'SELECT word FROM told ORDER BY 1', forwards);
  const shows = async (region: string, expected: readonly string[]): Promise<void> => {
    await eventually(async () => (await words(region).catch(() => ['nothing yet'])).join() === expected.join(), 60_000);
  };

  test('a copy takes no writes, passes on those that ask for it, and shows them a moment later', async () => {
    await shows(AWAY, []);
    await expect(ask(AWAY, "INSERT INTO told VALUES ('here')")).rejects.toThrow('read-only transaction');
    await ask(AWAY, "INSERT INTO told VALUES ('passed on')", true);
    expect([await words(HOME), await words(AWAY, true)]).toEqual([['passed on'], ['passed on']]);
    await shows(AWAY, ['passed on']);
  }, 120_000);

  test('when its region goes dark the writer takes what was on its way along; the copy takes over, and the old one is copied anew', async () => {
    const { server } = database.writer;
    dark.add(HOME);
    ways.cut(HOME, true);
    await ask(HOME, "INSERT INTO told VALUES ('on its way')");
    await server.stop();
    await expect(ask(AWAY, 'SELECT 1', true)).rejects.toThrow();
    await database.move(AWAY, false);
    expect([database.writer.region, database.members.map(({ region }) => region), [...writers]]).toEqual([
      ...[AWAY, [AWAY]],
      [
        [AWAY, true],
        [HOME, false],
      ],
    ]);
    await ask(AWAY, "INSERT INTO told VALUES ('after')", true);
    ways.cut(HOME, false);
    dark.delete(HOME);
    await database.revive(HOME);
    await shows(HOME, ['after', 'passed on']);
    // Nobody has told it yet that it may.
    await expect(ask(HOME, "INSERT INTO told VALUES ('no')", true)).rejects.toThrow('read-only transaction');
  }, 120_000);

  test('a planned move loses nothing', async () => {
    await ask(AWAY, "INSERT INTO told VALUES ('last')");
    await database.move(HOME, true);
    await shows(AWAY, ['after', 'last', 'passed on']);
    expect([database.writer.region, database.members.length, database.status]).toEqual([HOME, 2, 'available']);
  }, 120_000);
});
