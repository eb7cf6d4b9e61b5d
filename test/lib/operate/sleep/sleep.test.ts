import { DOMAIN, ofType, type Resource, satellites, synthesize } from '../../../support/synth';
import { Template } from 'aws-cdk-lib/assertions';
import { resourcesOf } from '../../../support/synth';

const awake = 'Mon-Fri 08:00-18:00 Europe/Berlin';
const DAYS = 'MON,TUE,WED,THU,FRI';
const GLOBAL = { ...DOMAIN, regions: 'us-east-1,eu-west-1' };

interface Call {
  readonly when: string;
  readonly api: string;
  readonly what: string;
}

/** What EventBridge Scheduler calls, by whom it is called for. */
function calls(resources: Readonly<Record<string, Resource>>): Call[] {
  return Object.values(ofType(resources, 'AWS::Scheduler::Schedule'))
    .filter(
      ({ Properties }) =>
        JSON.stringify(Properties.Target.Input).includes('Identifier') || JSON.stringify(Properties).includes('InstanceIds'),
    )
    .map(({ Properties }) => {
      const { Target, ScheduleExpression, ScheduleExpressionTimezone } = Properties;
      expect(ScheduleExpressionTimezone).toBe('Europe/Berlin');
      const [, api] = /aws-sdk:(\w+:\w+)"/.exec(JSON.stringify(Target.Arn))!;
      const [, what] = /"Ref":"(\w+?)[0-9A-F]{8}"/.exec(JSON.stringify(Target.Input))!;
      return { when: ScheduleExpression as string, api, what };
    });
}

function groups(resources: Readonly<Record<string, Resource>>): (readonly [recurrence: string, min: number, max: number])[] {
  return Object.values(ofType(resources, 'AWS::AutoScaling::ScheduledAction')).map(({ Properties }) => {
    expect(Properties.TimeZone).toBe('Europe/Berlin');
    return [Properties.Recurrence, Properties.MinSize, Properties.MaxSize] as const;
  });
}

const SERVER: Call[] = [
  { when: `cron(45 7 ? * ${DAYS} *)`, api: 'ec2:startInstances', what: 'ArchitectureServerInstance' },
  { when: 'cron(0 18 ? * * *)', api: 'ec2:stopInstances', what: 'ArchitectureServerInstance' },
];
const early = (kind: string, what: string): Call[] => [
  { when: `cron(30 7 ? * ${DAYS} *)`, api: kind.replace('*', 'start'), what },
  { when: 'cron(15 18 ? * * *)', api: kind.replace('*', 'stop'), what },
];

test('a single server sleeps; the database wakes before it and stops after it', () => {
  expect(calls(synthesize({ stage: 1, awake }).resources)).toEqual(SERVER);
  expect(calls(synthesize({ stage: 2, awake }).resources)).toEqual([
    ...early('rds:*DBInstance', 'ArchitectureDatabaseInstance'),
    ...SERVER,
  ]);
});

test('a database with replicas can’t be stopped: said, with what to type', () => {
  const { resources, app, primary } = synthesize({ stage: 3, awake });
  expect(calls(resources)).toEqual(SERVER);
  const said = primary.node.findAll().flatMap(({ node }) => node.metadata.map(({ data }) => String(data)));
  expect(said).toContainEqual(
    expect.stringContaining('awake does not stop the database: RDS stops none that has read replicas; type -c replicas=0'),
  );
  expect(app).toBeDefined();
  const alone = synthesize({ stage: 3, awake, replicas: 0 }).resources;
  expect(calls(alone)).toEqual([...early('rds:*DBInstance', 'ArchitectureDatabaseInstance'), ...SERVER]);
});

test('a fleet and workers go to nobody, and scaling can bring nobody back; a NAT instance wakes before them', () => {
  const { resources } = synthesize({ stage: 5, awake, nat: 'instance', fleet: '3-7', database: 'cluster' });
  expect(groups(resources)).toEqual([
    [`45 7 * * ${DAYS}`, 3, 7],
    ['0 18 * * *', 0, 0],
    [`45 7 * * ${DAYS}`, 0, 10],
    ['0 18 * * *', 0, 0],
  ]);
  expect(calls(resources)).toEqual([
    ...early('rds:*DBCluster', 'ArchitectureClusterCoreCluster'),
    ...early('ec2:*Instances', 'ArchitectureNetworkVpcPublicSubnet1NatInstance'),
  ]);
});

