import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import ts from 'typescript';
import * as library from '../../../stages';
import { parseContext } from '../../../stages/context';
import { main } from '../../../tools/cli';
import type { Postgres } from '../../../tools/servers/postgres';
import { FORUM, type ModelSchema, SHOP, TENANTS } from '../../support/climb/model-schemas';
import { describeWithServers } from '../../support/servers';

async function plan(...words: readonly string[]): Promise<{ said: string; errors: string }> {
  const told = { said: '', errors: '' };
  const spies = [
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => !!(told.said += String(text))),
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => !!(told.errors += String(text))),
  ];
  await main(['plan', ...words]);
  for (const spy of spies) spy.mockRestore();
  process.exitCode = undefined;
  return told;
}

/** Runs the code of a proposal, as somebody would who edited nothing. */
function modelOf(code: string): string[] {
  const made: { model?: library.DataModel } = {};
  const text = ts.transpileModule(code, { compilerOptions: { module: ts.ModuleKind.CommonJS } }).outputText;
  runInNewContext(text, { exports: made, require: () => library });
  return made.model!.toText().split('\n');
}

test.each([
  [['--database', 'mysql://localhost/app'], '--database is no address of PostgreSQL: allowed is postgres://user:password@host:port/name\n'],
  [
    ['--database', 'postgres://me:secret@localhost:1/app'],
    "--database at localhost:1/app can't be reached: connect ECONNREFUSED 127.0.0.1:1\n",
  ],
  [[], "required option '--database <url>' not specified; type npx stagecraft --help\n"],
])('%j is refused in one line without a password', async (words, line) => {
  expect(await plan(...words)).toEqual({ said: '', errors: line });
});

describeWithServers(['postgres'], 'a live database', (servers) => {
  let server: Postgres;
  beforeAll(async () => {
    server = await servers.postgres('planned', { settings: { shared_preload_libraries: 'pg_stat_statements' } });
  });

  test.each<[ModelSchema, string[]]>([
    [
      TENANTS,
      [
        'sharded tenants uuid tenants tenants:id members:tenant_id tickets:tenant_id',
        'whole invoices invoice_lines invoices',
        'rest others',
        'reference countries',
      ],
    ],
    [
      SHOP,
      ['sharded customers bigint customers customers:id lines:customer_id order:customer_id', 'whole items items prices', 'rest others'],
    ],
    [FORUM, ['sharded topics text topics topics:slug posts:topic', 'whole accounts accounts votes', 'rest others']],
  ])('$title: its model is proposed, as code that runs', async ({ make, fill, title }, lines) => {
    const name = `of_${title.replace(/\W/g, '').toLowerCase()}`;
    await server.createDatabase(name);
    await server.sql(`${make}; ${fill(500)}; SELECT pg_stat_force_next_flush()`, name);
    const { said, errors } = await plan('--database', `postgres://postgres@localhost/${name}?host=${server.endpoint}`);
    expect(errors).toBe('');
    expect(modelOf(said)).toEqual(lines);
    const file = join(mkdtempSync(join(tmpdir(), 'plan-')), 'model.json');
    await plan('--database', `postgres://postgres@localhost/${name}?host=${server.endpoint}`, '--json', '-o', file);
    expect(parseContext({ stage: 5, model: file }).model?.toText().split('\n')).toEqual(lines);
  });

  /** Databases that people have, and what is said of each. */
  const ODD: readonly (readonly [what: string, make: string, says: RegExp])[] = [
    ['nothing', 'SELECT', /^\/\/ A proposal from 0 tables.*DatabaseTier.cluster\(\)/s],
    ['tables without keys', 'CREATE TABLE a (x int); CREATE TABLE b (a_x int)', /b has no primary key.*DatabaseTier.cluster\(\)/s],
    ['a name with a line break', 'CREATE TABLE "it\'s\n*/" (id int PRIMARY KEY)', /\/\/ - it's \*\/ has a name that has to be quoted/],
    [
      'keys in capitals',
      'CREATE TABLE teams ("Id" int PRIMARY KEY); CREATE TABLE players (id int PRIMARY KEY, "teamId" int REFERENCES teams)',
      /DatabaseTier.cluster\(\)/,
    ],
    [
      'the same names in another schema',
      `CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE posts (user_id int REFERENCES users, id int, PRIMARY KEY (user_id, id));
       CREATE SCHEMA old; CREATE TABLE old.users (id int PRIMARY KEY); CREATE TABLE old.posts (id int PRIMARY KEY, user_id int REFERENCES old.users)`,
      /name: 'users'.*posts: 'user_id'.*old.posts is in another schema than public/s,
    ],
    [
      'a circle of foreign keys',
      `CREATE TABLE people (id int PRIMARY KEY, team_id int NOT NULL, boss int REFERENCES people);
       CREATE TABLE teams (id int PRIMARY KEY, head int REFERENCES people); ALTER TABLE people ADD FOREIGN KEY (team_id) REFERENCES teams`,
      /name: '(people|teams)'/,
    ],
    [
      'two hundred tables',
      `CREATE TABLE tenants (id int PRIMARY KEY);
       ${Array.from({ length: 200 }, (_, n) => `CREATE TABLE table_${n} (tenant_id int, id int, PRIMARY KEY (tenant_id, id))`).join(';')}`,
      /in 200 other tables.*the names of these tables take \d+ characters, and a model has room for/s,
    ],
  ];
  test.each(ODD)('of %s', async (what, make, says) => {
    const name = `odd_${what.replace(/\W/g, '')}`;
    await server.createDatabase(name);
    await server.sql(make, name);
    const { said, errors } = await plan('--database', `postgres://postgres@localhost/${name}?host=${server.endpoint}`);
    expect([said, errors]).toEqual([expect.stringMatching(says), '']);
    // It compiles, and a proposal that has room is taken as it is.
    if (said.includes('DataModel.of') && !said.includes('has room for')) expect(modelOf(said)[0]).toMatch(/^sharded /);
    else expect(ts.transpileModule(said, { reportDiagnostics: true }).diagnostics).toEqual([]);
  });

  test('of somebody who may see no statements, which is said', async () => {
    await server.createDatabase('hidden');
    await server.sql(`${TENANTS.make}; CREATE EXTENSION pg_stat_statements; CREATE ROLE looker`, 'hidden');
    await server.sql('SELECT count(*) FROM tickets t JOIN visits v ON v.path = t.body', 'hidden');
    const { said, errors } = await plan(
      '--database',
      `postgres://postgres@localhost/hidden?host=${server.endpoint}&options=-c%20role%3Dlooker`,
    );
    expect([said, errors]).toEqual([
      expect.stringContaining('Joins were not seen: pg_stat_statements is not there, or not for this user.'),
      '',
    ]);
  });

  test('joins that would cross are seen where statements are counted', async () => {
    await server.createDatabase('counted');
    const join = 'SELECT count(*) FROM tickets t JOIN visits v ON v.path = t.body';
    await server.sql(`${TENANTS.make}; ${TENANTS.fill(500)}; CREATE EXTENSION pg_stat_statements`, 'counted');
    for (let time = 0; time < 3; time += 1) await server.sql(join, 'counted');
    const { said } = await plan('--database', `postgres://postgres@localhost/counted?host=${server.endpoint}`);
    expect(said).toContain("// - 3 calls joined tickets (tenants) with visits (the rest): databases can't, the application asks each");
  });
});
