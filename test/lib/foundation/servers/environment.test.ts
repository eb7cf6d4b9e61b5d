import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificates } from '../../../../tools/servers/certificates';
import { apt, describeNeeding, skipped } from '../../../support/needs';
import { describeWithServers } from '../../../support/servers';

const KIT = join(__dirname, '../../../../lib/foundation/servers/kit');
const RENDER = `
import json, sys
sys.path.insert(0, sys.argv[1])
from environment import render
given = json.load(sys.stdin)
print(json.dumps(render(given['settings'], given['manifest'], given['surroundings'], given['secrets'].get)))`;

interface Given {
  settings?: Record<string, string>;
  secrets?: Record<string, string>;
  manifest?: Record<string, unknown>;
  surroundings?: Record<string, unknown>;
  env?: Record<string, string>;
}

const DATABASE = { 'database/writer': 'db.example.com:5432', 'database/name': 'app', 'database/secret': 'arn:database' };
const LOGIN = JSON.stringify({ username: 'stagecraft', password: 'a/b c' });

/** What the kit makes of settings. */
function render({ settings = DATABASE, secrets = {}, manifest, surroundings, env }: Given = {}): Record<string, string> {
  const input = {
    settings,
    secrets: { 'arn:database': LOGIN, ...secrets },
    manifest: { web: { instances: 1 }, environment: {}, ...manifest },
    surroundings: { AWS_REGION: 'eu-west-1', RELEASE: 'abc', CPUS: 2, UPLOADS: '/data/uploads', SERVER: 'ip-10-0-0-1', ...surroundings },
  };
  const options = { input: JSON.stringify(input), encoding: 'utf8', env: { PATH: process.env.PATH, DATA: '/nowhere', ...env } } as const;
  return JSON.parse(execFileSync('python3', ['-B', '-c', RENDER, KIT], options)) as Record<string, string>;
}

