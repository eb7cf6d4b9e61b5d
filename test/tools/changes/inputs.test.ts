import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareStacks } from '../../../tools/changes/compare';
import { readStacks } from '../../../tools/shared/sides';

const home = mkdtempSync(join(tmpdir(), 'inputs-'));
const file = (name: string, content: string | Buffer): string => {
  writeFileSync(join(home, name), content);
  return join(home, name);
};
const QUEUE = '{"Resources":{"Q":{"Type":"AWS::SQS::Queue"}}}';
const yaml = (...properties: string[]): string =>
  [
    'Resources:',
    '  Q:',
    '    Type: AWS::SQS::Queue',
    '    DeletionPolicy: Retain',
    '    UpdateReplacePolicy: Retain',
    '    Properties:',
    ...properties.map((line) => `      ${line}`),
  ].join('\n');
const joined = (levels: number, value: string): string =>
  JSON.stringify({
    Resources: {
      Q: {
        Type: 'AWS::SQS::Queue',
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          QueueName: Array.from({ length: levels }).reduce<unknown>((inner) => ({ 'Fn::Join': ['-', ['a', inner]] }), value),
        },
      },
    },
  });
const odd = (SecurityGroupIngress: unknown): string =>
  JSON.stringify({ Resources: { G: { Type: 'AWS::EC2::SecurityGroup', Properties: { SecurityGroupIngress } } } });
const named = (QueueName: string): string =>
  `{"Resources":{"Q":{"Type":"AWS::SQS::Queue","DeletionPolicy":"Retain","UpdateReplacePolicy":"Retain","Properties":{"QueueName":${QueueName}}}}}`;
const deep = (levels: number): string => `${'['.repeat(levels)}1${']'.repeat(levels)}`;

test.each([
  ['a BOM', `\uFEFF${QUEUE}`],
  ['a BOM and the ends of lines of Windows', `\uFEFF${QUEUE.replaceAll(',', ',\r\n')}`],
  ['UTF-16, as PowerShell writes it', Buffer.from(`\uFEFF${QUEUE}`, 'utf16le')],
  [
    'resources that are called like what every object has',
    '{"Resources":{"constructor":{"Type":"AWS::SQS::Queue","Properties":{"QueueName":{"Ref":"toString"}}}}}',
  ],
  ['JSON in JSON', JSON.stringify(QUEUE)],
  ['YAML in JSON', JSON.stringify('Resources:\n  Q:\n    Type: AWS::SQS::Queue\n')],
  ['get-template without a query', JSON.stringify({ TemplateBody: QUEUE, StagesAvailable: [] })],
  [
    'YAML with short tags',
    'Resources:\n  Q:\n    Type: AWS::SQS::Queue\n    Properties:\n      QueueName: !Sub "${AWS::StackName}-q"\n      Tags: !If [A, [{Key: a, Value: !GetAtt B.Arn}], !Ref AWS::NoValue]\n',
  ],
  [
    'nulls',
    '{"Parameters":null,"Outputs":null,"Resources":{"Q":{"Type":"AWS::SQS::Queue","Properties":null,"DeletionPolicy":null,"Metadata":null}}}',
  ],
  [
    'a parameter without a type',
    '{"Parameters":{"P":{}},"Resources":{"Q":{"Type":"AWS::SQS::Queue","Properties":{"QueueName":{"Ref":"P"}}}}}',
  ],
  [
    'functions where texts are usual',
    '{"Resources":{"Q":{"Type":"AWS::S3::Bucket","DeletionPolicy":{"Fn::If":["C","Retain","Delete"]},"Condition":{"a":1},"DependsOn":[1],"Properties":{"BucketName":{"Ref":["x"]},"A":{"Fn::GetAtt":3},"B":{"Fn::Sub":[]},"C":{"Fn::Join":"x"},"D":{"Fn::Select":[]},"E":{"Fn::If":[]}}}}}',
  ],
  ['200 levels', `{"Resources":{"Q":{"Type":"AWS::SQS::Queue","Properties":{"Deep":${deep(200)}}}}}`],
])('%s is read, and equal to itself', (name, content) => {
  const path = file(name, content);
  expect(compareStacks(readStacks(path), readStacks(path))).toEqual({ changes: [], risks: [] });
});

