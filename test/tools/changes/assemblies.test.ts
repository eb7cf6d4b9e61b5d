import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  App,
  CfnCondition,
  type CfnStack,
  Fn,
  NestedStack,
  RemovalPolicy,
  Stack,
  Stage,
  aws_dynamodb as dynamodb,
  aws_s3 as s3,
} from 'aws-cdk-lib';
import { compareStacks } from '../../../tools/changes/compare';
import { readStacks } from '../../../tools/shared/sides';

type Build = (app: App) => void;
const synth = (build: Build): string => {
  const outdir = mkdtempSync(join(tmpdir(), 'assembly-'));
  const app = new App({ outdir, analyticsReporting: false });
  build(app);
  app.synth();
  return outdir;
};
const rules = (before: Build, after: Build): string[] =>
  compareStacks(readStacks(synth(before)), readStacks(synth(after))).risks.map(({ rule, stack }) => `${stack}: ${rule}`);
const table = (scope: Stack, key: string): dynamodb.Table =>
  new dynamodb.Table(scope, 'Table', { partitionKey: { name: key, type: dynamodb.AttributeType.STRING } });

test('what is nested in a stack is compared', () => {
  const app =
    (key: string): Build =>
    (root) => {
      table(new NestedStack(new Stack(root, 'Shop'), 'Inner'), key);
    };
  expect(rules(app('id'), app('id'))).toEqual([]);
  expect(rules(app('id'), app('user'))).toEqual([expect.stringMatching(/^Shop\/Inner\w+: replaced$/)]);
});

test('a nested stack that goes takes its tables with it', () => {
  const without: Build = (root) => {
    new s3.Bucket(new Stack(root, 'Shop'), 'Files', { removalPolicy: RemovalPolicy.RETAIN });
  };
  const withTable: Build = (root) => {
    const shop = new Stack(root, 'Shop');
    new s3.Bucket(shop, 'Files', { removalPolicy: RemovalPolicy.RETAIN });
    const inner = new NestedStack(shop, 'Inner');
    new dynamodb.Table(inner, 'Table', {
      partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
      removalPolicy: RemovalPolicy.DESTROY,
    });
  };
  expect(rules(withTable, without)).toEqual([expect.stringMatching(/^Shop\/Inner\w+: deleted$/)]);
});

test('stages of a pipeline are compared, each with its own', () => {
  const app =
    (key: string): Build =>
    (root) => {
      for (const name of ['Test', 'Live']) table(new Stack(new Stage(root, name), 'Data'), name === 'Live' ? key : 'id');
    };
  expect(rules(app('id'), app('user'))).toEqual(['Live-Data: replaced']);
});

test('a stack of one name in two regions is two stacks', () => {
  const app =
    (key: string): Build =>
    (root) => {
      for (const region of ['us-east-1', 'eu-west-1']) {
        table(new Stack(root, region, { stackName: 'shop', env: { region } }), region === 'eu-west-1' ? key : 'id');
      }
    };
  expect(rules(app('id'), app('user'))).toEqual(['shop (eu-west-1): replaced']);
});

test('a stack that moves to another region leaves its tables behind', () => {
  const app =
    (region: string): Build =>
    (root) => {
      table(new Stack(root, 'Shop', { env: { region } }), 'id');
    };
  expect(rules(app('us-east-1'), app('eu-west-1'))).toEqual(['Shop (us-east-1): moved']);
});

test('a stack of one name in two stages of an app is two stacks', () => {
  const app =
    (key: string): Build =>
    (root) => {
      for (const name of ['Test', 'Live'])
        table(new Stack(new Stage(root, name), 'Data', { stackName: 'data' }), name === 'Live' ? key : 'id');
    };
  expect(rules(app('id'), app('id'))).toEqual([]);
  expect(rules(app('id'), app('user'))).toEqual(['data (Live): replaced']);
});

test('a nested stack that a condition takes away takes its tables with it', () => {
  const app =
    (value: string): Build =>
    (root) => {
      const shop = new Stack(root, 'Shop');
      new s3.Bucket(shop, 'Files', { removalPolicy: RemovalPolicy.RETAIN });
      const inner = new NestedStack(shop, 'Inner');
      table(inner, 'id').applyRemovalPolicy(RemovalPolicy.DESTROY);
      const live = new CfnCondition(shop, 'Live', { expression: Fn.conditionEquals(value, 'live') });
      (inner.nestedStackResource as CfnStack).cfnOptions.condition = live;
    };
  expect(rules(app('live'), app('live'))).toEqual([]);
  expect(rules(app('live'), app('test'))).toEqual([expect.stringMatching(/^Shop\/Inner\w+: deleted$/)]);
});

const home = mkdtempSync(join(tmpdir(), 'inputs-'));
const file = (name: string, content: string): string => {
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
const deep = (levels: number): string => `${'['.repeat(levels)}1${']'.repeat(levels)}`;

test('a nested template is read by its path, as aws cloudformation package takes it', () => {
  const inner = (name: string): string => {
    const directory = mkdtempSync(join(tmpdir(), 'nested-'));
    const tables = {
      T: { Type: 'AWS::DynamoDB::Table', DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain', Properties: { TableName: name } },
    };
    writeFileSync(join(directory, 'tables.yaml'), JSON.stringify({ Resources: tables }));
    const nested = { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: './tables.yaml' } };
    writeFileSync(join(directory, 'shop.json'), JSON.stringify({ Resources: { Nested: nested } }));
    return join(directory, 'shop.json');
  };
  const { risks } = compareStacks(readStacks(inner('a')), readStacks(inner('b')));
  expect(risks.map(({ rule, stack }) => `${stack}: ${rule}`)).toEqual(['template/Nested: replaced']);
});

test.each([
  [{ Tags: [] }, { Tags: [{ Key: 'a', Value: 'b' }] }, []],
  [{ Parameters: { A: '1' } }, { Parameters: { A: '2' } }, ['nested-stack']],
  [{}, { TemplateURL: 'https://s3/other.json' }, ['nested-stack']],
])('a nested stack whose template is elsewhere, %j → %j', (before, after, found) => {
  const stack = (more: object): string =>
    JSON.stringify({
      Resources: { N: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: 'https://s3/one.json', ...more } } },
    });
  const { risks } = compareStacks(readStacks(file('a.json', stack(before))), readStacks(file('b.json', stack(after))));
  expect(risks.map(({ rule }) => rule)).toEqual(found);
});

test.each([
  ['a BOM', `\uFEFF${QUEUE}`],
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
