import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Application, Process, Runtime } from '../../../lib';
import { built } from '../../support/climb/built';
import { ForeignClimb } from '../../support/climb/foreign-climb';
import type { Foreign } from '../../support/climb/foreign-load';
import { ON_A_SERVER } from '../../support/climb/runbook';
import { describeNeeding, testInCi } from '../../support/needs';
import { describeWithServers, type Servers } from '../../support/servers';
import { SERVER_PROGRAMS } from '../foundation/servers/foreign';

const KEYS = { 'x-parse-application-id': 'notes', 'x-parse-master-key': 'hunter4', 'content-type': 'application/json' };
const NOTES = '/parse/classes/Note';

const PARSE: Foreign = {
  write: async (url, title) => (await fetch(url + NOTES, { method: 'POST', headers: KEYS, body: JSON.stringify({ title }) })).status,
  read: async (url) => {
    const response = await fetch(`${url}${NOTES}?limit=10000&keys=title`, { headers: KEYS });
    if (response.status !== 200) throw new Error(String(response.status));
    return ((await response.json()) as { results: { title: string }[] }).results.map(({ title }) => title);
  },
};

/** Its parser of URLs knows no `sslmode`: it is told the authority in its own way. */
function parseServer(servers: Servers): Application {
  const packages = built('parse-server-9.10.0', (directory) => {
    writeFileSync(join(directory, 'package.json'), '{"private":true}');
    const options = ['--omit=dev', '--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund'];
    execFileSync('npm', ['install', ...options, 'parse-server@9.10.0'], { cwd: directory, stdio: 'ignore' });
  });
  const home = join(servers.directory, 'parse');
  mkdirSync(home);
  const told = 'PARSE_SERVER_DATABASE_URI="$DATABASE_URL&ca=$PGSSLROOTCERT" PARSE_SERVER_URL=http://127.0.0.1:$PORT/parse';
  writeFileSync(join(home, 'Procfile'), `web: ${told} node ${packages}/node_modules/parse-server/bin/parse-server\n`);
  const environment = {
    ...{ PARSE_SERVER_APPLICATION_ID: 'notes', PARSE_SERVER_MASTER_KEY: 'hunter4', PARSE_SERVER_MASTER_KEY_IPS: '0.0.0.0/0,::0' },
    ...{ PARSE_SERVER_HOST: '127.0.0.1', PARSE_SERVER_ALLOW_CLIENT_CLASS_CREATION: 'true', PARSE_SERVER_LOGS_FOLDER: servers.directory },
  };
  return Application.directory(home, {
    runtime: Runtime.BINARY,
    environment,
    processes: [Process.web({ healthCheckPath: '/parse/health' })],
  });
}

describeNeeding([...SERVER_PROGRAMS, ...ON_A_SERVER], 'Parse Server, from its package', () => {
  describeWithServers(['postgres', 'valkey', 'moto', 'nginx'], 'as it is', (servers) => {
    testInCi(
      'climbs from a private database to a fleet, gets another password twice, and loses one of two servers',
      async () => {
        const climb = await ForeignClimb.create(servers, 'notes', parseServer(servers), PARSE, 21_100);
        await climb.start(2);
        await climb.toReadPath();
        await climb.toFleet();
        await climb.rotateTwice();
        expect(climb.people.failed).toEqual({ reads: [], writes: [] });
        await climb.loseOneOfTwo();
        expect([climb.people.failed.reads, climb.people.failed.writes.slice(1)]).toEqual([[], []]);
        expect(await climb.people.lost()).toEqual([]);
      },
      1_800_000,
    );
  });
});
