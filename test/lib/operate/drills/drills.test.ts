import { TimeZone } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { AwsSolutionsChecks } from 'cdk-nag';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stages } from '../../../../stages';
import { type Resource, ofType, resourcesOf } from '../../../support/synth';
import { build, ofStage } from './build';

const DOCS = join(__dirname, '../../../../docs/drills');
const ARCHITECTURES = ['singleServer', 'privateDatabase', 'readPath', 'statelessTier', 'dataScaling', 'multiRegion'] as const;

/** Of each action that is used: what it is done to and what it must be told, as the actions reference of the FIS user guide says. */
const ACTIONS: Record<string, { readonly target?: [string, string]; readonly parameters: string[] }> = {
  'aws:ec2:asg-insufficient-instance-capacity-error': {
    target: ['AutoScalingGroups', 'aws:ec2:autoscaling-group'],
    parameters: ['availabilityZoneIdentifiers', 'duration', 'percentage'],
  },
  'aws:ec2:send-spot-instance-interruptions': {
    target: ['SpotInstances', 'aws:ec2:spot-instance'],
    parameters: ['durationBeforeInterruption'],
  },
  'aws:ec2:terminate-instances': { target: ['Instances', 'aws:ec2:instance'], parameters: [] },
  'aws:elasticache:replicationgroup-interrupt-az-power': {
    target: ['ReplicationGroups', 'aws:elasticache:replicationgroup'],
    parameters: ['duration'],
  },
  'aws:network:disrupt-connectivity': { target: ['Subnets', 'aws:ec2:subnet'], parameters: ['duration', 'scope'] },
  'aws:rds:failover-db-cluster': { target: ['Clusters', 'aws:rds:cluster'], parameters: [] },
  'aws:rds:reboot-db-instances': { target: ['DBInstances', 'aws:rds:db'], parameters: ['forceFailover?'] },
  'aws:s3:bucket-pause-replication': { target: ['Buckets', 'aws:s3:bucket'], parameters: ['duration', 'region'] },
  'aws:ssm:start-automation-execution': { parameters: ['documentArn', 'maxDuration'] },
};

/** Types that FIS finds by tags alone. */
const TAGS_ONLY = ['aws:elasticache:replicationgroup', 'aws:s3:bucket'];

interface Action {
  readonly ActionId: string;
  readonly Parameters?: Record<string, unknown>;
  readonly Targets?: Record<string, string>;
}

const templatesOf = (resources: Record<string, Resource>): Resource[] => Object.values(ofType(resources, 'AWS::FIS::ExperimentTemplate'));
const titlesOf = (name: (typeof ARCHITECTURES)[number]): string[] => ofStage(name).drills.drills.map(({ title }) => title);

test('each architecture has the drills of its tiers, and those of the one before unless the part is gone', () => {
  expect(titlesOf('singleServer')).toEqual([]);
  expect(titlesOf('privateDatabase')).toEqual(['fail-over-database']);
  expect(titlesOf('readPath')).toEqual(['fail-over-database', 'fail-cache']);
  const fleet = ['fail-cache', 'fail-sessions', 'kill-server', 'interrupt-spot', 'lose-zone'];
  expect(titlesOf('statelessTier')).toEqual(['fail-over-database', ...fleet]);
  const sharded = [...fleet, 'fail-over-orders', 'fail-shard', 'poison-jobs'];
  expect(titlesOf('dataScaling')).toEqual(sharded);
  expect(titlesOf('multiRegion')).toEqual([...sharded, 'lose-region']);
});

test('every drill has a page that says what a pass is, and every page is in the list', () => {
  const titles = [...new Set(ARCHITECTURES.flatMap(titlesOf))].sort();
  const pages = readdirSync(DOCS).filter((page) => page !== 'README.md');
  expect(pages.sort()).toEqual(titles.map((title) => `${title}.md`));
  const contents = readFileSync(join(DOCS, 'README.md'), 'utf8');
  for (const title of titles) {
    expect(contents).toContain(`(${title}.md)`);
    const page = readFileSync(join(DOCS, `${title}.md`), 'utf8');
    for (const heading of [
      'Hypothesis',
      'What it does',
      'What to watch',
      'A pass',
      'Run it',
      'Stop it',
      'On this machine',
      'Not proven on AWS',
    ])
      expect([title, page]).toEqual([title, expect.stringContaining(`**${heading}.**`)]);
    expect(page).toContain(`webapp-${title}'`);
  }
});

