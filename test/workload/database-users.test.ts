import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import type { Moto } from '../../tools/servers/moto';
import type { Postgres } from '../../tools/servers/postgres';
import { describeWithServers } from '../support/servers';

const BUNDLE = join(__dirname, '../../workload/database-users/bundle');
/** Every statement, in a file. */
const LOGGED = { logging_collector: 'on', log_filename: 'statements', log_min_duration_statement: '0' };

interface Login {
  readonly username: string;
  readonly password: string;
}

describeWithServers(['postgres', 'moto'], 'the function of database users', (servers) => {
  let moto: Moto;
  let postgres: Postgres;
  let master: string;
  let secret: string;

  beforeAll(async () => {
    const { certificates } = servers;
    [moto, postgres] = await Promise.all([
      servers.moto(),
      servers.postgres('postgres', { certificates, password: 'master-1', settings: LOGGED }),
    ]);
    // What the master user of RDS may, and no more.
    await postgres.sql('ALTER ROLE stagecraft CREATEROLE CREATEDB');
    const [host, port] = postgres.endpoint.split(':');
    const place = { engine: 'postgres', host, port: Number(port) };
    master = await moto.createSecret('shop/master/database', JSON.stringify({ username: 'stagecraft', password: 'master-1', ...place }));
    const own = { username: 'app', password: 'app-1', dbname: 'app', masterarn: master, ...place };
    secret = await moto.createSecret('shop/database', JSON.stringify(own));
  });

  /** Calls the function as Lambda does: the built bundle, in a process of its own. */
  const call = async (event: object, more: NodeJS.ProcessEnv = {}): Promise<unknown> => {
    const program =
      'require(process.argv[1]).handler(JSON.parse(process.argv[2])).then((it) => process.stdout.write(JSON.stringify(it ?? null)))';
    const env = { ...process.env, ...moto.environment, NODE_EXTRA_CA_CERTS: servers.certificates.authority, ...more };
    const child = spawn(process.execPath, ['-e', program, BUNDLE, JSON.stringify(event)], { env });
    const words = { out: '', err: '' };
    child.stdout.on('data', (text: Buffer) => (words.out += String(text)));
    child.stderr.on('data', (text: Buffer) => (words.err += String(text)));
    const code = await new Promise((resolve) => child.on('close', resolve));
    if (code !== 0) throw new Error(words.err);
    return JSON.parse(words.out);
  };
  const resource = async (RequestType: string, SecretId = secret): Promise<unknown> =>
    call({ RequestType, ResourceProperties: { SecretId } });

  const current = async (of = secret): Promise<Login> => JSON.parse(await moto.readSecret(of)) as Login;

  const as = async <T>({ username: user, password }: Login, work: (client: Client) => Promise<T>, database = 'app'): Promise<T> => {
    const [host, port] = postgres.endpoint.split(':');
    const client = new Client({ user, password, host, port: Number(port), database, ssl: { rejectUnauthorized: false } });
    await client.connect();
    return work(client).finally(async () => client.end());
  };

  const rotate = async (of = secret, again = 1): Promise<void> => {
    const ClientRequestToken = randomUUID();
    for (const Step of ['createSecret', 'setSecret', 'testSecret', 'finishSecret']) {
      for (let time = 0; time < again; time++) await call({ Step, SecretId: of, ClientRequestToken });
    }
  };

  test('makes the user that the secret names, who owns the database; a second time changes nothing', async () => {
    for (const type of ['Create', 'Update']) expect(await resource(type)).toEqual({ PhysicalResourceId: secret });
    const first = await current();
    await as(first, async (client) =>
      client.query('CREATE TABLE users (id bigint PRIMARY KEY); CREATE EXTENSION pg_trgm; INSERT INTO users VALUES (1)'),
    );
    expect(await postgres.sql("SELECT tableowner FROM pg_tables WHERE tablename = 'users'")).toEqual([{ tableowner: 'app' }]);
    expect(await postgres.sql('SELECT datdba::regrole::text FROM pg_database WHERE datname = current_database()')).toEqual([
      { datdba: 'app' },
    ]);
  });

  test.each([
    ['make roles', 'CREATE ROLE evil'],
    ['make databases', 'CREATE DATABASE evil'],
    ['keep the log for somebody', "SELECT pg_create_logical_replication_slot('evil', 'pgoutput')"],
    ['become the master', 'SET ROLE stagecraft'],
    ['read files', "SELECT pg_read_file('/etc/passwd')"],
  ])('the user may not %s', async (_, statement) => {
    await expect(as(await current(), async (client) => client.query(statement))).rejects.toThrow(/permission denied|must be superuser/);
  });

  test('a rotation lets the second user in, each step as often as it comes, and the first goes on working', async () => {
    const before = await current();
    await rotate(secret, 2);
    const after = await current();
    expect([before.username, after.username]).toEqual(['app', 'app_clone']);
    for (const login of [before, after])
      expect((await as(login, async (client) => client.query('SELECT id FROM users'))).rows).toEqual([{ id: '1' }]);
    await as(after, async (client) => client.query('CREATE TABLE orders (id bigint PRIMARY KEY)'));
    await as(before, async (client) => client.query('INSERT INTO orders VALUES (7); DROP TABLE orders'));
  });

  test('the next rotation comes back to the first user, with another password', async () => {
    const before = await current();
    await rotate();
    const after = await current();
    expect(after.username).toBe('app');
    for (const login of [before, after]) await as(login, async (client) => client.query('SELECT 1'));
    await expect(as({ username: 'app', password: 'app-1' }, async (client) => client.query('SELECT 1'))).rejects.toThrow(
      'password authentication failed',
    );
  });

  test('rotates the master, who keeps the name, and the application goes on', async () => {
    await rotate(master, 2);
    const { username, password } = await current(master);
    expect([username, password === 'master-1']).toEqual(['stagecraft', false]);
    await as({ username, password }, async (client) => client.query('SELECT 1'));
    await rotate();
    await as(await current(), async (client) => client.query('SELECT 1'));
  });

  test('keeps passwords out of the log of the database', async () => {
    await rotate();
    const log = readFileSync(join(servers.directory, 'postgres/data/log/statements'), 'utf8');
    expect([log.includes('SELECT 1'), log.includes((await current()).password)]).toEqual([true, false]);
  });

  test('fails in a step, and leaves the current password as it is, when the database is away or nobody vouches for it', async () => {
    const before = await current();
    const ClientRequestToken = randomUUID();
    const step = async (Step: string, more?: NodeJS.ProcessEnv): Promise<unknown> =>
      call({ Step, SecretId: secret, ClientRequestToken }, more);
    await expect(step('testSecret')).rejects.toThrow('is not pending');
    await step('createSecret');
    await expect(step('setSecret', { NODE_EXTRA_CA_CERTS: '' })).rejects.toThrow(/certificate/);
    await expect(step('testSecret')).rejects.toThrow('refuses app');
    expect(await current()).toEqual(before);
    await postgres.stop();
    await expect(step('setSecret')).rejects.toThrow('ECONNREFUSED');
    await postgres.start();
    for (const rest of ['setSecret', 'testSecret', 'finishSecret']) await step(rest);
    expect(await current()).not.toEqual(before);
  });

  test('needs the secret of a master, and deletes nobody', async () => {
    await expect(resource('Create', master)).rejects.toThrow('names no secret of a master user');
    expect(await resource('Delete')).toEqual({ PhysicalResourceId: secret });
    await as(await current(), async (client) => client.query('SELECT 1'));
  });
});
