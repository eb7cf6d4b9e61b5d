import type { Resource, StackTemplate } from '../shared/template';
import { type Item, Plan, at, numberAt, textAt } from './plan';

const DAY = 24 * 60;
const WEEK = 7 * DAY;
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const CALL = /:aws-sdk:\w+:(start|stop)(?:Instances|DBInstance|DBCluster)\b/;
const SCHEDULE = 'AWS::Scheduler::Schedule';
const ACTION = 'AWS::AutoScaling::ScheduledAction';

interface Change {
  /** Minute of the week, from Sunday at 00:00. */
  readonly minute: number;
  readonly runs: boolean;
}

/** Share of the week in which a server, a group, a database or a cluster runs: what EventBridge Scheduler and Auto Scaling stop costs no hours. */
export function awakeShare(item: Item, plan: Plan): number {
  const schedules = plan.of(SCHEDULE, item.stack).flatMap((schedule) => {
    const call = CALL.exec(JSON.stringify(at(schedule, 'Target', 'Arn') ?? ''));
    const isIts = plan.target(at(schedule, 'Target', 'Input'), schedule)?.id === item.id;
    return call && isIts ? changes(textAt(schedule, 'ScheduleExpression'), call[1] === 'start', 1) : [];
  });
  const actions = plan.of(ACTION, item.stack).flatMap((action) => {
    const isIts = plan.target(at(action, 'AutoScalingGroupName'), action)?.id === item.id;
    return isIts ? changes(textAt(action, 'Recurrence'), numberAt(action, 1, 'MaxSize') > 0, 0) : [];
  });
  return shareOf([...schedules, ...actions]);
}

/** The same deployment, awake all week. */
export function alwaysAwake(stacks: readonly StackTemplate[]): StackTemplate[] {
  const isKept = ({ Type, Properties }: Resource): boolean =>
    Type !== ACTION && !(Type === SCHEDULE && CALL.test(JSON.stringify(Properties?.Target ?? '')));
  return stacks.map((stack) => ({
    ...stack,
    template: {
      ...stack.template,
      Resources: Object.fromEntries(Object.entries(stack.template.Resources).filter(([, resource]) => isKept(resource))),
    },
  }));
}

/** Whether anything is stopped and started by a schedule. */
export function sleeps(stacks: readonly StackTemplate[]): boolean {
  const count = (all: readonly StackTemplate[]): number =>
    all.reduce((sum, { template }) => sum + Object.keys(template.Resources).length, 0);
  return count(alwaysAwake(stacks)) < count(stacks);
}

/** The same deployment as `-c awake="Mon-Fri 08:00-18:00 …"` makes it. */
export function officeHours(stacks: readonly StackTemplate[]): StackTemplate[] {
  if (sleeps(stacks)) return [...stacks];
  const plan = new Plan(stacks);
  const isGlobal = plan.of('AWS::RDS::GlobalCluster').length > 0;
  return stacks.map((stack) => {
    const replicated = plan.of('AWS::RDS::DBInstance', stack).map((one) => plan.target(at(one, 'SourceDBInstanceIdentifier'), one)?.id);
    const stops = (item: Item): Record<string, Resource> => {
      const { id, resource } = item;
      if (resource.Type === 'AWS::EC2::Instance') {
        return called(id, 'ec2', 'Instances', at(item, 'SourceDestCheck') === false ? EARLY : LATE);
      }
      if (resource.Type === 'AWS::AutoScaling::AutoScalingGroup') return scaled(id);
      if (resource.Type === 'AWS::RDS::DBCluster') return isGlobal ? {} : called(id, 'rds', 'DBCluster', EARLY);
      const isAlone = ['DBClusterIdentifier', 'SourceDBInstanceIdentifier'].every((name) => at(item, name) === undefined);
      return resource.Type === 'AWS::RDS::DBInstance' && isAlone && !replicated.includes(id) ? called(id, 'rds', 'DBInstance', EARLY) : {};
    };
    const added = plan.items.filter((item) => item.stack === stack).map(stops);
    const Resources = added.reduce((all, some) => ({ ...all, ...some }), stack.template.Resources);
    return { ...stack, template: { ...stack.template, Resources } };
  });
}

type Hours = readonly [start: string, stop: string];

/** What servers need, and servers: when they start, and when they are stopped. */
const EARLY: Hours = ['30 7', '15 18'];
const LATE: Hours = ['45 7', '0 18'];

function called(Ref: string, service: string, kind: string, [start, stop]: Hours): Record<string, Resource> {
  const schedule = (verb: string, time: string, days: string): Resource => ({
    Type: SCHEDULE,
    Properties: {
      ScheduleExpression: `cron(${time} ? * ${days} *)`,
      Target: { Arn: `arn:aws:scheduler:::aws-sdk:${service}:${verb}${kind}`, Input: { Ref } },
    },
  });
  return { [`${Ref}Start`]: schedule('start', start, 'MON-FRI'), [`${Ref}Stop`]: schedule('stop', stop, '*') };
}

function scaled(Ref: string): Record<string, Resource> {
  const action = (MaxSize: number, time: string, days: string): Resource => ({
    Type: ACTION,
    Properties: { AutoScalingGroupName: { Ref }, MaxSize, Recurrence: `${time} * * ${days}` },
  });
  return { [`${Ref}Start`]: action(1, LATE[0], 'MON-FRI'), [`${Ref}Stop`]: action(0, LATE[1], '*') };
}

/** What runs at the end of the week runs at its beginning. Who is only started, or only stopped, is counted as running. */
function shareOf(all: readonly Change[]): number {
  const sorted = [...all].sort((a, b) => a.minute - b.minute);
  if (!sorted.some(({ runs }) => runs) || sorted.every(({ runs }) => runs)) return 1;
  const minutes = sorted.reduce((sum, { minute, runs }, index) => {
    const next = index + 1 < sorted.length ? sorted[index + 1].minute : sorted[0].minute + WEEK;
    return sum + (runs ? next - minute : 0);
  }, 0);
  return minutes / WEEK;
}

/** The times of a week that a cron expression names; none where it names single dates or more than one time of day. */
function changes(expression: string, runs: boolean, sunday: number): Change[] {
  const parts = /^(?:cron\()?(\d+) (\d+) [*?] \* (\S+?)(?: \*\))?$/.exec(expression);
  if (!parts) return [];
  const [, minute, hour, days] = parts;
  return days.split(',').flatMap((part) => {
    const [first, last = first] = part === '*' || part === '?' ? [0, 6] : part.split('-').map((day) => dayOf(day, sunday));
    if (first < 0 || last < 0) return [];
    return Array.from({ length: ((last - first + 7) % 7) + 1 }, (_, index) => ({
      minute: ((first + index) % 7) * DAY + Number(hour) * 60 + Number(minute),
      runs,
    }));
  });
}

function dayOf(day: string, sunday: number): number {
  return /^\d$/.test(day) ? (Number(day) - sunday) % 7 : DAYS.indexOf(day.toUpperCase());
}
