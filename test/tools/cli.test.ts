import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { colorsOf } from '../../tools/shared/output';
import { resource, stackOf } from './diff/fixture';
import { type Outcome, called, spawned } from './diff/run';

const home = mkdtempSync(join(tmpdir(), 'diff-'));
const stagecraft = (args: readonly string[]): Promise<Outcome> => called(home, args);

function write(name: string, content: unknown): string {
  writeFileSync(join(home, name), typeof content === 'string' ? content : JSON.stringify(content));
  return name;
}

const database = (Port: number) =>
  stackOf({
    Db: { ...resource('AWS::RDS::DBInstance', { Port, Engine: 'postgres' }), DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' },
  });
const before = write('before.json', database(5432).template);
const same = write('same.json', database(5432).template);
const after = write('after.json', database(5433).template);
const FILES = ['diff', '--from', before, '--to', after];

describe('as a user runs it', () => {
  test('exit code 0 where nothing is at risk', () => {
    const { status, stdout, stderr } = spawned(home, ['diff', '--from', before, '--to', same]);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toContain('before.json → same.json: 0 added · 0 changed · 0 replaced · 0 retired\n');
    expect(stdout).toContain('Nothing that holds data is replaced or deleted.');
  });

  test('exit code 2 where data is, with the path and the reason; no colours in a pipe', () => {
    const { status, stdout, stderr } = spawned(home, FILES);
    expect([status, stderr]).toEqual([2, '']);
    expect(stdout).toMatch(/replaced {2}Web\/Db {2}RDS DBInstance .*Port/);
    expect(stdout).not.toContain('\u001b[');
  });

  test('exit code 1 where an argument is wrong; FORCE_COLOR colours a pipe', () => {
    expect(spawned(home, ['diff', '3'])).toEqual({
      status: 1,
      stdout: '',
      stderr: 'a second stage is missing: type npx stagecraft diff 3 4\n',
    });
    expect(spawned(home, FILES, { FORCE_COLOR: '1' }).stdout).toContain('\u001b[31m');
  });
});

test('every risk that is allowed with a reason is none any more, and the reason is said', async () => {
  const { stdout } = await stagecraft([...FILES, '--format', 'json']);
  const { risks } = JSON.parse(stdout) as { risks: { rule: string }[] };
  const allow = write(
    'allow.json',
    risks.map(({ rule }) => ({ rule, path: 'Web/Db', reason: 'empty since Monday' })),
  );
  const allowed = await stagecraft([...FILES, '--allow', allow]);
  expect([allowed.status, allowed.stdout.includes('(allowed: empty since Monday)')]).toEqual([0, true]);
});

test('colours are for a terminal; FORCE_COLOR gives them to a pipe, and NO_COLOR wins', () => {
  const isColored = (env: Record<string, string>, isTTY: boolean): boolean => colorsOf(env, { isTTY }).isColorSupported;
  expect([isColored({}, true), isColored({}, false), isColored({ CI: '1' }, false), isColored({ TERM: 'dumb' }, true)]).toEqual([
    true,
    false,
    false,
    false,
  ]);
  expect([isColored({ FORCE_COLOR: '1' }, false), isColored({ FORCE_COLOR: '0' }, true)]).toEqual([true, false]);
  expect([isColored({ NO_COLOR: '1', FORCE_COLOR: '1' }, true), isColored({ NO_COLOR: '' }, true)]).toEqual([false, true]);
});

test('-o writes a file as a whole: over an old one, and nothing at all where something is wrong', async () => {
  write('report.md', 'old');
  expect(await stagecraft([...FILES, '-o', 'report.md', '--format', 'markdown'])).toEqual({ status: 2, stdout: '', stderr: '' });
  expect(readFileSync(join(home, 'report.md'), 'utf8')).toMatch(
    /^<!-- stagecraft-diff -->\n[^]*```mermaid\nflowchart TB\n[^]*```\n\n<\/details>\n$/,
  );
  const files = readdirSync(home);
  expect((await stagecraft(['diff', '--from', before, '--to', 'missing.json', '-o', 'report.md'])).status).toBe(1);
  const nowhere = await stagecraft([...FILES, '-o', 'nowhere/report.md']);
  expect(nowhere.stderr).toBe('--output nowhere/report.md is not possible: the directory nowhere does not exist\n');
  expect((await stagecraft([...FILES, '-o', '.'])).stderr).toBe('--output . is a directory: give the name of a file in it\n');
  expect(readFileSync(join(home, 'report.md'), 'utf8')).toMatch(/^<!-- stagecraft-diff -->\n/);
  expect(readdirSync(home)).toEqual(files);
});

write('broken.json', '{ "Resources": ');
write('list.json', []);
write('reasonless.json', [{ rule: 'replaced', path: 'Web/Db', reason: ' ' }]);

test.each([
  ['diff', 'two stages are missing: type npx stagecraft diff 3 4'],
  ['diff 3', 'a second stage is missing: type npx stagecraft diff 3 4'],
  ['diff 1 2 --from before.json', 'stages and files are both given: type npx stagecraft diff 3 4, or --from before.json --to after.json'],
  ['diff --from before.json', '--to is missing: type --from before.json --to after.json'],
  ['diff --from missing.json --to before.json', 'missing.json does not exist: give the path of a file'],
  ['diff --from list.json --to before.json', 'list.json is not a template: an object with Resources, each with a Type, is needed'],
  ['diff --from . --to .', '. has no manifest.json: give a template, or the directory that cdk synth -o wrote'],
  [
    'diff --from before.json --to after.json --allow reasonless.json',
    'entry 1 of reasonless.json has no reason: each needs a rule, a path and a reason',
  ],
  ['diff 1 2 --context shards', '--context shards is not possible: a key and a value are needed; type --context domain=example.com'],
  ['diff 1 2 -c stage=3', '--context stage=3 is not possible: stages are arguments; type npx stagecraft diff 3 4'],
  ['diff 1 2 --fromat json', "unknown option '--fromat' (Did you mean --format?); type npx stagecraft --help"],
  ['dif 1 2', "unknown command 'dif' (Did you mean diff?); type npx stagecraft --help"],
  ['guard', 'a stage is missing: type npx stagecraft guard 3, or --template cdk.out'],
])('%s: one line, exit code 1', async (line, message) => {
  expect(await stagecraft(line.split(' '))).toEqual({ status: 1, stdout: '', stderr: `${message}\n` });
});

test('a file that is no JSON is one line too', async () => {
  expect((await stagecraft(['diff', '--from', 'broken.json', '--to', before])).stderr).toMatch(/^broken\.json is not JSON: .*\n$/);
});

test('help says every command and every exit code, on standard output', async () => {
  const { status, stdout } = await stagecraft(['--help']);
  expect([status, stdout.match(/^ {2}(diff|guard|cost) /gm)]).toEqual([0, ['  diff ', '  guard ', '  cost ']]);
  expect((await stagecraft(['diff', '--help'])).stdout).toContain('Exit code: 0 nothing is at risk');
});
