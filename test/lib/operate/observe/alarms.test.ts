import { runInNewContext } from 'node:vm';
import { App, Duration } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Application, type Blueprint, RegionalStack, ServerRecovery, WebArchitecture, type WebArchitectureProps } from '../../../../lib';
import { stages } from '../../../../stages';
import { FLAGS, type Resource, emptyApplication, ofType, resourcesOf } from '../../../support/synth';

const app = Application.selfConfigured(emptyApplication());

function templateWith(blueprint: Blueprint, props: Partial<WebArchitectureProps> = {}): Template {
  const stack = new RegionalStack(new App({ context: FLAGS }), 'Test', { region: 'us-east-1' });
  new WebArchitecture(stack, 'Architecture', { name: 'webapp', blueprint, app, ...props });
  return Template.fromStack(stack);
}

/** Whether an alarm of burn rates would ring, given sums and statistics of its period. */
function rings(resources: Record<string, Resource>, alarm: RegExp, values: Record<string, number>): boolean {
  const [, { Properties }] = Object.entries(ofType(resources, 'AWS::CloudWatch::Alarm')).find(([id]) => alarm.test(id))!;
  const [{ Expression }] = Properties.Metrics as { Expression: string }[];
  const language = {
    IF: (condition: boolean, yes: number, no: number) => (condition ? yes : no),
    FILL: (value: number | undefined, otherwise: number) => value ?? otherwise,
  };
  const ids = (Properties.Metrics as { Id: string }[]).slice(1).map(({ Id }) => [Id, values[Id]]);
  const value = runInNewContext(Expression, { ...language, ...Object.fromEntries(ids) }) as number;
  return Number.isFinite(value) && value > Properties.Threshold;
}

describe('burn rates of a fleet that promises 99.9 %', () => {
  const resources = resourcesOf(templateWith(stages.statelessTier));
  const hour = /AlarmsErrorsFastHour/;

  test.each([
    ['14.4 times the budget and a little more', { requests: 1_000, target: 15 }, true],
    ['14 times the budget', { requests: 1_000, target: 14 }, false],
    ['errors of the load balancer alone, which are among no requests', { requests: 1_000, own: 15 }, true],
    ['half of very few requests', { requests: 10, target: 5 }, false],
    ['no errors', { requests: 1_000 }, false],
    ['no requests', {}, false],
  ])('an hour with %s', (_, values, expected) => {
    expect(rings(resources, hour, values)).toBe(expected);
  });

  test('the short window still rings with few requests: it only tells that it goes on', () => {
    expect(rings(resources, /AlarmsErrorsFastFiveMinutes/, { requests: 10, target: 1 })).toBe(true);
  });

  test('six hours ring at six times the budget', () => {
    expect(rings(resources, /AlarmsErrorsSlowSixHours/, { requests: 10_000, target: 61 })).toBe(true);
    expect(rings(resources, /AlarmsErrorsSlowSixHours/, { requests: 10_000, target: 60 })).toBe(false);
  });

  test('slow answers: fewer than 99 % within a second', () => {
    expect(rings(resources, /AlarmsSlownessFastHour/, { requests: 1_000, fast: 85 })).toBe(true);
    expect(rings(resources, /AlarmsSlownessFastHour/, { requests: 1_000, fast: 86 })).toBe(false);
  });
});

test('windows and thresholds are those of the SRE Workbook, for each objective', () => {
  const table = (template: Template): unknown =>
    Object.entries(ofType(resourcesOf(template), 'AWS::CloudWatch::Alarm'))
      .filter(([id]) => /Alarms(?:Errors|Slowness)/.test(id))
      .map(([id, { Properties }]) => {
        const [, stat] = Properties.Metrics as { MetricStat: { Period: number } }[];
        return `${id.replace(/^ArchitectureAlarms|[0-9A-F]{8}$/g, '')} ${stat.MetricStat.Period / 60} min: ${Properties.Threshold} %`;
      });
  expect(table(templateWith(stages.singleServer))).toEqual([
    'ErrorsFastHour 60 min: 7.2 %',
    'ErrorsFastFiveMinutes 5 min: 7.2 %',
    'ErrorsSlowSixHours 360 min: 3 %',
    'ErrorsSlowHalfHour 30 min: 3 %',
    'SlownessFastHour 60 min: 14.4 %',
    'SlownessFastFiveMinutes 5 min: 14.4 %',
    'SlownessSlowSixHours 360 min: 6 %',
    'SlownessSlowHalfHour 30 min: 6 %',
  ]);
  const objectives = { availability: 99.95, latency: Duration.millis(300), fastShare: 95 };
  const strict = templateWith(stages.statelessTier, { objectives });
  expect(table(strict)).toEqual(expect.arrayContaining(['ErrorsFastHour 60 min: 0.72 %', 'SlownessSlowHalfHour 30 min: 30 %']));
  strict.hasResourceProperties('AWS::CloudWatch::Alarm', {
    Metrics: Match.arrayWith([Match.objectLike({ MetricStat: Match.objectLike({ Stat: 'PR(:0.3)' }) })]),
  });
});

