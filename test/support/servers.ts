import { nginxProgram } from '../../tools/servers/front';
import { motoProgram } from '../../tools/servers/moto';
import { postgresPrograms } from '../../tools/servers/postgres';
import { Servers } from '../../tools/servers/servers';
import { valkeyProgram } from '../../tools/servers/valkey';
import { skipped } from './needs';

export { Servers };

const INSTALLED = { postgres: postgresPrograms, valkey: valkeyProgram, moto: motoProgram, nginx: nginxProgram };
const INSTALL = {
  postgres: 'apt-get install postgresql',
  valkey: 'apt-get install redis-server',
  moto: "pip install 'moto[server]'",
  nginx: 'apt-get install nginx-light',
};

/** A kind of server that tests may need. */
export type ServerKind = keyof typeof INSTALLED;

/**
 * Tests that need real servers. Where one isn't installed they are skipped, and the end of the run says what to install; in CI they fail.
 * @param body gets what starts the servers, in its hooks and tests.
 */
export function describeWithServers(kinds: readonly ServerKind[], title: string, body: (servers: Servers) => void): void {
  const missing = kinds.filter((kind) => INSTALLED[kind]() === undefined);
  if (missing.length > 0) {
    const advice = missing.map((kind) => INSTALL[kind]).join(', ');
    if (process.env.CI === 'true') {
      test(title, () => {
        throw new Error(`install what these tests need: ${advice}`);
      });
      return;
    }
    skipped(advice);
  }
  (missing.length > 0 ? describe.skip : describe)(title, () => {
    const servers = new Servers();
    afterAll(async () => servers.stop(), 30_000);
    body(servers);
  });
}
