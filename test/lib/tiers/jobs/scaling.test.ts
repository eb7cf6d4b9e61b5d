import { Duration } from 'aws-cdk-lib';
import { JobQueue, Workers } from '../../../../lib';
import { ground, templateOf } from '../../../support/construct';
import { ScaledGroup } from '../../../support/scaling/group';
import { valueOf } from '../../../support/scaling/expression';
import { type Resource, resourcesOf } from '../../../support/synth';

const BOOT_MINUTES = 3;
const MAX = 10;

function resources(min = 0): Record<string, Resource> {
  const base = ground();
  const { stack, vpc, key, identity, release, alarmTopic, appSubnets: subnets } = base;
  const queue = new JobQueue(stack, 'Jobs', { key, jobTimeout: Duration.minutes(5) });
  new Workers(stack, 'Workers', { ...{ name: 'webapp', vpc, subnets, identity, release, queue, alarmTopic }, min });
  return resourcesOf(templateOf(base));
}

const template = resources();

interface Worker {
  readonly readyAt: number;
  /** Minutes of work that the job in its hands still needs. */
  left: number;
}

interface Course {
  /** Minute in which the first worker was there. */
  readonly first: number;
  /** Minute after which no job is left. */
  readonly done: number;
  /** Workers that were taken away with a job in their hands. */
  readonly interrupted: number;
  /** How often the capacity changed its direction. */
  readonly turns: number;
  readonly most: number;
  /** Capacity at the end. */
  readonly end: number;
}

/**
 * Two days of a queue and its workers.
 * @param arrivals jobs that arrive by minute.
 * @param jobMinutes how long a job takes.
 * @param missing minutes in which SQS reports nothing.
 */
function course(arrivals: Readonly<Record<number, number>>, jobMinutes = 1 / 12, missing = 0, all = template): Course {
  const group = new ScaledGroup(all, 0, MAX);
  let [waiting, total, finished, interrupted, first, done, most, turns, direction] = [0, 0, 0, 0, Infinity, Infinity, 0, 0, 0];
  let workers: Worker[] = [];
  for (let minute = 0; minute < 2880; minute += 1) {
    waiting += arrivals[minute] ?? 0;
    total += arrivals[minute] ?? 0;
    const ready = workers.filter(({ readyAt }) => readyAt <= minute);
    if (ready.length > 0) first = Math.min(first, minute);
    for (const worker of ready) {
      let time = 1;
      while (time > 1e-9 && (worker.left > 0 || waiting > 0)) {
        if (worker.left <= 0) {
          waiting -= 1;
          worker.left = jobMinutes;
        }
        const spent = Math.min(time, worker.left);
        time -= spent;
        worker.left -= spent;
        if (worker.left <= 1e-9) {
          worker.left = 0;
          finished += 1;
        }
      }
    }
    if (total > 0 && finished === total && done === Infinity) done = minute;
    const begun = workers.filter(({ left }) => left > 0).length;
    const before = workers.length;
    const after = group.minute({ workers: ready.length, ...(minute >= missing && { waiting, begun }) });
    if (after > before)
      workers = [...workers, ...Array.from({ length: after - before }, () => ({ readyAt: minute + BOOT_MINUTES, left: 0 }))];
    if (after < before) {
      // Auto Scaling doesn't know who works: take the worst choice.
      const order = [...workers].sort((a, b) => a.left - b.left);
      interrupted += order.slice(after).filter(({ left }) => left > 0).length;
      waiting += order.slice(after).filter(({ left }) => left > 0).length;
      workers = order.slice(0, after);
    }
    const change = Math.sign(after - before);
    if (change !== 0 && change === -direction) turns += 1;
    if (change !== 0) direction = change;
    most = Math.max(most, after);
  }
  return { first, done, interrupted, turns, most, end: group.capacity };
}

test.each([1, 5, 12, 13, 1000])('%i jobs: the first worker comes within five minutes, all are done, and nobody stays', (jobs) => {
  const { first, done, interrupted, turns, end } = course({ 0: jobs });
  expect(first).toBeLessThanOrEqual(5);
  expect(done).toBeLessThanOrEqual(30);
  expect([interrupted, end]).toEqual([0, 0]);
  expect(turns).toBeLessThanOrEqual(1);
});

test('many jobs bring more workers, and never more than the most', () => {
  expect(course({ 0: 1000 }).most).toBe(MAX);
  expect(course({ 0: 12 }).most).toBe(1);
});

test('jobs of four minutes are not interrupted, though none waits while they are made', () => {
  const { interrupted, done, end } = course({ 0: 1, 60: 3, 61: 20 }, 4);
  expect([interrupted, end]).toEqual([0, 0]);
  expect(done).toBeLessThan(200);
});

test('bursts every hour: one rise and one fall each', () => {
  const { turns, interrupted, end } = course(Object.fromEntries(Array.from({ length: 24 }, (_, hour) => [hour * 60, 300])));
  expect([interrupted, end]).toEqual([0, 0]);
  expect(turns).toBeLessThanOrEqual(2 * 24);
});

test('a queue that reports late wakes a worker as soon as it reports', () => {
  expect(course({ 0: 1 }, 1 / 12, 15).first).toBeLessThanOrEqual(20);
});

test('the simulation finds what target tracking alone does with twelve jobs: nothing', () => {
  const follow = Object.fromEntries(Object.entries(template).filter(([, { Type }]) => Type !== 'AWS::CloudWatch::Alarm'));
  expect(course({ 0: 12 }, 1 / 12, 0, follow).first).toBe(Infinity);
});

test.each([
  ['IF(workers < 1 AND waiting + begun > 0, 1, 0)', { workers: 0, waiting: 1, begun: 0 }, 1],
  ['IF(workers < 1 AND waiting + begun > 0, 1, 0)', { workers: 1, waiting: 1, begun: 0 }, 0],
  ['IF(workers > 0, waiting / workers, 0)', { workers: 2, waiting: 24 }, 12],
  ['waiting + 2 * begun', { waiting: 1, begun: 3 }, 7],
  ['waiting', {}, undefined],
])('%s with %j is %s', (expression, values, expected) => {
  expect(valueOf(expression, values as Record<string, number>)).toBe(expected);
});