describeNeeding([apt('python3')], 'what the kit makes of settings', () => {
  test('off the server all database URLs check the certificate and the name, and passwords are escaped', () => {
    const made = render();
    const tls = 'sslmode=verify-full&sslrootcert=/etc/pki/rds.pem';
    expect(made).toMatchObject({
      DATABASE_URL: `postgresql://stagecraft:a%2Fb%20c@db.example.com:5432/app?${tls}`,
      JDBC_DATABASE_URL: `jdbc:postgresql://db.example.com:5432/app?${tls}`,
      ...{ PGHOST: 'db.example.com', PGPORT: '5432', PGUSER: 'stagecraft', PGPASSWORD: 'a/b c', PGSSLMODE: 'verify-full' },
    });
    expect(made.DATABASE_REPLICA_URL).toBe(made.DATABASE_URL);
    expect(made.DATABASE_REPLICA_URLS).toBe(made.DATABASE_URL);
  });

  test('sessions in a table have its name, and then there is no Redis', () => {
    const made = render({ settings: { ...DATABASE, 'sessions/table': 'webapp-sessions' } });
    expect(made).toMatchObject({ SESSIONS_TABLE: 'webapp-sessions' });
    expect(Object.keys(made)).not.toContain('REDIS_URL');
    expect(Object.keys(render())).not.toContain('SESSIONS_TABLE');
  });

  test('replicas are spread over the servers, and each knows all of them', () => {
    const settings = { ...DATABASE, 'database/readers': 'one:5432,two:5432,three:5432' };
    const chosen = Array.from(
      { length: 10 },
      (_, server) => render({ settings, surroundings: { SERVER: `ip-${server}` } }).DATABASE_REPLICA_URL,
    );
    expect(new Set(chosen.map((url) => new URL(url).hostname))).toEqual(new Set(['one', 'two', 'three']));
    expect(render({ settings }).DATABASE_REPLICA_URLS.split(',')).toHaveLength(3);
  });

  test('a copy in another region passes on what its readers are told to write, until a failover brings the writer', () => {
    const settings = { ...DATABASE, 'database/readers': 'ro.example.com:5432', 'region/founding': 'us-east-1' };
    const hosts = (more: Record<string, string>, AWS_REGION: string): string[] => {
      const { PGHOST, DATABASE_REPLICA_URL } = render({ settings: { ...settings, ...more }, surroundings: { AWS_REGION } });
      return [PGHOST, new URL(DATABASE_REPLICA_URL).hostname];
    };
    expect(hosts({}, 'us-east-1')).toEqual(['db.example.com', 'ro.example.com']);
    expect(hosts({}, 'eu-west-1')).toEqual(['ro.example.com', 'ro.example.com']);
    expect(hosts({ 'region/writer': 'eu-west-1' }, 'eu-west-1')).toEqual(['db.example.com', 'ro.example.com']);
    expect(hosts({ 'region/writer': 'eu-west-1' }, 'us-east-1')).toEqual(['ro.example.com', 'ro.example.com']);
  });

  test('databases by function and shards have URLs of their own, and the map says which shard has which key', () => {
    const map = '{"strategy":"hash","version":2,"shards":2}';
    const shard = (number: number): string =>
      JSON.stringify({ writer: `s${number}:5432`, readers: `ro${number}:5432`, secret: 'arn:database' });
    const billing = { 'billing/writer': 'billing:5432', 'billing/readers': 'billing-ro:5432', 'billing/secret': 'arn:billing' };
    const settings = { ...DATABASE, ...billing, 'shards/map': map, 'shard/0': shard(0), 'shard/1': shard(1), 'region/writer': 'eu-west-1' };
    const secrets = { 'arn:billing': JSON.stringify({ username: 'b', password: 'p' }) };
    const made = render({ settings, secrets });
    const hosts = Object.entries(made)
      .filter(([name]) => /_DATABASE_(REPLICA_)?URL$/.test(name) && !name.startsWith('JDBC'))
      .map(([name, url]) => [name, new URL(url).username, new URL(url).hostname]);
    expect(made.SHARD_MAP).toBe(map);
    expect(hosts).toEqual([
      ['BILLING_DATABASE_URL', 'b', 'billing'],
      ['BILLING_DATABASE_REPLICA_URL', 'b', 'billing-ro'],
      ['SHARD_0_DATABASE_URL', 'stagecraft', 's0'],
      ['SHARD_0_DATABASE_REPLICA_URL', 'stagecraft', 'ro0'],
      ['SHARD_1_DATABASE_URL', 'stagecraft', 's1'],
      ['SHARD_1_DATABASE_REPLICA_URL', 'stagecraft', 'ro1'],
    ]);
    const away = render({ settings, secrets, surroundings: { AWS_REGION: 'us-east-1' } });
    expect(new URL(away.SHARD_1_DATABASE_URL).hostname).toBe('ro1');
    expect(Object.keys(render()).filter((name) => name.includes('SHARD'))).toEqual([]);
  });

  test('a database on the server is reached by its socket, or by a password where there is one', () => {
    const settings = { 'database/writer': '/run/postgresql', 'database/name': 'app' };
    const user = execFileSync('id', ['-un'], { encoding: 'utf8' }).trim();
    expect(render({ settings })).toMatchObject({
      DATABASE_URL: `postgresql://${user}@/app?host=/run/postgresql`,
      PGHOST: '/run/postgresql',
    });
    const DATA = mkdtempSync(join(tmpdir(), 'data-'));
    writeFileSync(join(DATA, 'database-password'), 'secret\n');
    expect(render({ settings, env: { DATA } })).toMatchObject({
      DATABASE_URL: `postgresql://${user}:secret@127.0.0.1:5432/app?sslmode=disable`,
      JDBC_DATABASE_URL: 'jdbc:postgresql://127.0.0.1:5432/app?sslmode=disable',
    });
  });

  test.each([
    [2, 0, '1'],
    [16, 0, '1'],
    [2, 1, '2'],
    [16, 1, '16'],
    [16, 4, '4'],
    [1, 1, '1'],
  ])('on %i vCPUs with %i processes each is told to have %s workers, so that all cores work', (CPUS, instances, workers) => {
    expect(render({ surroundings: { CPUS }, manifest: { web: { instances } } }).WEB_CONCURRENCY).toBe(workers);
  });

  test('parts have variables where they are, and none where they are not', () => {
    expect(Object.keys(render()).filter((name) => /REDIS|CACHE|S3|QUEUE|PUBLIC/.test(name))).toEqual([]);
    const made = render({
      settings: {
        ...DATABASE,
        ...{
          'cache/endpoint': 'cache:6379',
          'cache/secret': 'arn:cache',
          'sessions/endpoint': 'sessions:6379',
          'sessions/secret': 'arn:sessions',
        },
        ...{ 'storage/uploads': 'bucket', 'jobs/queue': 'https://sqs/queue', 'application/url': 'https://shop.example.com' },
        ...{ 'application/environment/TOPIC': 'arn:topic', 'application/secrets/KEY': 'arn:key' },
      },
      secrets: { 'arn:cache': 'c', 'arn:sessions': 's', 'arn:key': 'k' },
      manifest: { environment: { LOG_LEVEL: 'info' } },
    });
    expect(made).toMatchObject({
      ...{ CACHE_URL: 'rediss://:c@cache:6379/0', REDIS_URL: 'rediss://:s@sessions:6379/0', S3_BUCKET: 'bucket', S3_PREFIX: 'uploads/' },
      ...{ QUEUE_URL: 'https://sqs/queue', PUBLIC_URL: 'https://shop.example.com', PUBLIC_HOST: 'shop.example.com' },
      ...{ TOPIC: 'arn:topic', KEY: 'k', LOG_LEVEL: 'info', RELEASE: 'abc', AWS_REGION: 'eu-west-1', HOST: '127.0.0.1' },
    });
    expect(made).not.toHaveProperty('UPLOADS');
  });
});

