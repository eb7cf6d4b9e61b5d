import fc from 'fast-check';
import { Fleet, type FleetOptions, LoadBalancer } from '../../../../lib';
import { ground, templateOf } from '../../../support/construct';
import { courseOf } from '../../../support/scaling/fleet-course';
import { ofType, resourcesOf } from '../../../support/synth';

const HOUR = 60;
const DAY = 24 * HOUR;
const [MIN, MAX] = [2, 10];

function resources(options: FleetOptions = {}) {
  const base = ground();
  const { stack, vpc, identity, release, logBucket, alarmTopic, publicSubnets, appSubnets } = base;
  const { targetGroup } = new LoadBalancer(stack, 'LoadBalancer', { vpc, subnets: publicSubnets, identity, logBucket });
  new Fleet(stack, 'Fleet', { name: 'webapp', vpc, subnets: appSubnets, identity, release, targetGroup, alarmTopic, ...options });
  return resourcesOf(templateOf(base));
}

const template = resources();
const steady = (load: number, minutes = 3 * HOUR): number[] => Array.from({ length: minutes }, () => load);
const course = (load: readonly number[], all = template, min = MIN) => courseOf(all, min, MAX, load);

test('the template says what the simulation takes: values each minute, two minutes until a new server counts', () => {
  const [group] = Object.values(ofType(template, 'AWS::AutoScaling::AutoScalingGroup'));
  expect(group.Properties.DefaultInstanceWarmup).toBe(120);
  for (const { Properties } of Object.values(ofType(template, 'AWS::CloudWatch::Alarm'))) {
    if (Properties.MetricName === 'CPUUtilization') expect([Properties.Period, Properties.EvaluationPeriods]).toEqual([60, 3]);
  }
});

test('any steady load: it comes to rest between the thresholds, or at its limits, and never moves again', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 12, noNaN: true }), fc.integer({ min: 0, max: 8 }), (load, before) => {
      const { serving, cpu, turns } = course([...steady(before), ...steady(load)]);
      const [servers, busy] = [serving.at(-1)!, cpu.at(-1)!];
      expect(new Set(serving.slice(-HOUR)).size).toBe(1);
      expect(Math.min(...serving)).toBeGreaterThanOrEqual(MIN);
      expect(Math.max(...serving)).toBeLessThanOrEqual(MAX);
      if (servers < MAX) expect(busy).toBeLessThanOrEqual(70);
      if (servers > MIN) expect(busy).toBeGreaterThanOrEqual(30);
      // Up, down once too far at the most, and up again.
      expect(turns).toBeLessThanOrEqual(2);
    }),
    { numRuns: 500, seed: 20_260_101 },
  );
});

test.each([
  [1.0, 1.6, 10],
  [1.0, 2.5, 20],
  [1.2, 6.5, 50],
])('load rises at once from %d to %d servers’ worth: relieved within %i minutes', (before, after, minutes) => {
  const { relieved } = course([...steady(before), ...steady(after)]);
  console.log(`from ${before} to ${after} servers' worth: CPU is at or below 70 % after ${relieved - 3 * HOUR} minutes`);
  expect(relieved - 3 * HOUR).toBeLessThanOrEqual(minutes);
});

test('a spike of two minutes adds nothing', () => {
  expect(new Set(course([...steady(1), ...steady(5, 2), ...steady(1)]).serving)).toEqual(new Set([MIN]));
});

test('a day: servers follow a curve from half a server to six, no minute above 90 %, one rise and one fall', () => {
  const day = Array.from({ length: 2 * DAY }, (_, minute) => 3.25 - 2.75 * Math.cos((2 * Math.PI * minute) / DAY));
  const { serving, cpu, turns } = course(day);
  expect(Math.max(...cpu)).toBeLessThan(90);
  expect(Math.min(...serving)).toBe(MIN);
  expect(Math.max(...serving)).toBeLessThanOrEqual(MAX);
  expect(turns).toBeLessThanOrEqual(3);
});

test.each(Array.from({ length: 12 }, (_, index) => 0.6 + index * 0.45))(
  'noise of a twentieth around %d servers’ worth does not make it swing',
  (load) => {
    // The same noise each time: a generator of Lehmer's.
    let seed = 42;
    const noise = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647 - 0.5;
    const { turns } = course(Array.from({ length: DAY }, () => load * (1 + 0.1 * noise())));
    expect(turns).toBeLessThanOrEqual(2);
  },
);

test('with a step policy for less, which acts each minute, the simulation finds a fleet that swings for ever', () => {
  const hasty = Object.fromEntries(
    Object.entries(template).map(([id, one]) => [
      id,
      one.Type === 'AWS::AutoScaling::ScalingPolicy' && one.Properties.PolicyType === 'SimpleScaling'
        ? { ...one, Properties: { ...one.Properties, Cooldown: '0' } }
        : one,
    ]),
  );
  expect(course(steady(1.45, DAY), hasty).turns).toBeGreaterThan(100);
  expect(course(steady(1.45, DAY)).turns).toBeLessThanOrEqual(1);
});

test.each([
  [{ min: 2, scaleInBelow: 47 }, 'scaleInBelow 47 must be less than 47'],
  [{ min: 1, scaleInBelow: 36 }, 'scaleInBelow 36 must be less than 35'],
])('thresholds that are too near to each other are refused: %j', (options, message) => {
  expect(() => resources(options)).toThrow(message);
});

test('at night the fleet goes back to its least, and not below it', () => {
  const { serving } = course([...steady(6.5), ...steady(0, 2 * HOUR)]);
  expect([serving[3 * HOUR - 1] > 8, serving.at(-1), Math.min(...serving)]).toEqual([true, MIN, MIN]);
});
