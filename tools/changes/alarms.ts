import { isScalar } from '../resolve/values';
import { type Json, type Resource, type StackTemplate, pathOf } from '../shared/template';
import { type ResourceChange, Verdict } from './model';
import { targetsIn } from './references';
import { at, isFalse } from './tests';

/** What becomes of an alarm. */
export interface AlarmNote {
  readonly stack: string;
  readonly path: string;
  readonly logicalId: string;
  /** `will ring` though nothing is wrong; `stricter` or `looser` by its threshold. */
  readonly kind: 'will ring' | 'stricter' | 'looser';
  /** When and why, for people; empty for a threshold. */
  readonly why: string;
}

const ALARM = 'AWS::CloudWatch::Alarm';
const GIB = 2 ** 30;
/** Metrics that say 0 while what they count is being made. */
const FROM_ZERO = ['HealthyHostCount', 'GroupInServiceInstances', 'RunningTaskCount'];
/** What a metric can't go above: a property of what it watches, or of what refers to that, and how much one of it is. */
const LIMITS: Readonly<Record<string, readonly [type: string, property: string, unit: number]>> = {
  FreeStorageSpace: ['AWS::RDS::DBInstance', 'AllocatedStorage', GIB],
  GroupDesiredCapacity: ['AWS::AutoScaling::AutoScalingGroup', 'MaxSize', 1],
  GroupInServiceInstances: ['AWS::AutoScaling::AutoScalingGroup', 'MaxSize', 1],
  HealthyHostCount: ['AWS::AutoScaling::AutoScalingGroup', 'MaxSize', 1],
  RunningTaskCount: ['AWS::ECS::Service', 'DesiredCount', 1],
};

/** Alarms of which the templates alone say that they will ring, or ring at another value. */
export function alarmNotes(
  before: readonly StackTemplate[],
  after: readonly StackTemplate[],
  changes: readonly ResourceChange[],
): AlarmNote[] {
  const watched = new Set(before.flatMap(({ template }) => Object.values(template.Resources).filter(isAlarm).map(metricText)));
  return after.flatMap((stack) => {
    const old = before.find(({ name }) => name === stack.name);
    return Object.entries(stack.template.Resources)
      .filter(([, alarm]) => isAlarm(alarm) && !isFalse(at(alarm.Properties, 'ActionsEnabled')))
      .flatMap(([logicalId, alarm]): AlarmNote[] => {
        const was = old?.template.Resources[logicalId];
        const place = { stack: stack.name, path: pathOf(logicalId, alarm), logicalId };
        const why = reasonOf(alarm, was, stack, old, changes, watched.has(metricText(alarm)));
        if (why !== undefined) return [{ ...place, kind: 'will ring', why }];
        const kind = was && strictness(was, alarm);
        return kind ? [{ ...place, kind, why: '' }] : [];
      });
  });
}

function reasonOf(
  alarm: Resource,
  was: Resource | undefined,
  stack: StackTemplate,
  old: StackTemplate | undefined,
  changes: readonly ResourceChange[],
  isWatched: boolean,
): string | undefined {
  const limit = overLimit(alarm, stack);
  if (limit !== undefined && !(was && old && overLimit(was, old) !== undefined)) return limit;
  const isFresh = freshIn(alarm, stack.name, changes);
  return isWatched && !isFresh ? undefined : (silentAtFirst(alarm, isFresh) ?? zeroAtFirst(alarm, isFresh));
}

const text = (value: Json | undefined): string => (isScalar(value) ? String(value) : '');

function isAlarm({ Type }: Resource): boolean {
  return Type === ALARM;
}

/** What an alarm watches. */
function metricsOf({ Properties = {} }: Resource): Json {
  const { Namespace = null, MetricName = null, Dimensions = null, Metrics = null } = Properties;
  return [Namespace, MetricName, Dimensions, Metrics];
}

const metricText = (alarm: Resource): string => JSON.stringify(metricsOf(alarm));