/** Where Debian's package puts the driver. */
const JDBC = '/usr/share/java/postgresql.jar';
const JAVA = `
import java.sql.*;
class Ask {
  public static void main(String[] arguments) throws Exception {
    try (Connection c = DriverManager.getConnection(System.getenv("JDBC_DATABASE_URL"), System.getenv("JDBC_DATABASE_USERNAME"), System.getenv("JDBC_DATABASE_PASSWORD"));
      ResultSet r = c.createStatement().executeQuery("SELECT 40 + 2")) { r.next(); System.out.println(r.getInt(1)); }
  }
}`;

describeNeeding([apt('psql', 'postgresql-client')], 'the URLs', () => {
  describeWithServers(['postgres', 'valkey'], 'in the hands of ordinary clients', (servers) => {
    let right: Record<string, string>;
    let wrong: Record<string, string>;

    beforeAll(async () => {
      const { certificates } = servers;
      const [postgres, valkey] = await Promise.all([
        servers.postgres('postgres', { certificates, password: 'p/w' }),
        servers.valkey('valkey', 'hunter2'),
      ]);
      const settings = {
        ...{ 'database/writer': postgres.endpoint, 'database/name': 'app', 'database/secret': 'arn:database' },
        ...{ 'cache/endpoint': valkey.endpoint, 'cache/secret': 'arn:cache' },
      };
      const secrets = { 'arn:database': JSON.stringify({ username: 'stagecraft', password: 'p/w' }), 'arn:cache': 'hunter2' };
      const elsewhere = join(servers.directory, 'elsewhere');
      mkdirSync(elsewhere);
      const made = (authority: string): Record<string, string> => ({
        ...{ PATH: process.env.PATH ?? '', NODE_EXTRA_CA_CERTS: authority },
        ...render({ settings, secrets, env: { NODE_EXTRA_CA_CERTS: authority } }),
      });
      right = made(certificates.authority);
      wrong = made(makeCertificates(elsewhere).authority);
    });

    const node = (script: string): string[] => ['node', '-e', script];
    const clients: [name: string, command: string[]][] = [
      ['libpq by its URL', ['sh', '-c', 'psql -tAc "SELECT 40 + 2" "$DATABASE_URL"']],
      ['libpq by PG*', ['psql', '-tAc', 'SELECT 40 + 2']],
      [
        'node-postgres',
        node(`const { Client } = require('pg'); const c = new Client(process.env.DATABASE_URL);
c.connect().then(() => c.query('SELECT 40 + 2 AS n')).then(({ rows }) => { console.log(rows[0].n); return c.end(); }, (e) => { console.error(e.message); process.exit(1); })`),
      ],
      [
        'redis for Node',
        node(`const { createClient } = require('redis'); const c = createClient({ url: process.env.CACHE_URL, socket: { reconnectStrategy: false } }); c.on('error', () => {});
c.connect().then(() => c.select(1)).then(() => c.set('n', '42')).then(() => c.get('n')).then((n) => { console.log(n); c.destroy(); }, (e) => { console.error(e.message); process.exit(1); })`),
      ],
    ];
    if (existsSync(JDBC) || process.env.CI === 'true') clients.push(['JDBC', ['java', '-cp', JDBC, 'Ask.java']]);
    else skipped('apt-get install libpostgresql-jdbc-java default-jdk-headless');

    test.each(clients)('%s connects, and refuses a server that somebody else vouches for', (_, command) => {
      const cwd = join(__dirname, '../../../..');
      writeFileSync(join(servers.directory, 'Ask.java'), JAVA);
      const ask = (env: Record<string, string>) =>
        spawnSync(
          command[0],
          command.slice(1).map((word) => (word === 'Ask.java' ? join(servers.directory, word) : word)),
          { env, cwd, encoding: 'utf8' },
        );
      expect(ask(right)).toMatchObject({ status: 0, stdout: '42\n' });
      const refused = ask(wrong);
      expect(refused.status).not.toBe(0);
      expect(refused.stderr).toMatch(/certificate|PKIX|SSL/i);
    });
  });
});
