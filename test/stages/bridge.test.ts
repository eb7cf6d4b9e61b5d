import { spawnSync } from 'node:child_process';
import { writeFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Match } from 'aws-cdk-lib/assertions';
import { motoProgram } from '../../tools/servers/moto';
import { Bridge, ShardStrategy } from '../../lib';
import { Catalogue } from '../../stages/catalogue';
import { describeNeeding, SHELLCHECK } from '../support/needs';
import { describeWithServers } from '../support/servers';
import { DOMAIN, ofType, type Resource, satellites, synthesize } from '../support/synth';

const TWO_REGIONS = { ...DOMAIN, regions: 'us-east-1,eu-west-1' };
const HOLDS_DATA =
  /^AWS::(RDS::DB(Instance|Cluster)|EC2::Volume|S3::Bucket|KMS::Key|ElastiCache::ReplicationGroup|SQS::Queue|SecretsManager::Secret)$/;

const stage = (number: number, more: object = {}) => synthesize({ stage: number, ...(number === 6 ? TWO_REGIONS : {}), ...more });
const bridge = (to: number) => stage(to, { from: to - 1 });
const holdingData = (resources: Readonly<Record<string, Resource>>): string[] =>
  Object.keys(resources).filter((id) => HOLDS_DATA.test(resources[id].Type));
const setting = (resources: Readonly<Record<string, Resource>>, name: string): unknown =>
  Object.values(resources).find(({ Properties }) => Properties.Name === `/webapp/config/${name}`)?.Properties.Value;

interface Step {
  readonly name: string;
  readonly action: string;
  readonly onFailure?: string;
  readonly nextStep?: string;
  readonly isEnd?: boolean;
  readonly inputs: Record<string, unknown>;
}
const documents = (resources: Readonly<Record<string, Resource>>): { steps: Step[]; script: string } => {
  const contents = Object.values(ofType(resources, 'AWS::SSM::Document'))
    .map(({ Properties }) => Properties)
    .filter(({ Name }) => /^webapp-(move|place|copy)-/.test(String(Name)));
  const command = contents.find(({ DocumentType }) => DocumentType === 'Command');
  const automation = contents.find(({ DocumentType }) => DocumentType === 'Automation');
  const [script] = (command?.Content.mainSteps[0].inputs.runCommand ?? ['']) as [unknown];
  return { steps: automation?.Content.mainSteps as Step[], script: textOf(script) };
};
/** A text with the values that only AWS knows left out. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const [separator, parts] = (value as { 'Fn::Join': [string, unknown[]] })['Fn::Join'];
  return parts.map((part) => (typeof part === 'string' ? part : 'VALUE')).join(separator);
}

/** They come with the CDN, after the bridge, and hold nothing that anybody could miss. */
const WITH_THE_CDN = /^Architecture(OriginSecret|StaticFiles)/;

test.each([2, 3, 4, 5, 6])('the bridge to stage %i has all that holds data at both ends, and loses nothing of the lower one', (to) => {
  const { resources } = bridge(to);
  const upper = holdingData(stage(to).resources).filter((id) => to !== 3 || !WITH_THE_CDN.test(id));
  expect([...holdingData(stage(to - 1).resources), ...upper].filter((id) => !(id in resources))).toEqual([]);
});

test.each([
  [2, 'database/writer', 'move-database'],
  [3, 'storage/uploads', 'move-uploads'],
  [5, 'shards/map', 'place-users'],
])('on the bridge to stage %i the old side serves: %s changes with the runbook alone', (to, name, title) => {
  const { resources, template } = bridge(to);
  const final = setting(stage(to).resources, name);
  expect(setting(resources, name)).toBeDefined();
  expect(setting(resources, name)).not.toEqual(final);
  template.hasResourceProperties('AWS::SSM::Document', { Name: `webapp-${title}`, DocumentType: 'Automation' });
  template.hasResourceProperties('AWS::SSM::Document', { Name: `webapp-${title}-step`, DocumentType: 'Command' });
  // The servers may change this one setting, and no other.
  const writes = Object.values(ofType(resources, 'AWS::IAM::Policy'))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as { Action: unknown; Resource: unknown }[])
    .filter(({ Action }) => Action === 'ssm:PutParameter');
  expect(writes.map(({ Resource }) => JSON.stringify(Resource))).toEqual([expect.stringContaining(`parameter/webapp/config/${name}`)]);
  // The setting is the only difference that the end makes to what both have.
  const settings = Object.keys(ofType(resources, 'AWS::SSM::Parameter')).filter((id) => id in stage(to).resources);
  const changed = settings.filter((id) => JSON.stringify(resources[id]) !== JSON.stringify(stage(to).resources[id]));
  expect(changed.map((id) => resources[id].Properties.Name)).toEqual([`/webapp/config/${name}`]);
});

