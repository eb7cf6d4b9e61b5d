import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Application, Process, Runtime } from '../../../lib';
import { built } from '../../support/climb/built';
import { ForeignClimb, ran } from '../../support/climb/foreign-climb';
import type { Foreign } from '../../support/climb/foreign-load';
import { ON_A_SERVER } from '../../support/climb/runbook';
import { describeNeeding, testInCi } from '../../support/needs';
import { describeWithServers, type Servers } from '../../support/servers';
import { SERVER_PROGRAMS } from '../foundation/servers/foreign';

const GO = { name: 'go', install: 'Go 1.26 or later, from https://go.dev/dl' };

const MINIFLUX: Foreign = {
  write: async (url, title) => (await miniflux(url, { method: 'POST', body: JSON.stringify({ title }) })).status,
  read: async (url) => {
    const response = await miniflux(url);
    if (response.status !== 200) throw new Error(String(response.status));
    return ((await response.json()) as { title: string }[]).map(({ title }) => title);
  },
};

async function miniflux(url: string, options: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Basic ${Buffer.from('admin:correct horse').toString('base64')}` };
  return fetch(`${url}/v1/categories`, { ...options, headers });
}

function minifluxOf(servers: Servers, log: string): Application {
  const binary = built('miniflux-2.3.5', (directory) => {
    execFileSync('go', ['install', 'miniflux.app/v2@v2.3.5'], { env: { ...process.env, GOBIN: directory }, stdio: 'ignore' });
  });
  const home = join(servers.directory, 'miniflux');
  mkdirSync(home);
  cpSync(join(binary, 'miniflux.app'), join(home, 'miniflux'));
  writeFileSync(join(home, 'Procfile'), `release: echo $RELEASE >>${log} && ./miniflux -migrate\nweb: ./miniflux\n`);
  const admin = { CREATE_ADMIN: '1', ADMIN_USERNAME: 'admin', ADMIN_PASSWORD: 'correct horse', DISABLE_SCHEDULER_SERVICE: '1' };
  return Application.directory(home, {
    runtime: Runtime.BINARY,
    environment: { ...admin, MEDIA_PROXY_PRIVATE_KEY: 'the same on all servers' },
    processes: [Process.web({ healthCheckPath: '/healthcheck' })],
  });
}

describeNeeding([...SERVER_PROGRAMS, ...ON_A_SERVER, GO], 'Miniflux, from its Go module', () => {
  describeWithServers(['postgres', 'valkey', 'moto', 'nginx'], 'as it is', (servers) => {
    testInCi(
      'climbs from the single server to a fleet, gets another password twice, and loses one of two servers',
      async () => {
        const log = join(servers.directory, 'ran');
        const climb = await ForeignClimb.create(servers, 'reader', minifluxOf(servers, log), MINIFLUX, 19_100);
        await climb.start(1);
        await climb.toPrivateDatabase();
        await climb.toReadPath();
        await climb.toFleet();
        await climb.rotateTwice();
        expect(climb.people.failed).toEqual({ reads: [], writes: [] });
        await climb.loseOneOfTwo();
        // The one row that was on its way to the server that lost its power may have been refused.
        expect([climb.people.failed.reads, climb.people.failed.writes.slice(1)]).toEqual([[], []]);
        expect(await climb.people.lost()).toEqual([]);
        expect(ran(log)).toEqual(['one', 'two']);
        expect(await climb.migrations()).toEqual([
          { version: 'one', state: 'done' },
          { version: 'two', state: 'done' },
        ]);
        process.stdout.write(`Miniflux: ${climb.people.answered} answers, ${climb.people.written.length} rows\n`);
      },
      1_800_000,
    );
  });
});
