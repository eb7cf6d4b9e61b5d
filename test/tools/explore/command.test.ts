import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import type { Ladder } from '../../../tools/explore/ladder';
import { deploymentsOf, ladderOfOwn } from '../../../tools/explore/own';
import { readAssembly } from '../../../tools/shared/assembly';
import { called } from '../diff/run';

const directory = mkdtempSync(join(tmpdir(), 'explore-'));
const write = (file: string, content: unknown): void => {
  writeFileSync(join(directory, file), JSON.stringify(content));
};
const queue = { Type: 'AWS::SQS::Queue', Properties: { VisibilityTimeout: 90 } };
const database = { Type: 'AWS::RDS::DBInstance', Metadata: { 'aws:cdk:path': 'STAGE/Shop/Web/Database/Instance' }, Properties: {} };
const template = { Resources: { Jobs: queue } };
const more = {
  Resources: { Jobs: { ...queue, Properties: { VisibilityTimeout: 120 } }, Files: { Type: 'AWS::S3::Bucket', Properties: {} } },
};
write('today.json', template);
write('tomorrow.json', more);

const run = (...args: string[]) => called(directory, ['explore', ...args]);
const ladderIn = (file: string): Ladder => {
  const [, data] = /id="ladder">([^<]*)</.exec(readFileSync(join(directory, file), 'utf8'))!;
  return JSON.parse(inflateRawSync(Buffer.from(data, 'base64')).toString()) as Ladder;
};

test('templates in order are a ladder: pictures, changes, boxes with their template', async () => {
  expect(await run('--template', 'today.json', '--template', 'tomorrow.json', '-o', 'ours.html')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^ours\.html: 2 architectures in \d+ kB; open it in a browser\n$/) as unknown,
    stderr: '',
  });
  const { rungs, resources, title } = ladderIn('ours.html');
  expect(title).toBe('today.json → tomorrow.json');
  expect(rungs[1].change!.boxes).toEqual([
    expect.objectContaining({ mark: 'new', title: 'Files' }),
    expect.objectContaining({ mark: 'changed', title: 'Jobs' }),
  ]);
  expect(rungs[1].since!.content).toContain('+ new');
  const [jobs] = Object.values(rungs[0].things);
  expect([jobs.properties, JSON.parse(resources[jobs.parts[0].json])]).toEqual([[['VisibilityTimeout', '90']], { Jobs: queue }]);
});

test('each stage of an app is a rung, and stacks keep their names from one to the next', () => {
  const assembly = (name: string, own: unknown): void => {
    const artifact = {
      type: 'aws:cloudformation:stack',
      properties: { templateFile: `${name}Shop.template.json`, stackName: `${name}-Shop` },
    };
    const inner = mkdtempSync(join(directory, `assembly-`));
    writeFileSync(join(inner, 'manifest.json'), JSON.stringify({ artifacts: { [`${name}Shop`]: artifact } }));
    writeFileSync(join(inner, `${name}Shop.template.json`), JSON.stringify(own).replaceAll('STAGE', name));
    stages[`assembly-${name}`] = { type: 'cdk:cloud-assembly', properties: { directoryName: inner.split('/').at(-1) } };
  };
  const stages: Record<string, unknown> = {};
  assembly('Today', { Resources: { ...template.Resources, Db: database } });
  assembly('Tomorrow', { Resources: { ...more.Resources, Db: database } });
  write('manifest.json', { artifacts: stages });
  const { rungs } = ladderOfOwn(deploymentsOf(readAssembly(directory), 'The app'));
  expect(rungs.map(({ title, change }) => [title, change?.headline])).toEqual([
    ['Today', undefined],
    ['Tomorrow', '1 added · 1 changed · 0 replaced · 0 retired'],
  ]);
  expect(Object.values(rungs[1].things).map(({ title }) => title)).toContain('Database');
});

test.each([
  [[], 'a file for the page is missing: type npx stagecraft explore -o ladder.html\n'],
  [['-o', 'nowhere/x.html'], '--output nowhere/x.html is not possible: the directory nowhere does not exist\n'],
  [['-o', '.'], '--output . is a directory: give the name of a file in it\n'],
  [
    ['-o', 'x.html', '--template', 'today.json', '--app', 'true'],
    '--template and --app are both given: one of them says what the rungs are\n',
  ],
  [['-o', 'x.html', '--template', 'today.json', '-c', 'replicas=1'], '--context goes with stages: a template has its values already\n'],
  [['-o', 'x.html', '--template', 'missing.json'], 'missing.json does not exist: give the path of a file\n'],
  [['-o', 'x.html', '-c', 'replicas=99'], /^replicas=99 is not possible: [^\n]*\n$/],
])('a wrong argument is one line, and nothing is written: %p', async (args, line) => {
  const before = readdirSync(directory);
  const { status, stdout, stderr } = await run(...args);
  expect([status, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(line);
  expect(readdirSync(directory)).toEqual(before);
});
