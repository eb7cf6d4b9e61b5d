import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareStacks } from '../../tools/changes/compare';
import { exampleFor } from '../../tools/shared/context';
import { parseStage } from '../../tools/shared/sides';
import { climbOf } from '../../tools/diff/climb';
import { renderMarkdown } from '../../tools/diff/markdown';
import { type Report, reportOf } from '../../tools/diff/report';
import { sectionsOf } from '../../tools/diff/view';
import { HIGHEST_STAGE, synthesizeStage } from '../../tools/shared/synthesize';
import type { StackTemplate } from '../../tools/shared/template';
import { testInCi } from '../support/needs';
import { called, spawned } from './diff/run';

const EXAMPLE = exampleFor(true, {}).context;
const memo = new Map<number, StackTemplate[]>();

function stage(number: number): StackTemplate[] {
  const known = memo.get(number) ?? synthesizeStage({ ...EXAMPLE, stage: String(number) });
  memo.set(number, known);
  return known;
}

function report(from: number, to: number) {
  const [before, after] = [stage(from), stage(to)];
  const climb = to === from + 1 ? climbOf(from, to, {}) : undefined;
  return reportOf({ title: `Stage ${from} → ${to}`, before, after, comparison: compareStacks(before, after), notes: [], climb });
}

describe.each([1, 2, 3, 4, 5])('the climb from stage %i', (from) => {
  test('puts no data at risk and fits a screen or two and a comment', () => {
    const climb = report(from, from + 1);
    expect(climb.risks.filter(({ allowed }) => allowed === undefined)).toEqual([]);
    const [data, ...others] = sectionsOf(climb);
    expect(data.lead?.text).toBe('Nothing that holds data is replaced or deleted.');
    expect([data, ...others].flatMap(({ rows }) => rows).length).toBeLessThan(90);
    expect(renderMarkdown(climb, 'again')).not.toContain('cut here');
  });
});

test('a stage beside itself has nothing to say', () => {
  const { counts, access, risks } = report(4, 4);
  expect([counts, access, risks]).toEqual([{ added: 0, changed: 0, replaced: 0, retired: 0 }, { opened: [], narrowed: [] }, []]);
});

test('synthesizing is the same twice, has construct paths, and leaves nothing behind', () => {
  const again = synthesizeStage({ ...EXAMPLE, stage: '3' });
  expect(again).toEqual(stage(3));
  expect(again[0]).toMatchObject({ name: 'webapp-us-east-1-edge', region: 'us-east-1', terminationProtection: true });
  const resources = Object.values(again[1].template.Resources);
  expect(resources.every(({ Metadata }) => typeof Metadata?.['aws:cdk:path'] === 'string')).toBe(true);
  expect(process.env.CDK_VALIDATION).toBe('false');
});

test('both sides are priced for the usage that is said, which is refused before any work', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'usage-'));
  writeFileSync(join(directory, 'ours.json'), JSON.stringify({ users: 7_000 }));
  const costs = async (...usage: string[]): Promise<string | undefined> =>
    /expected at (.*?) users/.exec((await called(directory, ['diff', '1', '2', ...usage])).stdout)?.[1];
  expect([await costs(), await costs('--usage', 'large'), await costs('-u', './ours.json')]).toEqual(['5,000', '10,000', '7,000']);
  const refused = await called(directory, ['diff', '1', '2', '--usage', 'huge']);
  expect([refused.status, refused.stderr.trim().split('\n').length]).toEqual([1, 1]);
  expect(refused.stderr).toContain('allowed are small, medium, large and a JSON file');
});

test('two directories of neighbouring stages have the title, the steps and the price of their climb, and no green', async () => {
  const home = mkdtempSync(join(tmpdir(), 'directories-'));
  for (const stage of ['1', '2']) synthesizeStage({ stage }, join(home, stage));
  const { status, stdout } = await called(home, ['diff', '--from', '1', '--to', '2', '--format', 'json']);
  const said = JSON.parse(stdout) as Report;
  expect([status, said.verdict, said.title]).toEqual([2, 'not in one step', 'Stage 1 → 2 (1 → 2)']);
  expect(said.deploy?.steps).toEqual(climbOf(1, 2, {}).steps);
  expect(said.cost).toMatch(/a month/);
});

test('a stage is a number, or a bridge between neighbours', () => {
  expect([parseStage('4', 6), parseStage('3-to-4', 6)]).toEqual([{ stage: 4 }, { stage: 4, from: 3 }]);
  for (const wrong of ['0', '7', 'abc', '', '-1', '3.5', '2-to-4', '4-to-3', '6-to-7', '1e0']) {
    expect(() => parseStage(wrong, HIGHEST_STAGE)).toThrow(
      /^stage .+ does not exist: allowed are 1 to 6, and 3-to-4 for a bridge; type npx stagecraft diff 3 4$/,
    );
  }
});