test('on the bridge to stage 3 users reach the server, not the CDN, which would not find their uploads', () => {
  expect(Object.keys(ofType(bridge(3).resources, 'AWS::CloudFront::Distribution'))).toEqual([]);
  expect(setting(bridge(3).resources, 'storage/uploads')).toBe('/data/uploads');
});

test('on the bridge to stage 4 CloudFront still goes to the single server while the fleet is up', () => {
  const origin = (resources: Readonly<Record<string, Resource>>): unknown => {
    const [{ Properties }] = Object.values(ofType(resources, 'AWS::CloudFront::Distribution'));
    const origins = Properties.DistributionConfig.Origins as { Id: string; DomainName: unknown }[];
    return origins.find(({ Id }) => Id === 'Web')?.DomainName;
  };
  const { resources, template } = bridge(4);
  expect(origin(resources)).toEqual(origin(stage(3).resources));
  expect(origin(resources)).not.toEqual(origin(stage(4).resources));
  template.resourceCountIs('AWS::AutoScaling::AutoScalingGroup', 1);
  template.resourceCountIs('AWS::EC2::Instance', 1);
});

test('on the bridge to stage 5 the clusters reach the one database, which no other stage lets them', () => {
  const { resources } = bridge(5);
  const rules = Object.values(ofType(resources, 'AWS::EC2::SecurityGroupIngress')).filter(
    ({ Properties }) => Properties.Description === 'Logical replication out of the one database',
  );
  expect(rules).toHaveLength(1);
  expect(JSON.stringify(rules[0].Properties.GroupId)).toContain('ArchitectureDatabaseSecurityGroup');
  expect(JSON.stringify(stage(5).resources)).not.toContain('Logical replication out');
});

test('what the one database stands on outlives it at stage 5', () => {
  const { resources } = bridge(5);
  const left = Object.keys(resources).filter((id) => id.startsWith('ArchitectureDatabase') && !(id in stage(5).resources));
  const types = [
    'AWS::Logs::LogGroup',
    'AWS::RDS::DBInstance',
    'AWS::RDS::DBSubnetGroup',
    'AWS::RDS::DBParameterGroup',
    'AWS::EC2::SecurityGroup',
    'AWS::SecretsManager::Secret',
    // Nobody is asked to take the user away.
    'Custom::DatabaseUser',
  ];
  const kept = left.filter((id) => resources[id].DeletionPolicy === 'RetainExceptOnCreate').map((id) => resources[id].Type);
  expect([...new Set(kept)].sort()).toEqual([...types].sort());
});

test.each([2, 3, 4, 5])('the runbook to stage %i goes to abort from every step, and fits into a document', (to) => {
  const { steps, script } = documents(bridge(to).resources);
  const shell = steps.filter(({ action, name }) => action === 'aws:runCommand' && name !== 'abort');
  expect(shell.length).toBeGreaterThan(3);
  expect(shell.filter(({ onFailure }) => onFailure !== 'step:abort')).toEqual([]);
  const names = steps.map(({ name }) => name);
  expect(shell.at(-1)?.isEnd === true || shell.at(-1)?.nextStep === 'release').toBe(true);
  expect(names.indexOf('abort')).toBeGreaterThan(names.indexOf(shell.at(-1)!.name));
  expect(script.length).toBeLessThan(60_000);
  expect(script.startsWith('#!/bin/bash\n')).toBe(true);
  // Systems Manager sets no region, and the AWS CLI needs one.
  expect(script).toContain("export AWS_REGION='us-east-1'\nexport AWS_DEFAULT_REGION='us-east-1'\n");
  // Systems Manager takes two opening braces for a parameter.
  expect(script.match(/\{\{.*/g)).toEqual(["{{ Run }}'", "{{ Step }}'"]);
});

describeNeeding([SHELLCHECK], 'what a runbook sends to a server', () => {
  test.each([2, 3, 4, 5])('to stage %i is sound as one script', (to) => {
    const file = join(mkdtempSync(join(tmpdir(), 'runbook-')), 'step.sh');
    writeFileSync(file, documents(bridge(to).resources).script.replace('{{ Step }}', 'status'));
    // What another runbook uses of the shared part is not used here; a subshell has an environment of its own on purpose.
    const { stdout, status } = spawnSync('shellcheck', ['--shell=bash', '--exclude=SC2030,SC2031,SC2317,SC2329', file], {
      encoding: 'utf8',
    });
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });
});

test('the runbook to stage 5 protects its server from scaling in, and lets it go whatever happens', () => {
  const { steps } = documents(bridge(5).resources);
  expect(steps[0]).toMatchObject({ name: 'choose', action: 'aws:executeScript', inputs: { Handler: 'choose' } });
  expect(steps[1]).toMatchObject({ name: 'protect', inputs: { ProtectedFromScaleIn: true } });
  expect(steps.at(-2)).toMatchObject({ name: 'abort', onFailure: 'Continue' });
  expect(steps.at(-1)).toMatchObject({ name: 'release', isEnd: true, inputs: { ProtectedFromScaleIn: false } });
});

test('the bridge to stage 6 is stage 6 and one job for earlier uploads', () => {
  const [to, final] = [bridge(6), stage(6)];
  const more = Object.entries(to.resources).filter(([id]) => !(id in final.resources));
  expect(new Set(more.map(([, { Type }]) => Type))).toEqual(new Set(['AWS::IAM::Role', 'AWS::IAM::Policy', 'AWS::SSM::Document']));
  for (const [id, resource] of Object.entries(final.resources)) expect(to.resources[id]).toEqual(resource);
  to.template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: Match.objectLike({ Statement: Match.arrayWith([Match.objectLike({ Action: 's3:InitiateReplication' })]) }),
  });
  expect(documents(to.resources).steps.map(({ name }) => name)).toEqual(['create', 'wait', 'complete', 'none_failed']);
  expect(satellites(to).map(({ stackName }) => stackName)).toEqual(satellites(final).map(({ stackName }) => stackName));
});

