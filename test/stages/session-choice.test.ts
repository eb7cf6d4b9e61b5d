import { Template } from 'aws-cdk-lib/assertions';
import { compareStacks } from '../../tools/changes/compare';
import { noticesOf } from '../../tools/diff/notices';
import { estimate } from '../../tools/pricing/estimate';
import { usageOf } from '../../tools/pricing/usage';
import { DOMAIN } from '../support/context';
import { deployed } from '../support/deployed';
import { ofType, resourcesOf, synthesize } from '../support/synth';

type Context = Readonly<Record<string, unknown>>;

const table = { sessions: 'dynamodb' };
const stage4 = { stage: 4, ...table };
const stage5 = { stage: 5, ...DOMAIN, ...table };
const stage6 = { stage: 6, ...DOMAIN, ...table, regions: 'us-east-1,eu-west-1' };
const three = { ...stage6, regions: 'us-east-1,eu-west-1,ap-southeast-2' };

const TABLE = 'AWS::DynamoDB::GlobalTable';
const FOUND = 'Architecture/SessionTable/Table';

function tableOf(context: Context) {
  const [[id, found]] = Object.entries(ofType(synthesize(context).resources, TABLE));
  return { id, ...found };
}

test('one table, which a climb keeps: paid by the request, protected, encrypted with the key of the deployment', () => {
  const [four, five, six] = [stage4, stage5, stage6].map(tableOf);
  expect(five).toEqual(four);
  expect({ ...six, Properties: { ...six.Properties, Replicas: [six.Properties.Replicas[0]] } }).toEqual(four);
  expect(four).toMatchObject({
    DeletionPolicy: 'RetainExceptOnCreate',
    UpdateReplacePolicy: 'Retain',
    Properties: {
      TableName: 'webapp-sessions',
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'ends', Enabled: true },
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
    },
  });
  for (const { DeletionProtectionEnabled, PointInTimeRecoverySpecification } of six.Properties.Replicas) {
    expect([DeletionProtectionEnabled, PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled]).toEqual([true, true]);
  }
});

test('each replica has the key of its own region, which is there before', () => {
  const { app, primary } = synthesize(stage6);
  const [, replica] = tableOf(stage6).Properties.Replicas;
  expect(replica.Region).toBe('eu-west-1');
  expect(JSON.stringify(replica.SSESpecification.KMSMasterKeyId)).toMatch(/:kms:eu-west-1:.*:alias\/webapp/);
  const order = app.synth().stacks.map(({ stackName }) => stackName);
  expect(order.indexOf('webapp-eu-west-1-storage')).toBeLessThan(order.indexOf(primary.stackName));
});

test('servers of a further region use the replica of that region and its key, and make no table', () => {
  const [{ stack }] = synthesize(stage6).further;
  const resources = resourcesOf(Template.fromStack(stack));
  expect(ofType(resources, TABLE)).toEqual({});
  const settings = Object.values(ofType(resources, 'AWS::SSM::Parameter')).map(({ Properties }) => Properties);
  expect(settings.find(({ Name }) => Name === '/webapp/config/sessions/table')?.Value).toBe('webapp-sessions');
  expect(settings.some(({ Name }) => String(Name).startsWith('/webapp/config/sessions/endpoint'))).toBe(false);
  const [statement, ...others] = Object.values(ofType(resources, 'AWS::IAM::Policy'))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as { Action: string[]; Resource: unknown }[])
    .filter(({ Action }) => [Action].flat().some((action) => action.startsWith('dynamodb:')));
  expect(others).toEqual([]);
  expect(statement.Action).not.toContain('dynamodb:Scan');
  expect(JSON.stringify(statement.Resource)).toMatch(/:dynamodb:eu-west-1:.*:table\/webapp-sessions/);
});