test('examples fill in what the last stage needs and nobody gave, and say so', () => {
  expect(exampleFor(false, {})).toEqual({ context: {} });
  expect(exampleFor(true, { domain: 'shop.example', hostedZoneId: 'Z1', regions: 'a,b' })).toEqual({ context: {} });
  expect(exampleFor(true, { domain: 'shop.example', hostedZoneId: 'Z1' })).toEqual({
    context: { regions: 'us-east-1,eu-west-1' },
    note: 'With example values, because none were given: regions=us-east-1,eu-west-1. Give yours with --context.',
  });
  // Half of a domain is a slip, and said as such by the stage.
  expect(Object.keys(exampleFor(true, { domain: 'shop.example' }).context)).toEqual(['regions']);
});

const home = mkdtempSync(join(tmpdir(), 'stages-'));

testInCi('diff 5 6 without context, as a user runs it, says what it took for an example, the price and the way', () => {
  const { status, stdout, stderr } = spawned(home, ['diff', '5', '6']);
  expect([status, stderr]).toEqual([0, '']);
  const [first, second] = stdout.split('\n');
  expect(first).toMatch(/^Stage 5 → 6: \d+ added · \d+ changed · 0 replaced · \d+ retired$/);
  expect(second).toContain('domain=example.com hostedZoneId=Z0123456789ABCDEFGHIJ regions=us-east-1,eu-west-1');
  expect(stdout).toMatch(/^Size and price\n {2}\+\$[\d,]+ a month/m);
  expect(stdout).toContain('npx cdk deploy --all --concurrency 1 -c stage=6 -c from=5 -c domain=example.com');
  expect(stdout).toContain('docs/runbooks/5-to-6.md');
});

test('a bridge is compared like a stage, without a way to climb: it is one', async () => {
  const { status, stdout } = await called(home, ['diff', '3', '3-to-4']);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^Stage 3 → bridge 3 to 4: /);
  expect(stdout).not.toContain('How to climb');
});

test('a climb is the sum of its two deployments', async () => {
  const json = async (...sides: string[]): Promise<Report> =>
    JSON.parse((await called(home, ['diff', ...sides, '--format', 'json'])).stdout) as Report;
  const [whole, first, second] = [await json('3', '4'), await json('3', '3-to-4'), await json('3-to-4', '4')];
  expect(whole.halves?.map(({ counts }) => counts)).toEqual([first.counts, second.counts]);
  expect(whole.risks).toEqual([...first.risks, ...second.risks]);
  expect([whole.verdict, first.halves]).toEqual(['safe', undefined]);
});

test('a step down says where the way back stands', async () => {
  const { status, stdout } = await called(home, ['diff', '4', '3']);
  expect(status).toBe(2);
  expect(stdout).toContain('"Way back" of docs/runbooks/3-to-4.md');
});

test('a wrong context is the line of the stage, and the context of cdk.json counts', async () => {
  const wrong = await called(home, ['diff', '1', '2', '-c', 'shard=3']);
  expect(wrong).toEqual({ status: 1, stdout: '', stderr: 'shard is not a context key: did you mean -c shards=…\n' });
  writeFileSync(join(home, 'cdk.json'), JSON.stringify({ context: { name: 'shop', regions: 'eu-west-1' } }));
  const { stdout } = await called(home, ['guard', '1', '--format', 'json']);
  expect((JSON.parse(stdout) as { stack: string }[]).map(({ stack }) => stack)).toEqual(['shop-eu-west-1']);
});

test('guard prints a script that a shell can read, with the opening for what the next stage retires', async () => {
  const { stdout } = await called(home, ['guard', '3-to-4', '4']);
  expect(spawnSync('sh', ['-n'], { input: stdout }).status).toBe(0);
  expect(stdout.match(/^aws cloudformation set-stack-policy .*$/gm)).toHaveLength(1);
  expect(stdout).toMatch(/^# The next deploy takes .*Server\/DataVolume.* out of the template/m);
});

test('one file of tools/ alone knows the stages', () => {
  const { stdout } = spawnSync(
    'grep',
    ['-rlE', "(from|import)\\W+'(\\.\\./)+(stages|lib)", join(__dirname, '../../tools'), '--include=*.ts'],
    { encoding: 'utf8' },
  );
  expect(stdout.trim().split('\n')).toEqual([join(__dirname, '../../tools/shared/synthesize.ts')]);
  expect(readFileSync(join(__dirname, '../../tools/shared/synthesize.ts'), 'utf8')).toContain("from '../../stages'");
});