describe.each(ARCHITECTURES.slice(1))('%s', (name) => {
  const { resources } = ofStage(name);

  test('every action is one that FIS has, done to what it takes, and told what it must be', () => {
    for (const { Properties } of templatesOf(resources)) {
      const { Actions, Targets } = Properties as { Actions: Record<string, Action>; Targets: Record<string, { ResourceType: string }> };
      for (const { ActionId, Parameters = {}, Targets: on = {} } of Object.values(Actions)) {
        const { target, parameters } = ACTIONS[ActionId];
        const kinds = Object.entries(on).map(([kind, targetName]) => [kind, Targets[targetName].ResourceType]);
        expect([ActionId, kinds]).toEqual([ActionId, target ? [target] : []]);
        const required = parameters.filter((parameter) => !parameter.endsWith('?'));
        expect(Object.keys(Parameters)).toEqual(expect.arrayContaining(required));
        expect(parameters.map((parameter) => parameter.replace('?', ''))).toEqual(expect.arrayContaining(Object.keys(Parameters)));
      }
      const used = Object.values(Actions).flatMap(({ Targets: on = {} }) => Object.values(on));
      expect([...new Set(used)].sort()).toEqual(Object.keys(Targets).sort());
    }
  });

  test('targets are given as FIS takes them: by at most five ARNs, or by tags where it takes nothing else', () => {
    const targets = templatesOf(resources).flatMap(({ Properties }) => Object.values(Properties.Targets as Record<string, any>)); // eslint-disable-line @typescript-eslint/no-explicit-any -- templates have no type
    for (const { ResourceType, ResourceArns = [], ResourceTags, Parameters } of targets) {
      expect(ResourceArns.length).toBeLessThanOrEqual(5);
      if (TAGS_ONLY.includes(String(ResourceType))) expect(ResourceTags).toBeDefined();
      // FIS takes parameters together with tags alone.
      if (Parameters) expect(ResourceArns).toEqual([]);
    }
  });

  test('every drill stops on the alarm, is logged, and is known by name', () => {
    for (const { Properties } of templatesOf(resources)) {
      // What is dark rings: nothing of the region itself can stop the drill that makes it dark.
      expect(Properties.StopConditions).toEqual(
        Properties.Tags.Name === 'webapp-lose-region'
          ? [{ Source: 'none' }]
          : [{ Source: 'aws:cloudwatch:alarm', Value: { 'Fn::GetAtt': [expect.stringMatching(/^Alarm/), 'Arn'] } }],
      );
      const log = Properties.LogConfiguration.CloudWatchLogsConfiguration.LogGroupArn as { 'Fn::GetAtt': string[] };
      expect(resources[log['Fn::GetAtt'][0]].Properties).toMatchObject({ LogGroupName: '/webapp/drills', KmsKeyId: expect.anything() });
      expect(Properties.Tags).toEqual({ Name: expect.stringMatching(/^webapp-[a-z-]+$/), 'stagecraft:name': 'webapp' });
      expect(Properties.Targets).toBeDefined();
    }
  });
});

test.each(['statelessTier', 'multiRegion'] as const)('AwsSolutions finds nothing that is not acknowledged: %s', (name) => {
  const { app, stack } = ofStage(name);
  const { violations } = new AwsSolutionsChecks(app).validateScope(stack);
  const open = violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(({ constructPath, resourceLogicalId }) => `${constructPath ?? resourceLogicalId ?? ''}: ${ruleName}`),
  );
  expect(open.filter((finding) => finding.includes('Drills'))).toEqual([]);
});