test('every cluster has its own calls, beyond the eighth in its own stack, and the role fits into a policy', () => {
  const synthesized = synthesize({ stage: 5, awake, shards: 40 });
  const shards = satellites(synthesized).map((stack) => resourcesOf(Template.fromStack(stack)));
  expect([synthesized.resources, ...shards].map((resources) => calls(resources).length)).toEqual([20, 64]);
  const [, beyond] = [synthesized.resources, ...shards];
  expect(Object.keys(beyond).length).toBeLessThan(500);
  const [policy] = Object.values(ofType(beyond, 'AWS::IAM::Policy')).filter(({ Properties }) =>
    JSON.stringify(Properties).includes('StopDBCluster'),
  );
  const text = JSON.stringify(policy.Properties.PolicyDocument).replace(/\{"Fn::Join":\["",\[(.*?)\]\]\}/g, '"$1"');
  expect(text.length).toBeLessThan(10_240);
});

test('clusters that pause by themselves need no call; those of a global database have none', () => {
  expect(calls(synthesize({ stage: 5, profile: 'lesson', awake, nat: 1 }).resources)).toEqual([]);
  const two = synthesize({ stage: 6, ...GLOBAL, awake });
  expect(calls(two.resources)).toEqual([]);
  expect(groups(two.resources)).toHaveLength(4);
  const [further] = satellites(two).filter(({ stackName }) => stackName === 'webapp-eu-west-1');
  expect(groups(resourcesOf(Template.fromStack(further)))).toHaveLength(4);
});

test('alarms on users and data are quiet meanwhile, and one on a certificate is not', () => {
  const { resources } = synthesize({ stage: 4, awake, ...DOMAIN });
  const rules = Object.values(ofType(resources, 'AWS::CloudWatch::AlarmMuteRule')).map(({ Properties }) => Properties);
  expect(rules.map(({ Rule }) => Rule.Schedule)).toEqual([
    { Expression: `cron(0 18 * * ${DAYS})`, Duration: 'PT7H', Timezone: 'Europe/Berlin' },
    { Expression: `cron(0 0 * * ${DAYS})`, Duration: 'PT8H5M', Timezone: 'Europe/Berlin' },
    { Expression: 'cron(0 0 * * SAT,SUN)', Duration: 'P1DT1H', Timezone: 'Europe/Berlin' },
  ]);
  for (const { MuteTargets } of rules) {
    expect((MuteTargets.AlarmNames as { Ref: string }[]).map(({ Ref }) => Ref.slice(0, -8))).toEqual([
      'ArchitectureAlarmsUsers',
      'ArchitectureAlarmsAtRisk',
    ]);
  }
  expect(ofType(synthesize({ stage: 4, awake, monitoring: 'none' }).resources, 'AWS::CloudWatch::AlarmMuteRule')).toEqual({});
});

test('what happens once a day or a week falls into its hours', () => {
  const { resources } = synthesize({ stage: 2, awake });
  const [database] = Object.values(ofType(resources, 'AWS::RDS::DBInstance'));
  expect(database.Properties).toMatchObject({ PreferredBackupWindow: '15:00-15:30', PreferredMaintenanceWindow: 'mon:15:30-mon:16:00' });
  const patches = Object.values(ofType(resources, 'AWS::SSM::Association')).map(
    ({ Properties }) => Properties.ScheduleExpression as string,
  );
  expect(patches).toContain('cron(30 15 ? * MON *)');
});

test('the schedules may start and stop what sleeps, and let EC2 use the key of its volume, and nothing else', () => {
  const { resources } = synthesize({ stage: 2, awake });
  const statements = Object.entries(ofType(resources, 'AWS::IAM::Policy'))
    .filter(([id]) => id.startsWith('ArchitectureSleep'))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement as { Action: string | string[]; Resource: unknown }[]);
  expect(statements.map(({ Action }) => Action)).toEqual([
    ['rds:StartDBInstance', 'rds:StopDBInstance'],
    ['ec2:StartInstances', 'ec2:StopInstances'],
    'kms:CreateGrant',
  ]);
  expect(JSON.stringify(statements.map(({ Resource }) => Resource))).not.toContain('*');
});
