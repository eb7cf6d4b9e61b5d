import { type Charge, type Meter, at, listAt, numberAt } from '../plan';

const DAYS_IN_MONTH = 30;
/** Requests to a key for each file: once when it is written, once when it is read. */
const KEY_REQUESTS_PER_UPLOAD = 2;

const metricsIn = (value: unknown): number => JSON.stringify(value ?? '').split('"MetricStat"').length - 1;

/** An alarm: each metric it looks at, more when it looks more often than every minute. */
export const alarm: Meter = (item) => {
  const metrics = metricsIn(listAt(item, 'Metrics'));
  const fast = numberAt(item, 60, 'Period') < 60;
  return [{ what: 'metrics', part: 'fixed', price: fast ? 'alarm:fast' : 'alarm', quantity: Math.max(1, metrics) }];
};

/** Target tracking makes an alarm for each direction (EC2 Auto Scaling guide, "Target tracking scaling policies"); other policies make none. */
export const scalingPolicy: Meter = (item) => {
  const tracking = at(item, 'TargetTrackingConfiguration') ?? at(item, 'TargetTrackingScalingPolicyConfiguration');
  if (tracking === undefined) return [];
  const alarms = JSON.stringify(tracking).includes('"DisableScaleIn":true') ? 1 : 2;
  return [{ what: 'metrics of its alarms', part: 'fixed', price: 'alarm', quantity: alarms * Math.max(1, metricsIn(tracking)) }];
};

/** An alarm made of alarms. */
export const compositeAlarm: Meter = () => [{ what: 'alarm', part: 'fixed', price: 'alarm:composite', quantity: 1 }];

/** A dashboard. */
export const dashboard: Meter = () => [{ what: 'dashboard', part: 'fixed', price: 'dashboard', quantity: 1 }];

/** A log group: an even part of all logs, and what is kept of them. */
export const logGroup: Meter = (item, { plan, usage }) => {
  const gigabytes = usage.logGb / plan.of('AWS::Logs::LogGroup').length;
  const months = numberAt(item, 365, 'RetentionInDays') / DAYS_IN_MONTH;
  return [
    { what: 'logs in', part: 'usage', price: 'logs:ingest', quantity: gigabytes },
    { what: 'logs kept', part: 'usage', price: 'logs:storage', quantity: gigabytes * months },
  ];
};

/** A metric made of logs. */
export const metricFilter: Meter = (item) => [
  { what: 'metrics', part: 'fixed', price: 'metric', quantity: listAt(item, 'MetricTransformations').length },
];

/** A parameter: standard ones are free. */
export const parameter: Meter = (item) =>
  at(item, 'Tier') === 'Advanced' ? [{ what: 'advanced', part: 'fixed', price: 'parameter:advanced', quantity: 1 }] : [];

/** A key, and the requests to it. */
export const key: Meter = (_, { plan, usage }) => {
  const requests = (usage.uploads * KEY_REQUESTS_PER_UPLOAD) / plan.of('AWS::KMS::Key').length;
  return [
    { what: 'key', part: 'fixed', price: 'kms:key', quantity: 1 },
    { what: 'requests', part: 'usage', price: 'kms:requests', quantity: requests / 10_000 },
  ];
};

/** A secret, and each of its copies in other regions. */
export const secret: Meter = (item): Charge[] => [
  { what: 'secret and copies', part: 'fixed', price: 'secret', quantity: 1 + listAt(item, 'ReplicaRegions').length },
];
