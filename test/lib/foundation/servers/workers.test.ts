import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { Application, Process, Runtime } from '../../../../lib';
import { describeNeeding } from '../../../support/needs';
import type { Postgres } from '../../../../tools/servers/postgres';
import { eventually } from '../../../../tools/servers/processes';
import { describeWithServers } from '../../../support/servers';
import type { Host } from '../../../../tools/servers/host';
import { foreignServer, publish, SERVER_PROGRAMS } from './foreign';

const NAME = 'workers';
const KIT = join(__dirname, '../../../../lib/foundation/servers/kit');
const IS_OURS = `
import os, sys
sys.path.insert(0, sys.argv[1])
import once
print(once.is_ours('nightly', int(sys.argv[2]), dict(os.environ)))`;

describeNeeding(SERVER_PROGRAMS, 'workers and scheduled processes', () => {
  describeWithServers(['postgres', 'moto'], 'of an application of a Procfile', (servers) => {
    let web: Host[];
    let worker: Host;
    let postgres: Postgres;
    const wrote = (file: string): string[] => {
      const path = join(servers.directory, file);
      return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
    };

    beforeAll(async () => {
      const { certificates } = servers;
      const [moto, database] = await Promise.all([servers.moto(), servers.postgres('postgres', { certificates, password: 'hunter2' })]);
      postgres = database;
      const settings = { 'database/writer': postgres.endpoint, 'database/name': 'app', 'jobs/queue': 'https://sqs/jobs' };
      const secret = await moto.createSecret('database', JSON.stringify({ username: 'stagecraft', password: 'hunter2' }));
      await moto.configure(NAME, { ...settings, 'database/secret': secret });
      const home = join(servers.directory, 'home');
      mkdirSync(home);
      const says = (file: string): string => `echo "$$ $QUEUE_URL" >> ${join(servers.directory, file)}`;
      writeFileSync(join(home, 'Procfile'), `web: exec python3 -m http.server $PORT --bind $HOST\nmail: ${says('mail')}; exec sleep 600\n`);
      const application = Application.directory(home, {
        runtime: Runtime.BINARY,
        processes: [
          Process.worker('jobs', { command: `${says('jobs')}; exec sleep 600`, onQueue: true, count: 2 }),
          Process.scheduled('nightly', { command: says('nightly'), every: Duration.minutes(1) }),
        ],
      });
      await publish(moto, NAME, 'one', application);
      const create = async (directory: string, base: number, role: string): Promise<Host> =>
        servers.stoppedAtEnd(await foreignServer(join(servers.directory, directory), NAME, base, moto, certificates.authority, 60, role));
      web = [await create('web-0', 21_100, 'web'), await create('web-1', 21_300, 'web')];
      worker = await create('worker-0', 21_500, 'worker');
      for (const { words } of await Promise.all([...web, worker].map(async (server) => server.deploy())))
        expect(words).toBe('boot: started release one\n');
    });

    test('those of the queue run on servers of their own, all others on each web server', async () => {
      await eventually(() => wrote('mail').length === 2 && wrote('jobs').length === 2, 30_000);
      expect(wrote('jobs').every((line) => line.endsWith(' https://sqs/jobs'))).toBe(true);
    });

    test('one that ends is started again', async () => {
      process.kill(Number(wrote('mail')[0].split(' ')[0]), 'SIGKILL');
      await eventually(() => wrote('mail').length === 3, 30_000);
    });

    test('a scheduled one runs on one of the servers', async () => {
      await eventually(() => wrote('nightly').length >= 1, 100_000);
      const times = await postgres.sql<{ slot: string }>('SELECT slot FROM stagecraft_schedule');
      expect(times).toHaveLength(1);
      const minutes = Math.floor(Date.now() / 60_000) - Number(times[0].slot);
      expect(minutes).toBeLessThanOrEqual(1);
      expect(wrote('nightly').length).toBeLessThanOrEqual(2);
    });

    test('however many ask at once, one gets each time', async () => {
      const [PGHOST, PGPORT] = postgres.endpoint.split(':');
      const login = { PGHOST, PGPORT, PGUSER: 'stagecraft', PGPASSWORD: 'hunter2', PGDATABASE: 'app', PGSSLMODE: 'require' };
      const ask = async (slot: number): Promise<string> => {
        const child = spawn('python3', ['-B', '-c', IS_OURS, KIT, String(slot)], { env: { PATH: process.env.PATH, ...login } });
        let said = '';
        child.stdout.on('data', (data) => (said += String(data)));
        return new Promise((resolve) =>
          child.once('close', () => {
            resolve(said.trim());
          }),
        );
      };
      for (const slot of [90_000_000, 90_000_001]) {
        const answers = await Promise.all(Array.from({ length: 4 }, async () => ask(slot)));
        expect(answers.sort()).toEqual(['False', 'False', 'False', 'True']);
      }
    });

    test('all of them end with their server', async () => {
      await worker.stop();
      for (const line of wrote('jobs')) expect(() => process.kill(Number(line.split(' ')[0]), 0)).toThrow();
    });
  });
});