test('the way to DynamoDB costs nothing by the gigabyte', () => {
  const services = ({ resources }: ReturnType<typeof synthesize>): unknown[] =>
    Object.values(ofType(resources, 'AWS::EC2::VPCEndpoint'))
      .filter(({ Properties }) => Properties.VpcEndpointType === 'Gateway')
      .map(({ Properties }) => JSON.stringify(Properties.ServiceName).replace(/.*\.|".*$/g, ''));
  expect(services(synthesize(stage4))).toHaveLength(2);
  expect(services(synthesize({ stage: 4 }))).toHaveLength(1);
});

const open = (before: Context, after: Context) => {
  const { changes, risks } = compareStacks(deployed(before), deployed(after));
  return { changes, risks: risks.filter(({ allowed }) => allowed === undefined) };
};

test.each([
  ['3 → 4, bridge in', { stage: 3 }, { ...stage4, from: 3 }],
  ['3 → 4, bridge out', { ...stage4, from: 3 }, stage4],
  ['4 → 5, bridge in', { ...stage4, ...DOMAIN }, { ...stage5, from: 4 }],
  ['4 → 5, bridge out', { ...stage5, from: 4 }, stage5],
  ['5 → 6, bridge in', stage5, { ...stage6, from: 5 }],
  ['5 → 6, bridge out', { ...stage6, from: 5 }, stage6],
  ['5 → 6, direct', stage5, stage6],
  ['a region more', stage6, three],
])('%s passes the gate with a table of sessions', (_, before, after) => {
  expect(open(before, after).risks).toEqual([]);
});

test.each([
  ['two regions more', stage5, three],
  ['two regions less', three, { ...stage6, regions: 'us-east-1,sa-east-1' }],
])('%s in one deployment is refused: AWS takes one replica in each update', (_, before, after) => {
  expect(open(before, after).risks).toContainEqual(
    expect.objectContaining({ rule: 'refused-update', path: FOUND, message: expect.stringContaining('one replica in each update') }),
  );
});

test('from Valkey to the table: the gate stops, and says that everybody is signed out once', () => {
  const { changes, risks } = open({ stage: 4 }, stage4);
  expect(risks.map(({ rule, path }) => [rule, path])).toContainEqual(['deleted-with-snapshot', 'Architecture/Sessions/Group']);
  expect(noticesOf(changes)).toContainEqual(['Downtime', expect.stringMatching(/^Architecture\/Sessions\/Group: .*is signed out once$/)]);
});

test('from the table to Valkey: the gate stops, and the table is retained', () => {
  const { changes, risks } = open(stage4, { stage: 4 });
  expect(risks.map(({ rule, path }) => [rule, path])).toEqual([['not-in-one-step', FOUND]]);
  expect(changes.find(({ path }) => path === FOUND)?.fate).toBe('retained');
});

test('a lesson may be deleted with its sessions', () => {
  const { Properties, DeletionPolicy } = tableOf({ ...stage4, profile: 'lesson' });
  expect([DeletionPolicy, Properties.Replicas[0].DeletionProtectionEnabled]).toEqual(['Delete', false]);
});

test.each([1, 2, 3])('stage %i has no use for the key, and says so', (stage) => {
  const { app, resources } = synthesize({ stage, ...table });
  expect(ofType(resources, TABLE)).toEqual({});
  const said = app.node.findAll().flatMap(({ node }) => node.metadata.map(({ data }) => String(data)));
  expect(said).toContain(`sessions is not used at stage ${stage}`);
});

test.each([
  [stage4, 250_000, 1],
  [stage6, 2_000_000, 2],
])('the price of %j: a read for each request that reaches a server, a sign-in a week in every region', (context, users, regions) => {
  const { lines } = estimate(deployed(context), usageOf(context.stage));
  const costs = Object.fromEntries(lines.filter(({ type }) => type === TABLE).map(({ what, expected }) => [what, expected]));
  expect(costs.reads).toBeCloseTo(((users * 100 * 0.2) / 1e6) * 0.125, 6);
  expect(costs.writes).toBeCloseTo(((users * 4) / 1e6) * regions * 0.625, 6);
  expect(costs.storage).toBeCloseTo(users * 1e-6 * regions * 0.25, 6);
});
