import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { worlds } from '../support/arrival/deployments';
import { actionsOfProgram, actionsOfScript, refusedCalls, refusedSchedules } from '../support/arrival/documents';
import type { Statement } from '../support/arrival/policy';
import { refusedByKeys } from '../support/arrival/roles';
import { ACTIONS, refusedSettings } from '../support/arrival/settings';
import type { World } from '../support/arrival/world';

const ROOT = join(__dirname, '../..');
const WORLDS = worlds();

test.each(WORLDS)('%s: whoever may use what is encrypted may use its key', (_, world) => {
  expect(refusedByKeys(world)).toEqual([]);
});

test.each(WORLDS)('%s: servers may use what their settings name', (_, world) => {
  expect(refusedSettings(world)).toEqual([]);
});

test.each(WORLDS)('%s: documents and schedules may call what they call', (_, world) => {
  expect([...refusedCalls(world), ...refusedSchedules(world)]).toEqual([]);
});

const named = (pattern: RegExp): World => WORLDS.find(([name]) => pattern.test(name))![1];
const fifth = named(/^5 example\.com.*: webapp-us-east-1$/);

/** Takes an action out of all policies of a stack. */
const without = (world: World, action: string): World =>
  world.spoilt((resources) => {
    for (const { Properties } of Object.values(resources).filter(({ Type }) => Type === 'AWS::IAM::Policy')) {
      const document = Properties.PolicyDocument as { Statement: (Omit<Statement, 'Action'> & { Action: string | string[] })[] };
      for (const statement of document.Statement) statement.Action = [statement.Action].flat().filter((one) => one !== action);
    }
  });

test.each([
  ['kms:Decrypt', refusedByKeys, 'may not kms:Decrypt with the key of'],
  ['kms:GenerateDataKey', refusedByKeys, 'may not kms:GenerateDataKey with the key of'],
  ['secretsmanager:GetSecretValue', refusedSettings, 'may not secretsmanager:GetSecretValue on'],
  ['s3:PutObject', refusedSettings, 'may not s3:PutObject on arn:aws:s3:::webapp-uploads-111111111111-us-east-1/uploads/a'],
  ['s3:ListBucket', refusedSettings, 'may not s3:ListBucket on'],
  ['ssm:GetParametersByPath', refusedSettings, 'may not ssm:GetParametersByPath on'],
  ['sqs:DeleteMessage', refusedSettings, 'may not sqs:DeleteMessage on'],
  ['elasticache:TestFailover', refusedCalls, 'may not elasticache:testfailover'],
  ['sqs:ChangeMessageVisibility', refusedCalls, 'may not sqs:changemessagevisibility'],
])('a role that lacks %s is found', (action, walk, words) => {
  expect(walk(without(fifth, action)).join('\n')).toContain(words);
});

test('a server that may use a table of sessions, but not its key, is found', () => {
  const table = named(/^4 dynamodb: webapp/);
  expect(refusedByKeys(without(table, 'kms:Decrypt')).join()).toMatch(/may not kms:Decrypt with the key of \w*SessionTable/);
  expect(refusedSettings(without(table, 'dynamodb:PutItem')).join()).toContain('may not dynamodb:PutItem');
});

test('a server that lacks what its runbook calls is found', () => {
  expect(refusedCalls(without(named(/^2 1 example\.com.*: webapp/), 'ssm:PutParameter')).join()).toContain('may not ssm:putparameter');
});

test('a key that leaves nothing to the policies of the account is found', () => {
  const closed = fifth.spoilt((resources) => {
    for (const { Properties } of Object.values(resources).filter(({ Type }) => Type === 'AWS::KMS::Key')) {
      const policy = Properties.KeyPolicy as { Statement: Statement[] };
      policy.Statement = policy.Statement.filter(({ Action }) => Action !== 'kms:*');
    }
  });
  expect(refusedByKeys(closed).join()).toContain('may not kms:Decrypt with the key of');
});

test('programs and scripts are read for what they call', () => {
  const program = readFileSync(join(ROOT, 'lib/operate/drills/poison.py'), 'utf8');
  expect([...new Set(actionsOfProgram(program))].sort()).toEqual([
    'sqs:changemessagevisibility',
    'sqs:deletemessage',
    'sqs:receivemessage',
    'sqs:sendmessage',
  ]);
  expect(actionsOfProgram('client("rds", at(event)).get_paginator("describe_db_clusters")')).toEqual(['rds:describedbclusters']);
  const script =
    'unused() { aws iam create-role; }\n# aws ec2 a-b\nsay "type aws fis start-experiment"\nif ! aws s3 sync a b; then x=$(aws elbv2 describe-rules); fi';
  expect(actionsOfScript(script)).toEqual(['s3:ListBucket', 'elasticloadbalancing:describerules']);
});

test('the table of settings has every call of the reference application', () => {
  const services: Readonly<Record<string, string>> = {
    ssm: 'ssm',
    sqs: 'sqs',
    s3: 's3',
    'secrets-manager': 'secretsmanager',
    dynamodb: 'dynamodb',
  };
  const files = readdirSync(join(ROOT, 'workload'), { recursive: true, encoding: 'utf8' }).filter((path) =>
    /^(?!bundle|database-users).*\.ts$/.test(path),
  );
  const called = files.flatMap((path) => {
    const text = readFileSync(join(ROOT, 'workload', path), 'utf8');
    const imports = [...text.matchAll(/import (?:type )?\{([^}]*)\} from '@aws-sdk\/client-([\w-]+)'/g)];
    return imports.flatMap(([, names, client]) => [...names.matchAll(/(\w+)Command\b/g)].map(([, name]) => `${services[client]}:${name}`));
  });
  expect(called.length).toBeGreaterThan(8);
  expect(called.filter((action) => !ACTIONS.includes(action))).toEqual([]);
});
