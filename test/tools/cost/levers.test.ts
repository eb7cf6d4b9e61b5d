import { estimate, rangeOf } from '../../../tools/pricing/estimate';
import { levers, withSpot } from '../../../tools/cost/levers';
import { type Usage, usageOf } from '../../../tools/pricing/usage';
import type { StackTemplate } from '../../../tools/shared/template';
import { price, stacksOf } from '../pricing/stacks';

const ON_DEMAND = { reserved: false };
const HOURS = 730;

function saves(stage: number, words: string, usage: Usage = usageOf(stage)): number {
  const lever = levers(stacksOf(stage), usage, ON_DEMAND).find(({ name }) => name.includes(words));
  if (!lever) throw new Error(`${words} is no lever of stage ${stage}`);
  return lever.saves;
}

test('the NAT lever says what the deployment with nat=1 really costs less', () => {
  const [three, one] = [{}, { nat: 1 }].map((context) => estimate(stacksOf(4, context), usageOf(4)).expected);
  expect(saves(4, 'NAT')).toBeCloseTo(three - one, 6);
  expect(three - one).toBeCloseTo(2 * HOURS * (price('nat:hour') + price('ipv4')), 6);
  expect(() => saves(3, 'NAT')).toThrow();
});

const OFFICE = { awake: 'Mon-Fri 08:00-18:00 Europe/Berlin' };

test.each([
  [2, {}],
  [4, { replicas: 0, nat: 'instance' }],
  [5, {}],
  [6, {}],
])('the lever of office hours says what stage %i with %j really costs less, and in effect the same', (stage, context) => {
  const [always, sleeping] = [stacksOf(stage, context), stacksOf(stage, { ...context, ...OFFICE })];
  const usage = usageOf(stage);
  const saved = estimate(always, usage).expected - estimate(sleeping, usage).expected;
  const lever = (stacks: StackTemplate[], words: string) => levers(stacks, usage, ON_DEMAND).find(({ name }) => name.startsWith(words));
  expect(lever(always, 'asleep at night')?.saves).toBeCloseTo(saved, 6);
  expect(lever(sleeping, 'asleep outside')).toMatchObject({ inEffect: true });
  expect(lever(sleeping, 'asleep outside')?.saves).toBeCloseTo(saved, 6);
  expect([lever(sleeping, 'asleep at night'), lever(sleeping, 'a one-year reservation')]).toEqual([undefined, undefined]);
});

test('hours of work by hand: a server and a database that are started before them, and disks that stay', () => {
  const [always, sleeping] = [stacksOf(2), stacksOf(2, OFFICE)].map((stacks) => estimate(stacks, usageOf(2)).fixed);
  const [server, database] = [5 * (10 + 15 / 60), 5 * (10 + 45 / 60)].map((hours) => (HOURS * (168 - hours)) / 168);
  // Seven metrics of EC2's own and those of the agent are paid while the server sends them.
  const metrics = estimate(stacksOf(2), usageOf(2)).lines.filter(({ what }) => what === 'metrics of the server');
  const saved =
    server * price('ec2:t4g.medium') + database * price('rds:db.r6g.large:multi') + (server / HOURS) * rangeOf(metrics).expected;
  expect(always - sleeping).toBeCloseTo(saved, 6);
});

test('the Spot lever turns the half above the base into all of it', () => {
  const above = 0.4 * 8 * HOURS * price('ec2:m7g.large');
  expect(saves(4, 'all servers above')).toBeCloseTo(above * 0.5 * (1 - price('ec2-spot:share')), 6);
  expect(saves(4, 'Spot for servers')).toBeCloseTo(above * 0.5 * (1 - price('ec2-spot:share')), 6);
  const [none, all] = [0, 100].map((percent) => estimate(withSpot(stacksOf(4), percent), usageOf(4)).expected);
  expect(none - all).toBeCloseTo(above * (1 - price('ec2-spot:share')), 6);
});

test('a reservation saves its share of what always runs', () => {
  const expected = HOURS * price('ec2:t4g.medium') * price('reserved:ec2');
  expect(saves(1, 'one-year reservation')).toBeCloseTo(expected, 6);
  expect(levers(stacksOf(1), usageOf(1), { reserved: true }).some(({ name }) => name.includes('reservation'))).toBe(false);
});

test('tiers of the log bucket save the difference of the storage classes', () => {
  const monthly = 37.5; // 250,000 users: 25 GB of access logs and 12.5 GB of flow logs
  const standard = price('s3:standard');
  const saved = monthly * (2 * (standard - price('s3:infrequent')) + (640 / 30) * (standard - price('s3:glacier')));
  expect(saves(4, 'older logs')).toBeCloseTo(saved, 6);
});

test('Graviton saves the difference to x86', () => {
  const servers = HOURS * (price('ec2:t3.medium') - price('ec2:t4g.medium'));
  const databases =
    HOURS *
    (price('rds:db.r6i.large:multi') -
      price('rds:db.r6g.large:multi') +
      2 * (price('rds:db.r6i.large:single') - price('rds:db.r6g.large:single')));
  expect(saves(3, 'Graviton')).toBeCloseTo(servers + databases, 6);
});

test('a lever without a price says nothing', () => {
  // The book of eu-west-1 has no m7i.xlarge.
  const stacks = stacksOf(4, { regions: 'eu-west-1', size: 'm7g.xlarge' });
  expect(levers(stacks, usageOf(4), ON_DEMAND).some(({ name }) => name.includes('Graviton'))).toBe(false);
});

test('largest first, none that changes nothing', () => {
  const all = levers(stacksOf(5), usageOf(5), ON_DEMAND).map((lever) => lever.saves);
  expect(all).toEqual([...all].sort((a, b) => b - a));
  expect(Math.min(...all)).toBeGreaterThan(0);
});

test('levers change nothing of the stacks they look at', () => {
  const stacks = stacksOf(4);
  const before = rangeOf(estimate(stacks, usageOf(4)).lines);
  levers(stacks, usageOf(4), ON_DEMAND);
  expect(rangeOf(estimate(stacks, usageOf(4)).lines)).toEqual(before);
});

test('levers of a key say what the deployment with that key really costs less', () => {
  const [all, alone, near] = [{}, { standby: 'false' }, { endpoints: 1 }].map(
    (context) => estimate(stacksOf(2, context), usageOf(2)).expected,
  );
  // The drill that fails over goes too, and the bytes of its log.
  expect(saves(2, 'no standby')).toBeCloseTo(all - alone, 0);
  expect(saves(2, 'endpoint')).toBeCloseTo(all - near, 6);
  const [pairs, writers] = [{}, { standby: 'false' }].map((context) => estimate(stacksOf(5, context), usageOf(5)).fixed);
  expect(pairs - writers).toBeCloseTo(4 * 0.5 * HOURS * price('aurora:acu'), 6);
});
