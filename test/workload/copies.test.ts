import { eventually } from '../../tools/servers/processes';
import { describeWithServers } from '../support/servers';
import { Browser } from './application';
import { Fleet } from './fleet';

describeWithServers(['postgres', 'valkey', 'moto'], 'the application in a region that has copies of the data', (servers) => {
  let fleet: Fleet;

  beforeAll(async () => {
    fleet = await Fleet.create(servers);
    await fleet.moto.configure('home', { ...fleet.settings, 'region/writer': 'us-east-1' });
    await fleet.moto.configure('copy', { ...fleet.settings, 'database/writer': fleet.replica.endpoint, 'region/writer': 'us-east-1' });
  });

  test('starts although it can make no tables, and reads what the region with the writer wrote', async () => {
    const home = await fleet.application('home');
    const copy = await fleet.application('copy');
    const path = await new Browser(home.url).addUser('Grace');
    await eventually(async () => {
      expect(await new Browser(copy.url).read(path)).toContain('Grace');
    });
  });
});
