import { Template } from 'aws-cdk-lib/assertions';
import { isAllowed, statementsOf } from '../lib/operate/drills/policy';
import { Failover, Geography } from '../../lib';
import { ground, templateOf } from '../support/construct';
import { DOMAIN, ofType, type Resource, resourcesOf, satellites, synthesize } from '../support/synth';

const ACCOUNT = '<AWS::AccountId>';
const parameter = (path: string): string => `arn:<AWS::Partition>:ssm:us-east-1:${ACCOUNT}:parameter${path}`;
const secret = (name: string): string => `arn:<AWS::Partition>:secretsmanager:us-east-1:${ACCOUNT}:secret:${name}`;

const CONTEXTS: Record<string, unknown>[] = [
  { stage: 1 },
  { stage: 3, from: 2 },
  { stage: 5, from: 4 },
  { stage: 6, from: 5, ...DOMAIN, regions: 'us-east-1,eu-west-1', drills: 'kill-server' },
];

/** Every stack of a deployment. */
function stacks(context: Record<string, unknown>): Record<string, Resource>[] {
  const synthesized = synthesize(context);
  return [synthesized.resources, ...satellites(synthesized).map((stack) => resourcesOf(Template.fromStack(stack)))];
}

const roleId = (resources: Readonly<Record<string, Resource>>, prefix: string): string =>
  Object.keys(ofType(resources, 'AWS::IAM::Role')).find((id) => id.startsWith(prefix)) ?? '';

const five = synthesize({ stage: 5 }).resources;
const web = statementsOf(five, roleId(five, 'ArchitectureServersRole'));
const worker = statementsOf(five, roleId(five, 'ArchitectureWorkerIdentityRole'));

test.each([
  ['web', web],
  ['worker', worker],
])('%s servers read the parameters of their own deployment and no other', (_, statements) => {
  for (const action of ['ssm:GetParameter', 'ssm:GetParameters', 'ssm:GetParametersByPath']) {
    expect(isAllowed(statements, action, parameter('/webapp/config/jobs/queue'), {})).toBe(true);
    for (const path of ['/webapp-eu/config/jobs/queue', '/webapp2/x', '/other/password', '/webapp']) {
      expect([path, isAllowed(statements, action, parameter(path), {})]).toEqual([path, false]);
    }
  }
});

test('workers read the secrets of products and orders, and of no shard of users', () => {
  const may = (statements: typeof web, name: string): boolean => isAllowed(statements, 'secretsmanager:GetSecretValue', secret(name), {});
  for (const name of ['webapp/products-aB3dE6', 'webapp/orders-aB3dE6']) expect([may(web, name), may(worker, name)]).toEqual([true, true]);
  for (const name of ['webapp/users/0-aB3dE6', 'webapp/users/1023-aB3dE6'])
    expect([may(web, name), may(worker, name)]).toEqual([true, false]);
  for (const name of ['webapp/origin-aB3dE6', 'webapp/orders-of-others-aB3dE6', 'webapp-eu/orders-aB3dE6']) {
    expect([may(web, name), may(worker, name)]).toEqual([false, false]);
  }
});

test('servers write lines of the application and of nothing else, delete no upload, and fetch releases of this deployment alone', () => {
  const group = (name: string): string => `arn:<AWS::Partition>:logs:us-east-1:${ACCOUNT}:log-group:${name}:log-stream:i-1`;
  for (const statements of [web, worker]) {
    expect(isAllowed(statements, 'logs:PutLogEvents', group('/webapp/application'), {})).toBe(true);
    for (const name of ['/webapp/drills', '/webapp/application-of-others', '/webapp-eu/application']) {
      expect(isAllowed(statements, 'logs:PutLogEvents', group(name), {})).toBe(false);
    }
    const bucket = `arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-${ACCOUNT}-us-east-1`;
    expect(isAllowed(statements, 's3:GetObject', `${bucket}/webapp/${'0'.repeat(64)}.zip`, {})).toBe(true);
    for (const key of [`${'0'.repeat(64)}.zip`, 'other/0.zip', 'webapp-eu/0.zip', 'webapp/0.json']) {
      expect(isAllowed(statements, 's3:GetObject', `${bucket}/${key}`, {})).toBe(false);
    }
    expect(statements.flatMap(({ actions }) => actions).filter((action) => /^s3:Delete|^iam:|^sts:/.test(action))).toEqual([]);
  }
});