test('more shards are there to be filled while the map names those that serve', () => {
  const { resources } = synthesize({ stage: 5, shards: 4, serving: 2, sharding: 'hash' });
  expect(setting(resources, 'shards/map')).toBe('{"strategy":"hash","version":2,"shards":2}');
  expect(documents(resources).script).toContain(`export SHARD_MAP='{"strategy":"hash","version":4,"shards":4}'`);
  expect(Object.keys(ofType(resources, 'AWS::RDS::DBCluster'))).toEqual(
    Object.keys(ofType(synthesize({ stage: 5, shards: 4, sharding: 'hash' }).resources, 'AWS::RDS::DBCluster')),
  );
});

/** Says what the API's own model finds wrong about calls, one line each. */
const VALIDATE = `
import json, sys
import botocore.session
from botocore import xform_name
from botocore.validate import ParamValidator
session = botocore.session.get_session()
for call in json.load(sys.stdin):
    model = session.get_service_model(call.pop("Service"))
    api = call.pop("Api")
    report = ParamValidator().validate(call, model.operation_model(api).input_shape)
    if report.has_errors(): print(api, report.generate_report())
`;
const OF_AUTOMATION = new Set(['PropertySelector', 'DesiredValues']);

describeWithServers(['moto'], 'the calls of the runbooks', () => {
  const python = join(dirname(motoProgram() ?? ''), 'python3');
  const validate = (calls: object[]): string =>
    spawnSync(python, ['-c', VALIDATE], { encoding: 'utf8', input: JSON.stringify(calls) }).stdout;

  test('are as the model of the AWS API wants them', () => {
    const steps = [2, 3, 4, 5, 6].flatMap((to) => documents(bridge(to).resources).steps).filter(({ inputs }) => 'Api' in inputs);
    const calls = steps.map(({ inputs }) =>
      Object.fromEntries(
        Object.entries(inputs)
          .filter(([name]) => !OF_AUTOMATION.has(name))
          .map(([name, value]) => [
            name,
            JSON.parse(JSON.stringify(value), (_, part: unknown) => (isIntrinsic(part) ? '123456789012' : part)),
          ]),
      ),
    );
    expect(calls.length).toBeGreaterThan(5);
    expect(validate(calls)).toBe('');
    expect(validate([{ ...calls[0], Nonsense: 1 }])).toContain('Unknown parameter in input: "Nonsense"');
  });
});

function isIntrinsic(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).some((key) => key === 'Ref' || key.startsWith('Fn::'));
}

test('more shards in several regions: by hash at stage 5 alone, else without a bridge', () => {
  const to = Catalogue.blueprint(6);
  const grown = (strategy: ShardStrategy) => () =>
    Bridge.resharding({ ...to, database: to.database.withShards(4).withSharding(strategy) }, 2);
  expect(grown(ShardStrategy.HASH)).toThrow('add shards before the climb to several regions');
  expect(grown(ShardStrategy.RANGE)).toThrow('leave it out: nobody moves');
});
