import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { called } from '../diff/run';

const directory = mkdtempSync(join(tmpdir(), 'draw-'));
const SIMPLE = { Resources: { Jobs: { Type: 'AWS::SQS::Queue', Properties: {} }, Role: { Type: 'AWS::IAM::Role', Properties: {} } } };
writeFileSync(join(directory, 'simple.json'), JSON.stringify(SIMPLE));
writeFileSync(
  join(directory, 'more.json'),
  JSON.stringify({ Resources: { ...SIMPLE.Resources, Files: { Type: 'AWS::S3::Bucket', Properties: {} } } }),
);
writeFileSync(join(directory, 'empty.json'), JSON.stringify({ Resources: {} }));

const run = (...args: string[]) => called(directory, ['draw', ...args]);
const written = (file: string): string => readFileSync(join(directory, file), 'utf8');

test('a template without a VPC is a sensible picture', async () => {
  expect(await run('--template', 'simple.json', '-o', 'simple.svg')).toEqual({ status: 0, stdout: '', stderr: '' });
  expect(written('simple.svg')).toMatch(/^<svg [^]*data-path="Jobs"[^]*Also in the templates: 1 IAM Role\.[^]*<\/svg>\n$/);
  expect(await run('--template', 'empty.json', '-o', 'empty.svg')).toMatchObject({ status: 0 });
});

test.each([
  ['picture.png', /^\x89PNG/],
  ['picture.mmd', /^flowchart TB\n/],
  ['picture.json', /^\{\n {2}"version": 1/],
  ['picture.txt', /^simple\.json\n/],
  ['picture.other', /^<svg /],
])('the name %s says the form', async (file, start) => {
  await run('--template', 'simple.json', '-o', file);
  expect(readFileSync(join(directory, file), 'latin1')).toMatch(start);
});

test('a pipe gets SVG, the same for the same template', async () => {
  const [first, second] = [await run('--template', 'simple.json'), await run('--template', 'simple.json')];
  expect(first.stdout).toMatch(/^<svg /);
  expect(second).toEqual(first);
});

test('--from marks what is new and what has gone, in every form', async () => {
  const up = ['--template', 'more.json', '--from', 'simple.json'];
  const down = ['--template', 'simple.json', '--from', 'more.json'];
  expect((await run(...up)).stdout).toMatch(/class="thing bucket new"[^]*\+ new/);
  expect((await run(...down)).stdout).toMatch(/class="thing bucket gone"[^]*− gone/);
  expect((await run(...up, '--format', 'mermaid')).stdout).toMatch(/\["Files \(new\)<br\/>S3"\]:::new/);
  expect((await run(...down, '--format', 'text')).stdout).toContain('− Files  S3');
  expect(JSON.parse((await run(...up, '--format', 'json')).stdout)).toMatchObject({
    version: 1,
    things: [{}, { title: 'Files', mark: 'new' }],
  });
});

test.each([
  [['7'], /^stage 7 does not exist: allowed are 1 to 6/],
  [['4', '--format', 'gif'], /argument 'gif' is invalid\. Allowed choices are svg, png, mermaid, json, text/],
  [['4', '-o', 'none/4.svg'], /^--output none\/4\.svg is not possible: the directory none does not exist/],
  [['--template', 'missing.json'], /^missing\.json does not exist/],
  [['--template', 'simple.json', '--from', 'missing.json'], /^missing\.json does not exist/],
  [['4', '--template', 'simple.json'], /^give one of a stage, --template and --app/],
  [[], /^what is to be drawn is missing: type npx stagecraft draw 4/],
  [['--template', 'simple.json', '-c', 'replicas=4'], /^--context goes with stages/],
])('%j ends in one line, and nothing is written', async (args, line) => {
  const before = readdirSync(directory);
  const { status, stdout, stderr } = await run(...args);
  expect({ status, stdout, lines: stderr.split('\n').length }).toEqual({ status: 1, stdout: '', lines: 2 });
  expect(stderr).toMatch(line);
  expect(readdirSync(directory)).toEqual(before);
});
