import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Application, Process, Runtime } from '../../../lib';
import { Box, MOVE } from '../../support/climb/box';
import { readSetting } from '../../support/climb/setting';
import { ON_A_SERVER } from '../../support/climb/runbook';
import { describeNeeding, testInCi } from '../../support/needs';
import { eventually } from '../../../tools/servers/processes';
import { describeWithServers } from '../../support/servers';
import { PASSWORDS, databaseSecretText } from '../../workload/fleet';
import type { Host } from '../../../tools/servers/host';
import { foreignServer, publish, SERVER_PROGRAMS } from '../foundation/servers/foreign';
import { CACHE } from '../../support/cache';

const GO = { name: 'go', install: 'Go 1.26 or later, from https://go.dev/dl' };

/** An application from its package, built once on this machine. */
function built(name: string, build: (directory: string) => void): string {
  const directory = join(CACHE, name);
  if (!existsSync(join(directory, 'done'))) {
    mkdirSync(directory, { recursive: true });
    build(directory);
    writeFileSync(join(directory, 'done'), '');
  }
  return directory;
}

/** What visitors saw while something happened. */
async function visits(url: string, something: () => Promise<unknown>): Promise<{ answered: number; failed: string[] }> {
  const seen = { answered: 0, failed: [] as string[] };
  let going = true;
  const visitors = [0, 1].map(async () => {
    while (going) {
      const status = await fetch(url).then(
        (response) => String(response.status),
        (error: unknown) => String(error),
      );
      if (status === '200') seen.answered += 1;
      else seen.failed.push(`${new Date().toISOString()} ${status}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });
  await something().finally(() => (going = false));
  await Promise.all(visitors);
  return seen;
}

describeNeeding([...SERVER_PROGRAMS, ...ON_A_SERVER, GO], 'Miniflux, from its Go module', () => {
  describeWithServers(['postgres', 'moto'], 'as it is', (servers) => {
    testInCi('moves from the server to RDS, gets another password twice, and loses one of two servers', async () => {
      const moto = await servers.moto();
      const name = 'reader';
      const box = await Box.create(servers, moto, name, 0, { PATIENCE: '90' });
      const { authority } = servers.certificates;
      const binary = built('miniflux-2.3.5', (directory) => {
        execFileSync('go', ['install', 'miniflux.app/v2@v2.3.5'], { env: { ...process.env, GOBIN: directory }, stdio: 'ignore' });
      });
      const home = join(servers.directory, 'miniflux');
      mkdirSync(home);
      cpSync(join(binary, 'miniflux.app'), join(home, 'miniflux'));
      writeFileSync(join(home, 'Procfile'), 'release: ./miniflux -migrate\nweb: ./miniflux\n');
      const environment = { CREATE_ADMIN: '1', ADMIN_USERNAME: 'admin', ADMIN_PASSWORD: 'correct horse', DISABLE_SCHEDULER_SERVICE: '1' };
      const application = Application.directory(home, {
        runtime: Runtime.BINARY,
        environment: { ...environment, MEDIA_PROXY_PRIVATE_KEY: 'the same on all servers' },
        processes: [Process.web({ healthCheckPath: '/healthcheck' })],
      });
      await publish(moto, name, 'one', application);
      const at = async (number: number): Promise<Host> =>
        servers.stoppedAtEnd(
          await foreignServer(join(servers.directory, `reader-${number}`), name, 19_100 + 200 * number, moto, authority),
        );
      const first = await at(0);
      expect(await first.deploy()).toEqual({ status: 0, words: 'boot: started release one\n' });
      const feeds = async (server: Host): Promise<unknown> => {
        const headers = { authorization: `Basic ${Buffer.from('admin:correct horse').toString('base64')}` };
        const response = await fetch(`${server.url}/v1/categories`, { headers });
        return ((await response.json()) as { title: string }[]).map(({ title }) => title).sort();
      };
      const category = async (server: Host, title: string): Promise<number> => {
        const headers = { authorization: `Basic ${Buffer.from('admin:correct horse').toString('base64')}` };
        return (await fetch(`${server.url}/v1/categories`, { method: 'POST', headers, body: JSON.stringify({ title }) })).status;
      };
      expect(await category(first, 'at home')).toBe(201);
      const migrations = async (): Promise<unknown> => box.fresh.sql('SELECT version, state FROM stagecraft_release');

      // From the server to RDS: who reads is answered, but for the sessions that are cut when writing ends.
      const moving = await visits(`${first.url}/healthcheck`, async () => {
        await box.runbook.steps(...MOVE);
        await eventually(async () => (await category(first, 'in private')) === 201, 60_000);
      });
      expect(moving.answered).toBeGreaterThan(20);
      expect(moving.failed.slice(4)).toEqual([]);
      expect(await feeds(first)).toEqual(['All', 'at home', 'in private']);
      expect(await migrations()).toEqual([{ version: 'one', state: 'done' }]);

      // A second server, which migrates nothing, and another password twice.
      const second = await at(1);
      expect((await second.deploy()).status).toBe(0);
      expect(await migrations()).toEqual([{ version: 'one', state: 'done' }]);
      await box.fresh.sql(
        `CREATE ROLE stagecraft_clone LOGIN PASSWORD 'hunter3' IN ROLE stagecraft; ALTER ROLE stagecraft_clone SET role = 'stagecraft'`,
      );
      const user = async (): Promise<string[]> =>
        (
          await box.fresh.sql<{ usename: string }>(
            `SELECT DISTINCT usename FROM pg_stat_activity WHERE usename LIKE 'stage%' AND application_name <> 'psql'`,
          )
        ).map(({ usename }) => usename);
      const secret = (await readSetting(moto, name, 'database/secret')) ?? '';
      const text = databaseSecretText(PASSWORDS.database);
      const turning = await visits(`${first.url}/healthcheck`, async () => {
        for (const login of [JSON.stringify({ username: 'stagecraft_clone', password: 'hunter3' }), text]) {
          await moto.changeSecret(secret, login);
          const { username } = JSON.parse(login) as { username: string };
          await eventually(async () => (await user()).join() === username && (await feeds(first)) !== undefined, 90_000);
        }
      });
      expect(turning.failed).toEqual([]);

      // One of two loses its power, and the other has everything.
      first.kill();
      expect(await category(second, 'alone')).toBe(201);
      expect(await feeds(second)).toEqual(['All', 'alone', 'at home', 'in private']);
      expect((await first.deploy()).status).toBe(0);
      expect(await feeds(first)).toEqual(['All', 'alone', 'at home', 'in private']);
    });
  });
});
