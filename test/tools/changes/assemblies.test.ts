import { mkdtempSync, writeFileSync } from 'node:fs';
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
  expect(rules(app('us-east-1'), app('eu-west-1'))).toEqual(['Shop (us-east-1): moved', 'Shop (us-east-1): stack-left']);
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

const home = mkdtempSync(join(tmpdir(), 'nested-'));
const file = (name: string, content: string): string => {
  writeFileSync(join(home, name), content);
  return join(home, name);
};

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

test('a nested stack gets what its parent keeps', () => {
  const shop = (Default: string, name: unknown): string => {
    const directory = mkdtempSync(join(tmpdir(), 'nested-'));
    const T = {
      Type: 'AWS::DynamoDB::Table',
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { TableName: { Ref: 'N' } },
    };
    writeFileSync(join(directory, 'tables.json'), JSON.stringify({ Parameters: { N: { Type: 'String' } }, Resources: { T } }));
    const nested = { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: './tables.json', Parameters: { N: name } } };
    writeFileSync(join(directory, 'shop.json'), JSON.stringify({ Parameters: { P: { Default } }, Resources: { Nested: nested } }));
    return join(directory, 'shop.json');
  };
  const [before, after] = [shop('old', 'new'), shop('new', { Ref: 'P' })];
  const { risks } = compareStacks(readStacks(before), readStacks(after));
  expect(risks.map(({ rule, message }) => [rule, message.includes('keeps the values of its parameters')])).toEqual([['replaced', true]]);
  expect(compareStacks(readStacks(after), readStacks(after)).risks).toEqual([]);
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