test.each([
  ['nothing', '', /is empty: a template in JSON or YAML is needed/],
  ['half of it', '{"Resources":', /is not JSON/],
  ['a list', '[]', /is not a template/],
  ['a loop', '{"Resources":{"Fn::ForEach::Q":[]}}', /only expanded by AWS: give the processed template/],
  [
    'text for properties',
    '{"Resources":{"Q":{"Type":"AWS::SQS::Queue","Properties":"x"}}}',
    /Properties of Q in .* is text: an object is needed/,
  ],
  ['no type', '{"Resources":{"Q":{"Type":"constructor"}}}', /Type constructor of Q in .* is no type/],
  ['a name twice', `{"Resources":{"Q":{"Type":"AWS::SQS::Queue"},${QUEUE.slice(14)}`, /has Q twice in one object/],
  ['a name twice in YAML', yaml('QueueName: a', 'QueueName: b'), /keys must be unique/],
  ['bad YAML', 'a: [\nb: }', /is neither JSON nor YAML/],
  ['two templates', `${yaml('QueueName: a')}\n---\n${yaml('QueueName: b')}`, /holds several documents/],
  ['a loop of outputs', `{"Outputs":{"Fn::ForEach::O":[]},${QUEUE.slice(1)}`, /Fn::ForEach in Outputs .*: give the processed template/],
  ['5000 levels', `{"Resources":{"Q":{"Type":"AWS::SQS::Queue","Properties":{"Deep":${deep(5000)}}}}}`, /nested more than 2000 deep/],
])('%s is refused in one line', (name, content, message) => {
  expect(() => readStacks(file(name, content))).toThrow(message);
});

test.each([
  ['yes is true', yaml('FifoQueue: yes'), yaml('FifoQueue: true'), []],
  ['off is not true', yaml('FifoQueue: on'), yaml('FifoQueue: off'), ['replaced']],
  ['15.1 is not 15.10', yaml("QueueName: '15.1'"), yaml("QueueName: '15.10'"), ['replaced']],
  ['long numbers that differ at their end', yaml('QueueName: 12345678901234567890'), yaml('QueueName: 12345678901234567891'), ['replaced']],
  ['the same in JSON', named('12345678901234567890'), named('12345678901234567891'), ['replaced']],
  ['a long number in a text stays', named('"a: 12345678901234567890,"'), named('"a: 12345678901234567890,"'), []],
  ['long numbers and their text', named('12345678901234567890'), named('"12345678901234567890"'), []],
  ['the id of an account that begins with 0', yaml('QueueName: 012345678901'), yaml("QueueName: '012345678901'"), []],
  [
    'an anchor that says another',
    `Metadata: &q {QueueName: a}\n${yaml('<<: *q')}`,
    `Metadata: &q {QueueName: b}\n${yaml('<<: *q')}`,
    ['replaced'],
  ],
  ['a resource called constructor goes', `{"Resources":{"constructor":{"Type":"AWS::SQS::Queue"},${QUEUE.slice(14)}`, QUEUE, ['deleted']],
  ['what is joined 200 deep', joined(200, 'a'), joined(200, 'b'), ['replaced']],
  ['odd rules of a group', odd([null, 3, 'x']), odd({ a: 1 }), []],
])('%s', (_, before, after, found) => {
  const { risks } = compareStacks(readStacks(file('a', before)), readStacks(file('b', after)));
  expect(risks.map(({ rule }) => rule)).toEqual(found);
});

test('a directory without a manifest is refused', () => {
  mkdirSync(join(home, 'empty'));
  expect(() => readStacks(join(home, 'empty'))).toThrow(/has no manifest.json/);
});