test('nothing starts by itself, unless it is scheduled: then by a role that starts this one drill', () => {
  Template.fromStack(ofStage('statelessTier').stack).resourceCountIs('AWS::Scheduler::Schedule', 0);
  const when = ScheduleExpression.cron({ weekDay: 'TUE', hour: '10', minute: '0', timeZone: TimeZone.EUROPE_BERLIN });
  const { stack, drills } = build(stages.statelessTier, { schedule: [{ drill: 'kill-server', when }] });
  const template = Template.fromStack(stack);
  const [drill] = drills.drills.filter(({ title }) => title === 'kill-server').map((one) => stack.resolve(one.template.attrId) as unknown);
  template.hasResourceProperties('AWS::Scheduler::Schedule', {
    ScheduleExpression: 'cron(0 10 ? * TUE *)',
    ScheduleExpressionTimezone: 'Europe/Berlin',
    Target: Match.objectLike({
      Arn: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':scheduler:::aws-sdk:fis:startExperiment']] },
      Input: { 'Fn::Join': ['', ['{"ClientToken":"<aws.scheduler.execution-id>","ExperimentTemplateId":"', drill, '"}']] },
    }),
  });
  template.hasResourceProperties('AWS::IAM::Policy', {
    PolicyDocument: Match.objectLike({ Statement: [Match.objectLike({ Action: 'fis:StartExperiment' })] }),
  });
  expect(stack.resolve(drills.drills[3].startCommand)).toMatchObject({
    'Fn::Join': ['', [expect.stringMatching(/^aws fis start-experiment --region us-east-1 --experiment-template-id $/), drill]],
  });
});

test('what can’t be is refused in one line', () => {
  const when = ScheduleExpression.cron({});
  expect(() => build(stages.readPath, { schedule: [{ drill: 'kill-serve', when }] })).toThrow(
    /^drill=kill-serve is not one of this architecture: allowed are fail-over-database, fail-cache$/,
  );
  const { stack } = ofStage('readPath');
  const alarms = Array.from({ length: 6 }, (_, n) => cloudwatch.Alarm.fromAlarmArn(stack, `Alarm${n}`, 'arn:aws:cloudwatch:::alarm:a'));
  expect(() => build(stages.readPath, { stopOn: alarms })).toThrow(/^stopOn of 6 alarms is not possible: a drill stops on 5 at the most/);
  expect(() => build(stages.statelessTier, { zone: 'us-east-1f' })).toThrow(
    /^zone=us-east-1f is not in this network: allowed are us-east-1a/,
  );
});

test('a further region has the drills of its own tiers: its copies of databases have no writer that could fail over', () => {
  const { stack, drills } = build(stages.multiRegion, {}, 'eu-west-1');
  expect(drills.drills.map(({ title }) => title)).toEqual([
    ...['fail-cache', 'fail-sessions', 'kill-server', 'interrupt-spot', 'lose-zone'],
    ...['poison-jobs', 'lose-region'],
  ]);
  const region = templatesOf(resourcesOf(Template.fromStack(stack))).find(
    ({ Properties }) => Properties.Tags.Name === 'webapp-lose-region',
  )!;
  expect(Object.keys(region.Properties.Actions as object)).toEqual(['CutOff', 'PauseCopies-us-east-1', 'PauseCopies-sa-east-1']);
});

test('an alarm on what users of all regions feel stops the loss of one', () => {
  const { stack } = ofStage('multiRegion');
  const worldwide = cloudwatch.Alarm.fromAlarmArn(stack, 'Worldwide', 'arn:aws:cloudwatch:us-east-1:111111111111:alarm:worldwide');
  const template = Template.fromStack(build(stages.multiRegion, { stopRegionOn: [worldwide] }).stack);
  template.hasResourceProperties('AWS::FIS::ExperimentTemplate', {
    StopConditions: [{ Source: 'aws:cloudwatch:alarm', Value: worldwide.alarmArn }],
    Tags: Match.objectLike({ Name: 'webapp-lose-region' }),
  });
});

test('a zone is lost as a whole: its three subnets and no other', () => {
  const { resources } = ofStage('statelessTier');
  const zone = templatesOf(resources).find(({ Properties }) => Properties.Tags.Name === 'webapp-lose-zone')!;
  const subnets = (zone.Properties.Targets.Subnets.ResourceArns as unknown[]).map(
    (arn) => /"Ref":"(\w+Subnet\w+)"/.exec(JSON.stringify(arn))?.[1] ?? '',
  );
  expect(subnets.map((id) => resources[id].Properties.AvailabilityZone as unknown)).toEqual(['us-east-1a', 'us-east-1a', 'us-east-1a']);
  expect(new Set(subnets).size).toBe(3);
});