test('the single server attaches its own volume to itself alone', () => {
  const { resources } = synthesize({ stage: 1 });
  const statements = statementsOf(resources, roleId(resources, 'ArchitectureServersRole'));
  const instance = `arn:aws:ec2:us-east-1:${ACCOUNT}:instance/i-1`;
  const may = (name?: string): boolean => isAllowed(statements, 'ec2:AttachVolume', instance, { 'aws:ResourceTag/Name': name });
  expect([may('webapp'), may('other'), may()]).toEqual([true, false, false]);
  const grants = statements.filter(({ actions }) => actions.includes('kms:CreateGrant'));
  expect(grants.map(({ conditions }) => conditions.Bool)).toEqual([{ 'kms:GrantIsForAWSResource': 'true' }]);
});

test('no role has a managed policy but the one of the service that makes snapshots, and of functions', () => {
  const managed = CONTEXTS.flatMap(stacks)
    .flatMap((resources) => Object.values(ofType(resources, 'AWS::IAM::Role')))
    .flatMap(({ Properties }) => (Properties.ManagedPolicyArns ?? []) as unknown[])
    .map((arn) => JSON.stringify(arn));
  expect(managed.filter((arn) => !/AWSDataLifecycleManagerServiceRole|AWSLambdaBasicExecutionRole/.test(arn))).toEqual([]);
});

test('a service that may assume a role acts for this account alone', () => {
  const trusts = CONTEXTS.flatMap(stacks).flatMap((resources) =>
    Object.entries(ofType(resources, 'AWS::IAM::Role')).flatMap(([id, { Properties }]) =>
      (Properties.AssumeRolePolicyDocument.Statement as { Principal: { Service?: string }; Condition?: unknown }[]).map((trust) => ({
        id,
        ...trust,
      })),
    ),
  );
  expect(trusts.length).toBeGreaterThan(20);
  // EC2 and Lambda hand credentials to what runs in this account, and say nothing of a source.
  const unbound = trusts.filter(
    ({ Principal, Condition }) =>
      !['ec2.amazonaws.com', 'lambda.amazonaws.com'].includes(Principal.Service ?? '') &&
      !JSON.stringify(Condition ?? {}).includes('aws:SourceAccount'),
  );
  expect(unbound.map(({ id }) => id)).toEqual([]);
});

test('a failover moves its own databases, not those of a deployment whose name begins alike', () => {
  const base = ground();
  const failover = new Failover(base.stack, 'Failover', {
    name: 'shop',
    geography: new Geography(['us-east-1', 'eu-west-1'], 'us-east-1', true),
  });
  const resources = resourcesOf(templateOf(base));
  const statements = statementsOf(resources, roleId(resources, failover.node.id));
  const may = (kind: string, region: string, id: string): boolean =>
    isAllowed(statements, 'rds:FailoverGlobalCluster', `arn:<AWS::Partition>:rds:${region}:${ACCOUNT}:${kind}:${id}`, {});
  for (const role of ['orders', 'products', 'users-0', 'users-1023']) {
    expect([role, may('global-cluster', '', `shop-${role}`), may('cluster', 'eu-west-1', `shop-${role}-eu-west-1`)]).toEqual([
      role,
      true,
      true,
    ]);
    for (const other of ['shop-eu', 'shop-users', 'shop-users-a', 'shop-orders', 'shops']) {
      expect([
        other,
        role,
        may('global-cluster', '', `${other}-${role}`),
        may('cluster', 'eu-west-1', `${other}-${role}-eu-west-1`),
      ]).toEqual([other, role, false, false]);
    }
  }
  expect(may('cluster', 'sa-east-1', 'shop-orders-sa-east-1')).toBe(false);
});