test.each<[Partial<WebArchitectureProps>, RegExp]>([
  [{ objectives: { availability: 100 } }, /^objectives.availability 100 is not possible: type a percentage above 93.1 and below 100/],
  [{ objectives: { fastShare: 90 } }, /^objectives.fastShare 90 is not possible/],
  [{ objectives: { latency: Duration.seconds(0) } }, /^objectives.latency 0 is not possible/],
  [{ budget: 0 }, /^budget 0 is not possible: type US dollars a month, such as 500/],
  [{ alarmEmail: 'nobody' }, /^alarmEmail nobody is not an address: type one such as ops@example.com/],
])('%j is refused in one line', (props, line) => {
  expect(() => templateWith(stages.singleServer, props)).toThrow(line);
});

test('an address is subscribed to the one topic', () => {
  const template = templateWith(stages.singleServer, { alarmEmail: 'ops@example.com' });
  template.resourceCountIs('AWS::SNS::Topic', 1);
  template.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'ops@example.com' });
  templateWith(stages.singleServer).resourceCountIs('AWS::SNS::Subscription', 0);
});

test('a budget tells the topic, and both topic and key let AWS Budgets in', () => {
  const template = templateWith(stages.singleServer, { budget: 500 });
  const [subscriber] = [Match.objectLike({ SubscriptionType: 'SNS', Address: { Ref: Match.stringLikeRegexp('ObserveAlarms') } })];
  template.hasResourceProperties('AWS::Budgets::Budget', {
    Budget: { BudgetName: 'webapp', BudgetType: 'COST', TimeUnit: 'MONTHLY', BudgetLimit: { Amount: 500, Unit: 'USD' } },
    NotificationsWithSubscribers: ['FORECASTED', 'ACTUAL'].map((NotificationType) => ({
      Notification: { NotificationType, ComparisonOperator: 'GREATER_THAN', Threshold: 100, ThresholdType: 'PERCENTAGE' },
      Subscribers: [subscriber],
    })),
  });
  const resources = resourcesOf(template);
  const admits = (policy: unknown): boolean => JSON.stringify(policy).includes('budgets.amazonaws.com');
  expect(Object.values(ofType(resources, 'AWS::KMS::Key')).filter(({ Properties }) => admits(Properties.KeyPolicy))).toHaveLength(1);
  expect(Object.values(ofType(resources, 'AWS::SNS::TopicPolicy')).filter(({ Properties }) => admits(Properties))).toHaveLength(1);
  templateWith(stages.singleServer).resourceCountIs('AWS::Budgets::Budget', 0);
});

test('what happens to data is held back while users suffer', () => {
  const resources = resourcesOf(templateWith(stages.statelessTier));
  const [, data] = Object.entries(ofType(resources, 'AWS::CloudWatch::CompositeAlarm')).find(([id]) => id.includes('AtRisk'))!;
  const { 'Fn::GetAtt': suppressor } = data.Properties.ActionsSuppressor as { 'Fn::GetAtt': [string, string] };
  expect(suppressor[0]).toMatch(/^ArchitectureAlarmsUsers/);
});

test('a server is brought back without a word, unless somebody wants one', () => {
  const stack = new RegionalStack(new App({ context: FLAGS }), 'Test', { region: 'us-east-1' });
  const architecture = new WebArchitecture(stack, 'Architecture', { name: 'webapp', blueprint: stages.singleServer, app });
  const { systemAlarm } = new ServerRecovery(stack, 'Recovery', { instance: architecture.web.server!.instance });
  const { Properties } = resourcesOf(Template.fromStack(stack))[stack.getLogicalId(systemAlarm.node.defaultChild as never)];
  expect(JSON.stringify(Properties.AlarmActions)).toMatch(/ec2:recover/);
  expect(Properties.AlarmActions).toHaveLength(1);
});
