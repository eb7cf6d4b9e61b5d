import { type Item, type Meter, type Month, at, listAt, numberAt, textAt } from '../plan';
import { workerHours } from './servers';

/** Name look-ups for each request: browsers remember the answer. */
const QUERIES_PER_REQUEST = 0.02;
/** Requests that a job needs: send, receive, delete. */
const REQUESTS_PER_JOB = 3;
/** A worker that waits asks every twenty seconds. */
const POLLS_PER_HOUR = 180;
const MILLION = 1e6;

/** A CDN: what it sends to users, their requests, and what it hands on to the origin. What it fetches from AWS is free. */
export const distribution: Meter = (_, { plan, usage }) => {
  const distributions = plan.of('AWS::CloudFront::Distribution').length;
  return [
    { what: 'data to users', part: 'usage', price: 'cdn:out', quantity: usage.gbOut / distributions },
    { what: 'uploads to the origin', part: 'usage', price: 'cdn:origin', quantity: usage.uploadGb / distributions },
    { what: 'requests', part: 'usage', price: 'cdn:https', quantity: usage.requests / distributions / 10_000 },
  ];
};

/** A firewall: a group of rules that AWS keeps is one rule. Before a CDN it looks at every request, behind one at those that the CDN hands on. */
export const firewall: Meter = (item, { plan, usage }) => {
  const isBehind = plan.hasCdn && textAt(item, 'Scope') === 'REGIONAL';
  const requests = (usage.requests * (isBehind ? 1 - usage.cacheHitShare : 1)) / plan.of('AWS::WAFv2::WebACL').length;
  return [
    { what: 'firewall', part: 'fixed', price: 'waf:acl', quantity: 1 },
    { what: 'rules', part: 'fixed', price: 'waf:rule', quantity: listAt(item, 'Rules').length },
    { what: 'requests', part: 'usage', price: 'waf:requests', quantity: requests / MILLION },
  ];
};

/** Additional metrics of a CDN: cache hits, latency of the origin, six kinds of errors. */
export const cdnMetrics: Meter = () => [{ what: 'metrics of the CDN', part: 'fixed', price: 'metric', quantity: 8 }];

/** A health check of an endpoint in AWS, and its options: each has the same price. */
export const healthCheck: Meter = (item) => {
  const config = (key: string): string => textAt(item, 'HealthCheckConfig', key);
  const options = [
    config('Type').startsWith('HTTPS'),
    numberAt(item, 30, 'HealthCheckConfig', 'RequestInterval') < 30,
    config('SearchString') !== '',
    at(item, 'HealthCheckConfig', 'MeasureLatency') === true,
  ];
  return [
    { what: 'check', part: 'fixed', price: 'route53:health-check', quantity: 1 },
    { what: 'options', part: 'fixed', price: 'route53:option', quantity: options.filter(Boolean).length },
  ];
};

/** A hosted zone. */
export const zone: Meter = () => [{ what: 'zone', part: 'fixed', price: 'route53:zone', quantity: 1 }];

/** A DNS record: look-ups of an alias to AWS are free. */
export const record: Meter = (item, { usage }) =>
  at(item, 'AliasTarget') === undefined
    ? [{ what: 'look-ups', part: 'usage', price: 'route53:queries', quantity: (usage.requests * QUERIES_PER_REQUEST) / MILLION }]
    : [];

/** A queue: three requests a job, and the polls of waiting workers. A dead-letter queue costs nothing while nothing fails. */
export const queue: Meter = (item, month: Month) => {
  const { plan, usage } = month;
  const queues = plan.of('AWS::SQS::Queue');
  const isDeadLetters = (one: Item): boolean =>
    queues.some(
      (other) => other.stack === one.stack && plan.target(at(other, 'RedrivePolicy', 'deadLetterTargetArn'), other)?.id === one.id,
    );
  if (isDeadLetters(item)) return [];
  const requests = (usage.jobs / queues.filter((one) => !isDeadLetters(one)).length) * REQUESTS_PER_JOB;
  return [
    { what: 'requests of jobs', part: 'usage', price: 'sqs:requests', quantity: requests / MILLION },
    { what: 'polls', part: 'usage', price: 'sqs:requests', quantity: (workerHours(item, month) * POLLS_PER_HOUR) / MILLION },
  ];
};
