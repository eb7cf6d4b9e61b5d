import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Duration } from 'aws-cdk-lib';
import { Application, type DirectoryOptions, Process, Runtime } from '../../../../lib';
import type { Moto } from '../../../../tools/servers/moto';
import { describeNeeding } from '../../../support/needs';
import type { Postgres } from '../../../../tools/servers/postgres';
import { eventually } from '../../../../tools/servers/processes';
import { describeWithServers } from '../../../support/servers';
import type { Host } from '../../../../tools/servers/host';
import { foreignServer, publish, SERVER_PROGRAMS } from './foreign';

const NAME = 'foreign';
/** A program of a few lines that reads nothing of ours but PORT and PG*, and ends at once when it is told to. */
const WEB = `
import http.server, json, os, time
class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def do_GET(self):
        if self.path == '/slow':
            time.sleep(3)
        heard = {name: self.headers[name] for name in ('Host', 'X-Forwarded-Proto', 'X-Forwarded-For')}
        body = json.dumps({'version': VERSION, 'user': os.environ['PGUSER'], **heard}).encode()
        self.send_response(200)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass
http.server.ThreadingHTTPServer(('127.0.0.1', int(os.environ['PORT'])), Handler).serve_forever()
`;

describeNeeding(SERVER_PROGRAMS, 'an application of a Procfile', () => {
  describeWithServers(['postgres', 'moto'], 'on servers', (servers) => {
    const fleet: Host[] = [];
    let moto: Moto;
    let postgres: Postgres;
    let ran: string;
    let rotate: (user: string) => Promise<void>;

    const application = (version: string, files: Record<string, string> = {}, options: DirectoryOptions = {}): Application => {
      const directory = join(servers.directory, `app-${version}`);
      mkdirSync(directory);
      const all = {
        Procfile: `release: echo ${version} >> ${ran} && psql "$DATABASE_URL" -c 'SELECT pg_sleep(1)'\nweb: python3 web.py\n`,
        'web.py': WEB.replace('VERSION', `'${version}'`),
        '.env': 'SECRET=mine',
        ...files,
      };
      for (const [name, text] of Object.entries(all)) writeFileSync(join(directory, name), text);
      return Application.directory(directory, {
        runtime: Runtime.BINARY,
        processes: [Process.web({ healthCheckPath: '/up', startTimeout: Duration.seconds(20) })],
        ...options,
      });
    };
    const release = async (version: string, files?: Record<string, string>, options?: DirectoryOptions): Promise<void> =>
      publish(moto, NAME, version, application(version, files, options));
    const answer = async (server: Host, headers: Record<string, string> = {}): Promise<Record<string, string>> => {
      const response = await fetch(server.url, { headers });
      if (response.status !== 200) throw new Error(String(response.status));
      return (await response.json()) as Record<string, string>;
    };
    /** Answers that were not 200 while something happens. */
    const failuresWhile = async (something: () => Promise<unknown>): Promise<number> => {
      let [going, failed] = [true, 0];
      const visitors = [0, 1, 2].map(async () => {
        while (going) {
          await answer(fleet[0]).catch(() => (failed += 1));
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      });
      await something().finally(() => (going = false));
      await Promise.all(visitors);
      return failed;
    };

    beforeAll(async () => {
      ran = join(servers.directory, 'ran');
      const { certificates } = servers;
      [moto, postgres] = await Promise.all([servers.moto(), servers.postgres('postgres', { certificates, password: 'hunter2' })]);
      await postgres.sql(`CREATE ROLE clone LOGIN PASSWORD 'hunter3' IN ROLE stagecraft; ALTER ROLE clone SET role = 'stagecraft'`);
      const secret = (username: string): string => JSON.stringify({ username, password: username === 'clone' ? 'hunter3' : 'hunter2' });
      const arn = await moto.createSecret('database', secret('stagecraft'));
      rotate = async (user) => moto.changeSecret(arn, secret(user));
      await moto.configure(NAME, {
        ...{ 'database/writer': postgres.endpoint, 'database/name': 'app', 'database/secret': arn },
        ...{ 'application/url': 'https://shop.example.com', 'edge/host': 'shop.example.com' },
      });
      for (let number = 0; number < 4; number++) {
        const root = join(servers.directory, `server-${number}`);
        const server = await foreignServer(root, NAME, 18_100 + 200 * number, moto, certificates.authority, number === 0 ? 1 : 60);
        fleet.push(servers.stoppedAtEnd(server));
      }
      await release('one');
      const deployed = await Promise.all(fleet.map(async (server) => server.deploy()));
      expect(deployed.map(({ words }) => words)).toEqual(fleet.map(() => 'boot: started release one\n'));
    });

    test('runs its release command once, although four servers start at a time', () => {
      expect(readFileSync(ran, 'utf8')).toBe('one\n');
    });

    test('hears Host, scheme and address as the visitor sent them, and the server answers probes and writes the lines that alarms count', async () => {
      const headers = {
        'cloudfront-forwarded-proto': 'https',
        'cloudfront-viewer-address': '2001:db8::7:46532',
        'x-forwarded-for': '6.6.6.6',
      };
      expect(await answer(fleet[0], headers)).toMatchObject({
        ...{ version: 'one', Host: new URL(fleet[0].url).host, 'X-Forwarded-Proto': 'https', 'X-Forwarded-For': '2001:db8::7' },
      });
      expect((await fetch(`${fleet[0].url}/healthz`)).status).toBe(200);
      const probed = (await (await fetch(`${fleet[0].url}/readyz`)).json()) as Record<string, string>;
      expect(probed).toMatchObject({ Host: 'shop.example.com', 'X-Forwarded-Proto': 'https' });
      await eventually(() => /"msg":"request","route":"\/readyz","method":"GET","status":200,"ms":\d+}/.test(fleet[0].log));
    });

    test('is replaced by another release without a failed request, and what was asked before is answered', async () => {
      await release('two');
      let slow: Promise<Response> | undefined;
      const failed = await failuresWhile(async () => {
        const deploy = fleet[0].deploy();
        await eventually(() => fleet[0].log.includes('SELECT') || readFileSync(ran, 'utf8').includes('two'), 60_000);
        slow = fetch(`${fleet[0].url}/slow`);
        expect(await deploy).toEqual({ status: 0, words: 'ok\nboot: started release two\n' });
        expect((await answer(fleet[0])).version).toBe('two');
        await new Promise((resolve) => setTimeout(resolve, 3_000));
      });
      expect((await slow)?.status).toBe(200);
      expect(failed).toBe(0);
    });

    test.each([
      ['ends', { 'web.py': 'raise SystemExit(1)' }, /ended with 1 before it answered \/up/],
      ['hangs', { 'web.py': 'import time; time.sleep(600)' }, /did not answer \/up with 200 to 399 within 3 s, but with nothing/],
      [
        'has-no-migration',
        { Procfile: 'release: echo the column is gone; exit 3\nweb: python3 web.py' },
        /ended with 3: the column is gone/,
      ],
    ])('goes on serving when the next release %s, and the deploy hears why', async (version, files, words) => {
      await release(version, files, { processes: [Process.web({ healthCheckPath: '/up', startTimeout: Duration.seconds(3) })] });
      const failed = await failuresWhile(async () => {
        const { status, words: said } = await fleet[0].deploy();
        expect(status).toBe(1);
        expect(said).toMatch(words);
        expect(said).toContain('went back to two');
      });
      expect(failed).toBe(0);
      expect((await answer(fleet[0])).version).toBe('two');
    });

    test('changes no table while a climb copies the database', async () => {
      await postgres.sql('CREATE TABLE kept (id int); CREATE PUBLICATION place_users_0 FOR TABLE kept');
      await release('three');
      expect((await fleet[0].deploy()).words).toContain('a climb is copying the database: finish it, then deploy the release');
      expect((await answer(fleet[0])).version).toBe('two');
      expect(readFileSync(ran, 'utf8')).not.toContain('three');
      await postgres.sql('DROP PUBLICATION place_users_0');
    });

    test('has another password twice without a failed request', async () => {
      await release('four');
      expect((await fleet[0].deploy()).status).toBe(0);
      const failed = await failuresWhile(async () => {
        for (const user of ['clone', 'stagecraft']) {
          await rotate(user);
          await eventually(async () => (await answer(fleet[0])).user === user, 60_000);
        }
      });
      expect(failed).toBe(0);
    });

    test('ends when it is told to, and after a loss of power starts again', async () => {
      await fleet[3].stop();
      await expect(answer(fleet[3])).rejects.toThrow();
      fleet[2].kill();
      await expect(answer(fleet[2])).rejects.toThrow();
      expect((await fleet[2].boot('activate_release')).status).toBe(0);
      expect(readFileSync(ran, 'utf8').match(/four/g)).toHaveLength(1);
    });

    test('leaves .env at home', () => {
      const release = join(servers.directory, 'server-1/app/releases/one');
      expect(existsSync(join(release, 'web.py'))).toBe(true);
      expect(readdirSync(release)).not.toContain('.env');
    });
  });
});
