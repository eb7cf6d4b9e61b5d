import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { postgresPrograms } from '../../../../tools/servers/postgres';
import { describeNeeding } from '../../../support/needs';
import { bootFile } from './machine';

const BOOT = bootFile();
const PREPARE = join(__dirname, '../../../../lib/foundation/servers/kit/prepare.sh');
const BIN = postgresPrograms() ?? '/usr/bin';
const PATH = `${BIN}:${process.env.PATH!}`;
const asRoot = process.getuid?.() === 0;

/** The script runs as root and becomes `postgres`; where the tests run as somebody else there is nobody to become. */
const needs = [
  { name: `${BIN}/initdb`, install: 'apt-get install postgresql' },
  ...(asRoot ? [] : [{ name: 'root', install: 'run the tests as root' }]),
];

describeNeeding(needs, 'the database on the server, with a real PostgreSQL', () => {
  const root = mkdtempSync(join(tmpdir(), 'boot-database-'));
  const data = join(root, 'postgres');
  const boot = (...call: string[]): string =>
    execFileSync('bash', ['--norc', '-c', `source ${BOOT}; "$@" 2>&1`, 'boot', ...call], {
      env: { PATH, NAME: 'webapp', ROLE: 'web', RETRY_SECONDS: '1' },
      encoding: 'utf8',
    });
  const sql = (statement: string, database = 'postgres'): string =>
    execFileSync('runuser', ['-u', 'postgres', '--', 'psql', '-h', root, '-d', database, '-tAc', statement], {
      env: { PATH },
      encoding: 'utf8',
    }).trim();
  const control = (...args: string[]): void => {
    execFileSync('runuser', ['-u', 'postgres', '--', join(BIN, 'pg_ctl'), '-w', '-D', data, ...args], { env: { PATH }, stdio: 'ignore' });
  };

  beforeAll(() => {
    chmodSync(root, 0o777);
    mkdirSync(data, { mode: 0o777 });
  });

  afterAll(() => {
    control('-m', 'fast', 'stop');
  });

  test('an empty directory is initialised, with checksums, UTF-8, a log for replication, and nobody let in from the network', () => {
    expect(boot('initialise_database', data)).toBe(`boot: initialised a new database in ${data}\n`);
    control('-l', join(root, 'log'), '-o', `-k ${root}`, 'start');
    boot('create_database', 'app', root);
    expect(['data_checksums', 'server_encoding', 'listen_addresses', 'wal_level'].map((name) => sql(`SHOW ${name}`))).toEqual([
      'on',
      'UTF8',
      '*',
      'logical',
    ]);
    const rules = sql("SELECT string_agg(DISTINCT coalesce(address, type), ' ' ORDER BY coalesce(address, type)) FROM pg_hba_file_rules");
    expect(rules).toBe('127.0.0.1 ::1 local');
  });

  test('the application has a role of its own, which owns its database and is no superuser', () => {
    expect(sql("SELECT rolsuper OR rolcreatedb OR rolcreaterole FROM pg_roles WHERE rolname = 'app'")).toBe('f');
    expect(sql("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'app'")).toBe('app');
    expect(readFileSync(join(data, 'pg_hba.conf'), 'utf8')).toMatch(/^local\s+all\s+all\s+peer$/m);
  });

  test('a release of a Procfile gets a password for drivers that know no socket', () => {
    const home = mkdtempSync(join(tmpdir(), 'boot-prepare-'));
    const commands: Record<string, string> = {
      aws: `echo ${root}`,
      chown: 'exit 0',
    };
    for (const [name, text] of Object.entries(commands)) writeFileSync(join(home, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    const prepare = (): string =>
      execFileSync('bash', ['--norc', '-c', `source ${BOOT}; source '${PREPARE}'; database_password 2>&1`], {
        env: { PATH: `${home}:${PATH}`, NAME: 'webapp', ROLE: 'web', DATA: home, RETRY_SECONDS: '0', PATIENCE: '0' },
        encoding: 'utf8',
      });
    expect(prepare()).toBe('');
    const password = readFileSync(join(home, 'database-password'), 'utf8');
    expect(password).toMatch(/^[A-Za-z0-9]{50,}$/);
    expect(statSync(join(home, 'database-password')).mode & 0o077).toBe(0);
    const url = (secret: string): string => `postgresql://app:${secret}@127.0.0.1:5432/app?sslmode=disable`;
    const ask = (secret: string): string =>
      execFileSync('psql', ['-tAc', 'SELECT 42', url(secret)], { env: { PATH }, encoding: 'utf8', stdio: 'pipe' });
    expect(ask(password)).toBe('42\n');
    expect(() => ask('wrong')).toThrow(/password authentication failed/);
    expect(prepare()).toBe('');
    expect(readFileSync(join(home, 'database-password'), 'utf8')).toBe(password);
  });

  test('a second boot touches nothing that is there', () => {
    sql('CREATE TABLE kept AS SELECT 42 AS answer', 'app');
    const before = readFileSync(join(data, 'postgresql.conf'), 'utf8');
    expect(boot('initialise_database', data)).toBe('');
    expect(boot('create_database', 'app', root)).toBe('');
    expect(readFileSync(join(data, 'postgresql.conf'), 'utf8')).toBe(before);
    expect(sql('SELECT answer FROM kept', 'app')).toBe('42');
  });
});
