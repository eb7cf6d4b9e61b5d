import { Plan } from '../../../tools/pricing/plan';
import { alwaysAwake, awakeShare, sleeps } from '../../../tools/pricing/sleep';
import type { Json, Resource } from '../../../tools/shared/template';
import { stack } from './stacks';

const server: Resource = { Type: 'AWS::EC2::Instance', Properties: { InstanceType: 't4g.small' } };
const call = (
  verb: string,
  ScheduleExpression: string,
  Input: Json = { 'Fn::Join': ['', ['{"InstanceIds":["', { Ref: 'Server' }, '"]}']] },
): Resource => ({
  Type: 'AWS::Scheduler::Schedule',
  Properties: { ScheduleExpression, Target: { Arn: `arn:aws:scheduler:::aws-sdk:ec2:${verb}Instances`, Input } },
});

/** Hours of a week that the server runs with these schedules. */
function hours(schedules: Readonly<Record<string, Resource>>): number {
  const plan = new Plan([stack({ Server: server, ...schedules })]);
  return awakeShare(plan.of('AWS::EC2::Instance')[0], plan) * 168;
}

test.each([
  ['cron(0 8 ? * MON-FRI *)', 'cron(0 18 ? * * *)', 50],
  ['cron(0 8 ? * 2-6 *)', 'cron(0 18 ? * 2-6 *)', 50],
  ['cron(0 22 * * ? *)', 'cron(30 5 * * ? *)', 52.5],
  ['cron(0 20 ? * SUN *)', 'cron(0 8 ? * MON *)', 12],
  ['cron(0 8 ? * MON,WED *)', 'cron(0 12 ? * WED *)', 52],
])('started by %s and stopped by %s it runs %d hours a week', (start, stop, expected) => {
  expect(hours({ Start: call('start', start), Stop: call('stop', stop) })).toBeCloseTo(expected, 9);
});

test('what is not understood, and what concerns another, changes nothing', () => {
  const start = call('start', 'cron(0 8 ? * MON-FRI *)');
  expect(hours({ Start: start })).toBe(168);
  expect(hours({ Start: start, Stop: call('stop', 'rate(1 day)') })).toBe(168);
  expect(hours({ Start: start, Stop: call('stop', 'cron(0 18 1 * ? *)') })).toBe(168);
  expect(hours({ Start: start, Stop: call('stop', 'cron(0 18 ? * * *)', '{"InstanceIds":["i-1"]}') })).toBe(168);
});

test('a group of Auto Scaling counts Sunday as 0', () => {
  const action = (Recurrence: string, MaxSize: number): Resource => ({
    Type: 'AWS::AutoScaling::ScheduledAction',
    Properties: { AutoScalingGroupName: { Ref: 'Group' }, Recurrence, MaxSize },
  });
  const stacks = [
    stack({ Group: { Type: 'AWS::AutoScaling::AutoScalingGroup' }, Up: action('0 8 * * 1-5', 4), Down: action('0 18 * * *', 0) }),
  ];
  const plan = new Plan(stacks);
  expect(awakeShare(plan.of('AWS::AutoScaling::AutoScalingGroup')[0], plan) * 168).toBeCloseTo(50, 9);
  expect(sleeps(stacks)).toBe(true);
  expect(sleeps(alwaysAwake(stacks))).toBe(false);
});
