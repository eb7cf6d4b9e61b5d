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

  test('joins that would cross are seen where statements are counted', async () => {
    await server.createDatabase('counted');
    const join = 'SELECT count(*) FROM tickets t JOIN visits v ON v.path = t.body';
    await server.sql(`${TENANTS.make}; ${TENANTS.fill(500)}; CREATE EXTENSION pg_stat_statements`, 'counted');
    for (let time = 0; time < 3; time += 1) await server.sql(join, 'counted');
    const { said } = await plan('--database', `postgres://postgres@localhost/counted?host=${server.endpoint}`);
    expect(said).toContain("// - 3 calls joined tickets (tenants) with visits (the rest): databases can't, the application asks each");
  });
});
