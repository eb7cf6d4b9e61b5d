import { eventually } from '../../../tools/servers/processes';
import { describeWithServers } from '../../support/servers';

describeWithServers(['postgres'], 'copies of a database', (servers) => {
  test('a copy that was away while its writer went on catches up', async () => {
    const writer = await servers.postgres('writer', { certificates: servers.certificates, password: 'secret' });
    const copy = await servers.replica('copy', writer);
    await copy.stop();
    await writer.sql('CREATE TABLE told (word text)');
    // Each checkpoint lets go of the log before it.
    for (let n = 0; n < 4; n++) {
      await writer.sql(`INSERT INTO told VALUES ('${n}')`);
      await writer.sql('SELECT pg_switch_wal()');
      await writer.sql('CHECKPOINT');
    }
    const position = await writer.position();
    await copy.start();
    await eventually(async () => copy.has(position), 20_000);
    expect(await copy.sql('SELECT word FROM told ORDER BY 1')).toHaveLength(4);
  }, 60_000);
});