/** Whether something that an alarm watches is made by this change. */
function freshIn(alarm: Resource, stack: string, changes: readonly ResourceChange[]): boolean {
  const ids = targetsIn(metricsOf(alarm), stack).map(({ id }) => id);
  return changes.some(
    (change) =>
      change.stack === stack && ids.includes(change.logicalId) && (change.verdict === Verdict.ADDED || change.verdict === Verdict.REPLACED),
  );
}

/** Silence is an alarm, and the metric is not there yet. */
function silentAtFirst(alarm: Resource, isFresh: boolean): string | undefined {
  const properties = alarm.Properties ?? {};
  const isCustom = !text(properties.Namespace).startsWith('AWS/');
  if (properties.TreatMissingData !== 'breaching' || JSON.stringify(properties.Metrics ?? '').includes('FILL(')) return undefined;
  if (!isFresh && !(isCustom && text(properties.MetricName) !== '')) return undefined;
  const minutes = (Number(properties.Period) * Number(properties.EvaluationPeriods)) / 60;
  const when = Number.isFinite(minutes) ? ` after ${minutes} min` : '';
  return `rings${when}, until there is data of ${nameOf(alarm)}: silence is an alarm`;
}

/** The count begins at zero, and zero is an alarm. */
function zeroAtFirst(alarm: Resource, isFresh: boolean): string | undefined {
  const { MetricName, Threshold, ComparisonOperator } = alarm.Properties ?? {};
  const isBelow = text(ComparisonOperator).startsWith('LessThan') && Number(Threshold) > 0;
  if (!isBelow || !FROM_ZERO.includes(text(MetricName)) || !isFresh) return undefined;
  return `rings until the first is in service: ${nameOf(alarm)} begins at 0`;
}

/** The metric can never be as high as the alarm wants. */
function overLimit(alarm: Resource, { name, template }: StackTemplate): string | undefined {
  const { MetricName, Threshold, ComparisonOperator, Statistic } = alarm.Properties ?? {};
  const limit = LIMITS[text(MetricName)] as (typeof LIMITS)[string] | undefined;
  if (!limit || Statistic === 'Sum' || !text(ComparisonOperator).startsWith('LessThan')) return undefined;
  const [type, property, unit] = limit;
  const ids = targetsIn(metricsOf(alarm), name).map(({ id }) => id);
  const found = Object.entries(template.Resources).find(
    ([id, resource]) =>
      resource.Type === type &&
      (ids.includes(id) || targetsIn(at(resource.Properties, 'TargetGroupARNs') ?? null, name).some((target) => ids.includes(target.id))),
  );
  const most = found && Number(at(found[1].Properties, property)) * unit;
  const rings =
    ComparisonOperator === 'LessThanThreshold' ? (one: number) => one < Number(Threshold) : (one: number) => one <= Number(Threshold);
  return found && most !== undefined && rings(most)
    ? `rings for good: it wants ${text(MetricName)} at ${text(Threshold)}, and ${property} of ${found[0]} is ${text(at(found[1].Properties, property))}`
    : undefined;
}

function nameOf({ Properties = {} }: Resource): string {
  return 'MetricName' in Properties ? `${text(Properties.Namespace)} ${text(Properties.MetricName)}` : 'its metrics';
}

/** Whether an alarm rings earlier or later than before by its threshold alone. */
function strictness(was: Resource, is: Resource): 'stricter' | 'looser' | undefined {
  const [old, now] = [was, is].map(({ Properties = {} }) => Properties);
  const [from, to] = [Number(old.Threshold), Number(now.Threshold)];
  const direction = /^(Greater|Less)Than/.exec(text(now.ComparisonOperator))?.[1];
  if (old.ComparisonOperator !== now.ComparisonOperator || direction === undefined || !(from < to || from > to)) return undefined;
  return (direction === 'Greater') === to < from ? 'stricter' : 'looser';
}
