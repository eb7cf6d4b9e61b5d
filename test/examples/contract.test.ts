import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Application } from '../../lib';
import type { Host } from '../../tools/servers/host';
import { foreignServer, publish, SERVER_PROGRAMS } from '../lib/foundation/servers/foreign';
import type { Moto } from '../../tools/servers/moto';
import { describeNeeding, testInCi, type Program } from '../support/needs';
import { eventually } from '../../tools/servers/processes';
import { describeWithServers } from '../support/servers';
import { CACHE } from '../support/cache';

/** They run as they are, without a word in code: so does `-c app=`. How each is built here, as its README says for a server, and where its ports begin. */
const EXAMPLES: readonly { name: string; base: number; build: string; needs: Program[] }[] = [
  { name: 'express', base: 17_100, build: 'npm install --omit=dev --no-package-lock --no-audit --no-fund', needs: [] },
  {
    ...{ name: 'flask', base: 17_500, needs: [{ name: 'python3', install: 'apt-get install python3-pip' }] },
    build: 'python3 -m pip install --quiet --target vendor -r requirements.txt',
  },
  {
    ...{ name: 'go', base: 17_700, needs: [{ name: 'go', install: 'Go 1.24 or later, from https://go.dev/dl' }] },
    build: 'CGO_ENABLED=0 go build -o notes .',
  },
];

/** The example, ready to run; what it needs is fetched once on this machine. */
function built({ name, build }: (typeof EXAMPLES)[number]): string {
  const kept = join(CACHE, `example-${name}`);
  mkdirSync(kept, { recursive: true });
  cpSync(join(__dirname, '../../examples', name), kept, { recursive: true });
  execFileSync('sh', ['-c', build], { cwd: kept, stdio: 'pipe' });
  const directory = mkdtempSync(join(tmpdir(), 'application-'));
  cpSync(kept, directory, { recursive: true });
  return directory;
}

describe.each(EXAMPLES)('the example $name', (example) => {
  describeNeeding([...SERVER_PROGRAMS, ...example.needs], 'knows nothing of this library', () => {
    describeWithServers(['postgres', 'valkey', 'moto'], 'and runs on it', (servers) => {
      let moto: Moto;
      let server: Host;

      testInCi('migrates, serves, hears who asks, and is replaced without a failed request', async () => {
        const { certificates } = servers;
        const [aws, postgres, valkey] = await Promise.all([
          servers.moto(),
          servers.postgres('postgres', { certificates, password: 'hunter2' }),
          servers.valkey('valkey', 'hunter3'),
        ]);
        moto = aws;
        await moto.configure(example.name, {
          ...{ 'database/writer': postgres.endpoint, 'database/name': 'app', 'edge/host': 'notes.example.com' },
          'database/secret': await moto.createSecret('database', JSON.stringify({ username: 'stagecraft', password: 'hunter2' })),
          ...{ 'sessions/endpoint': valkey.endpoint, 'sessions/secret': await moto.createSecret('sessions', 'hunter3') },
          'application/url': 'https://notes.example.com',
        });
        const path = built(example);
        const application = (LOG: string): Application =>
          Application.directory(path, { environment: { LOG, REDIS_CA: certificates.authority } });
        const root = join(servers.directory, 'server');
        server = servers.stoppedAtEnd(await foreignServer(root, example.name, example.base, moto, certificates.authority, 30));
        await publish(moto, example.name, 'one', application('one'));
        expect(await server.deploy()).toEqual({ status: 0, words: 'boot: started release one\n' });

        const headers = {
          ...{ 'content-type': 'application/json', 'cloudfront-forwarded-proto': 'https', 'cloudfront-viewer-address': '203.0.113.9:1' },
        };
        const write = async (text: string): Promise<unknown> => {
          const response = await fetch(`${server.url}/notes`, { method: 'POST', headers, body: JSON.stringify({ text }) });
          expect(response.status).toBe(201);
          return response.json();
        };
        const notes = async (): Promise<unknown> => (await fetch(`${server.url}/notes`)).json();
        expect(await notes()).toEqual([]);
        expect(await write('hello')).toEqual({ secure: true, host: new URL(server.url).host });
        expect(await notes()).toEqual([{ text: 'hello', written_by: '203.0.113.9' }]);

        let [going, failed] = [true, 0];
        const visitors = [0, 1].map(async () => {
          while (going) {
            await fetch(`${server.url}/notes`).then(
              ({ status }) => (failed += Number(status !== 200)),
              () => (failed += 1),
            );
            await new Promise((resolve) => setTimeout(resolve, 20));
          }
        });
        await publish(moto, example.name, 'two', application('two'));
        expect(await server.deploy()).toEqual({ status: 0, words: 'ok\nboot: started release two\n' });
        await new Promise((resolve) => setTimeout(resolve, 2_000));
        going = false;
        await Promise.all(visitors);
        expect(failed).toBe(0);

        if (existsSync(join(path, 'tasks.py'))) {
          await write('later: by letter');
          await eventually(async () => JSON.stringify(await notes()).includes('the worker'), 60_000);
        }
      });
    });
  });
});
