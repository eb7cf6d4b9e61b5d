import { tmpdir } from 'node:os';
import { relative } from 'node:path';
import { createColors } from 'picocolors';
import { comparePrepared } from '../../../tools/changes/compare';
import { prepared } from '../../../tools/changes/prepare';
import { byHandOf } from '../../../tools/diff/by-hand';
import { fileCommands, stageCommands } from '../../../tools/diff/commands';
import { applicationOf } from '../../../tools/diff/recognize';
import { type Report, reportOf } from '../../../tools/diff/report';
import { renderText } from '../../../tools/diff/text';
import type { Json, StackTemplate, Template } from '../../../tools/shared/template';

type Resources = Template['Resources'];

const setting = (key: string, Value: Json = 'x'): Resources => ({
  [key.replaceAll('/', '')]: { Type: 'AWS::SSM::Parameter', Properties: { Name: `/shop/config/${key}`, Type: 'String', Value } },
});
const settings = (...keys: string[]): Resources => Object.assign({}, ...['database/name', ...keys].map((key) => setting(key))) as Resources;
const runbook = (title: string): Resources => ({
  [title.replace('-', '')]: { Type: 'AWS::SSM::Document', Properties: { Name: `shop-${title}` } },
});
const stack = (Resources: Resources, rest: Partial<StackTemplate> = {}, Description?: string): StackTemplate => ({
  name: 'shop',
  template: { ...(Description !== undefined && { Description }), Resources },
  ...rest,
});
const queue: Resources = { Queue: { Type: 'AWS::SQS::Queue', Properties: {} } };
const kept: Resources = { Kept: { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Retain', Properties: {} } };
const COMMANDS = { deploy: 'DEPLOY', back: 'BACK', guard: 'GUARD' };
const reported = (before: StackTemplate[], after: StackTemplate[]): Report => {
  const sides = prepared(before, after);
  return reportOf({ title: 'a → b', ...sides, comparison: comparePrepared(sides), notes: [], commands: COMMANDS });
};
const commandsIn = (report: Report): string[] | undefined => report.deploy?.steps.map(({ what }) => what);

test.each([
  [1, { ...settings(), ...setting('database/writer', '/run/postgresql') }],
  [2, settings('database/writer')],
  [3, settings('database/writer', 'cache/endpoint')],
  [4, settings('cache/endpoint', 'sessions/table')],
  [5, settings('sessions/endpoint', 'jobs/queue')],
  [6, settings('jobs/queue', 'region/founding')],
])('settings tell stage %i', (stage, resources) => {
  expect(applicationOf([stack(resources)])).toEqual({ name: 'shop', stage, runbooks: [], isStage: false });
  expect(applicationOf([stack(resources, {}, 'shop: the application')])?.isStage).toBe(true);
});

test('a runbook tells a bridge, and anybody else’s settings tell nothing', () => {
  expect(applicationOf([stack({ ...settings('database/writer'), ...runbook('move-uploads') })])).toMatchObject({
    ...{ stage: 3, from: 2, runbooks: ['shop-move-uploads'] },
  });
  expect(applicationOf([stack({ ...kept, A: { Type: 'AWS::SSM::Parameter', Properties: { Name: '/mine/config/x' } } })])).toBeUndefined();
});

test('a deployment has its steps: deploy, and way back', () => {
  const report = reported([stack(kept)], [stack({ ...kept, ...queue })]);
  expect(report.deploy).toEqual({ steps: [{ what: 'DEPLOY', why: 'the deploy', takes: 'minutes', back: 'BACK' }], byHand: [] });
  const text = renderText(report, { colors: createColors(false), width: Infinity });
  expect(text).toMatch(/How to deploy\n {2}Times are usual on AWS.*\n {2}the deploy {2}DEPLOY {2}minutes {2}BACK\n/);
});

test('no steps where nothing changes, and none where it would be refused', () => {
  expect(reported([stack(kept)], [stack(kept)]).deploy).toBeUndefined();
  expect(reported([stack(queue)], [stack(kept)]).deploy).toBeUndefined();
});

test('a guarded resource that leaves needs the opening, and somebody who deletes it', () => {
  const report = reported([stack({ ...kept, ...queue })], [stack(queue)]);
  expect(commandsIn(report)).toEqual(['GUARD', 'DEPLOY']);
  expect(report.deploy?.byHand).toEqual(['After: delete Kept when nobody needs it; until then it costs money']);
});

test('what is not possible in one step has steps before it', () => {
  const writer = (Value: Json): Resources => ({ ...settings(), ...setting('database/writer', Value) });
  const database: Resources = { Db: { Type: 'AWS::RDS::DBInstance', DeletionPolicy: 'Retain', Properties: { Engine: 'postgres' } } };
  const report = reported(
    [stack(writer('/run/postgresql'))],
    [stack({ ...writer({ 'Fn::GetAtt': ['Db', 'Endpoint.Address'] }), ...database })],
  );
  expect(report.verdict).toBe('not in one step');
  expect(commandsIn(report)).toEqual([expect.stringContaining('Bridge.between'), expect.stringContaining('the runbook'), 'DEPLOY']);
});

test('into a bridge its runbook follows; out of it, it must have ended', () => {
  const [plain, bridge] = [settings(), { ...settings(), ...runbook('move-servers') }].map((resources) => [stack(resources)]);
  expect(commandsIn(reported(plain, bridge))).toEqual(['DEPLOY', 'aws ssm start-automation-execution --document-name shop-move-servers']);
  expect(commandsIn(reported(bridge, plain))).toEqual([expect.stringContaining('Values=shop-move-servers'), 'DEPLOY']);
});

test('neighbouring stages have the steps of their climb, and others none', () => {
  const side = (...keys: string[]): StackTemplate[] => [stack(settings(...keys), {}, 'shop: the application')];
  const steps = commandsIn(reported(side('cache/endpoint'), side('cache/endpoint', 'sessions/endpoint')));
  expect(steps?.[0]).toBe('npx cdk deploy --all -c stage=4 -c from=3 -c name=shop');
  expect(commandsIn(reported(side('sessions/endpoint'), side('cache/endpoint')))).toBeUndefined();
});

test('stacks are deployed behind those that they need', () => {
  const after = [
    stack(queue, { name: 'app', id: 'App', dependsOn: ['Data', 'App.assets'] }),
    stack(queue, { name: 'data', id: 'Data', dependsOn: ['App'] }),
  ];
  const report = reported([stack({}, { name: 'app' })], after);
  expect(report.deploy?.steps[0].why).toBe('the deploy; its stacks in this order: data (new), app');
});

test('by hand: addresses, records and subscriptions', () => {
  const has = (Type: string): Resources => ({ It: { Type, Properties: {} } });
  const said = (before: Resources, after: Resources): string[] => byHandOf(reported([stack(before)], [stack(after)]).changes);
  expect(said(has('AWS::EC2::EIP'), {})).toEqual([expect.stringMatching(/^Before: tell whoever allows the address of It/)]);
  expect(said({}, has('AWS::EC2::NatGateway'))).toEqual([
    expect.stringMatching(/^Before: tell partners who allow your outgoing addresses/),
  ]);
  expect(said(has('AWS::CloudFront::Distribution'), {})).toEqual(['After: turn records that you made by hand away from It']);
  expect(said({}, has('AWS::SNS::Subscription'))).toEqual([expect.stringMatching(/^After: confirm the message/)]);
  expect(said({}, has('AWS::EC2::EIP'))).toEqual([]);
});

/** A path without a space, wherever the checkout is. */
const DIRECTORY = relative(process.cwd(), __dirname);

test('commands: a directory is deployed as it is, a template by the AWS CLI, a stage by its number', () => {
  const regions = ['us-east-1', 'eu-west-1'].map((region) => stack({}, { region }));
  expect(fileCommands(DIRECTORY, undefined, "node 'x'", [])).toEqual({
    deploy: `npx cdk deploy --all --app 'node '\\''x'\\'''`,
    back: `npx cdk deploy --all --app ${DIRECTORY}`,
    guard: `npx stagecraft guard --template ${DIRECTORY} --next cdk.out`,
  });
  expect(fileCommands('a.json', DIRECTORY, undefined, regions).deploy).toBe(`npx cdk deploy --all --concurrency 1 --app ${DIRECTORY}`);
  expect(fileCommands('a.json', 'out/shop-eu.template.json', undefined, [])).toMatchObject({
    deploy: 'aws cloudformation deploy --template-file out/shop-eu.template.json --stack-name shop-eu --capabilities CAPABILITY_NAMED_IAM',
    back: 'aws cloudformation deploy --template-file a.json --stack-name STACK --capabilities CAPABILITY_NAMED_IAM',
  });
  // A directory of a workflow means nothing to who reads its comment.
  expect(fileCommands(tmpdir(), tmpdir(), undefined, regions)).toMatchObject({
    deploy: 'npx cdk deploy --all --concurrency 1',
    back: 'npx cdk deploy --all, from the commit that is live',
  });
  expect(stageCommands({ stage: 3 }, { stage: 4, from: 3 }, { name: 'shop' })).toEqual({
    deploy: 'npx cdk deploy --all -c stage=4 -c from=3 -c name=shop',
    back: 'npx cdk deploy --all -c stage=3 -c name=shop',
    guard: 'npx stagecraft guard 3 3-to-4 -c name=shop',
  });
});
