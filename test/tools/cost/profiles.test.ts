import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { costOfHours } from '../../../tools/cost/hours';
import { estimate } from '../../../tools/pricing/estimate';
import { usageOf } from '../../../tools/pricing/usage';
import { price, stacksOf } from '../pricing/stacks';

const HOURS = 730;
const NOBODY = usageOf(1, 'small');
const fixed = (stage: number, profile: string): number => estimate(stacksOf(stage, { profile }), NOBODY).fixed;

test.each([
  ['lesson', [15, 40, 80, 140, 200]],
  ['start', [50, 130, 260, 450, 700, 1500]],
] as const)('%s stays within its bounds, always on, without a price that is missing', (profile, bounds) => {
  bounds.forEach((bound, index) => {
    const { expected, notEstimated } = estimate(stacksOf(index + 1, { profile }), NOBODY);
    expect(expected).toBeLessThanOrEqual(bound);
    expect(notEstimated.filter(({ why }) => why.startsWith('no price'))).toEqual([]);
  });
});

test('a lesson of several regions is above 450 dollars by its databases alone, which never pause there', () => {
  const units = 4 * 0.5 * HOURS * (price('aurora:acu') + price('aurora:acu', 'eu-west-1'));
  expect(fixed(6, 'lesson')).toBeGreaterThan(450);
  expect(fixed(6, 'lesson') - units).toBeLessThan(450);
  // One cluster has a writer and a copy, and shows no shards. Each has a secret of its master, and of the application in both regions.
  const one = estimate(stacksOf(6, { profile: 'lesson', database: 'cluster', replicas: 0 }), NOBODY).fixed;
  expect(one).toBeCloseTo(fixed(6, 'lesson') - (3 / 4) * units - 3 * 3 * price('secret'), 6);
  expect(one).toBeLessThan(320);
});

test('what makes that lesson cheaper costs what docs/cost.md says', () => {
  const page = readFileSync(join(__dirname, '../../../docs/cost.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `(-c [^|]*)`[^|]*\| +\$(\d+) \|/gm)].map(([, keys, dollars]) => {
    const said = [...keys.matchAll(/-c (\w+)=(?:"([^"]+)"|(\w+))/g)].map(([, key, quoted, word]: (string | undefined)[]) => [
      key,
      quoted ?? word,
    ]);
    return [keys, Number(dollars), Object.fromEntries(said) as Record<string, string>] as const;
  });
  expect(rows.length).toBe(4);
  for (const [keys, dollars, context] of rows) {
    expect([keys, Math.round(estimate(stacksOf(6, { profile: 'lesson', ...context }), NOBODY).fixed)]).toEqual([keys, dollars]);
  }
  const copies = 4 * 0.5 * HOURS * price('aurora:acu', 'eu-west-1');
  expect(page).toContain(`$${Math.round(fixed(6, 'lesson') - copies)} |`);
});

test('what Aurora costs from the capacity that AWS recommends is what docs/cost.md says', () => {
  const page = readFileSync(join(__dirname, '../../../docs/cost.md'), 'utf8');
  const rows = [...page.matchAll(/^\| ([56]) +\| (?:none: 0.5 to 16 ACU|`-c capacity=([\w.-]+)`) +\| +\$([\d,]+) \| +\$([\d,]+) \|/gm)];
  expect(rows.map(([, stage, capacity]) => [stage, capacity])).toEqual([
    ['5', undefined],
    ['5', '2-16'],
    ['6', undefined],
    ['6', '8-16'],
    ['6', 'r7g.large'],
  ]);
  for (const [, stage, capacity, ...said] of rows as (string | undefined)[][]) {
    const context: Record<string, string> = capacity === undefined ? {} : { capacity };
    const { fixed, expected } = estimate(stacksOf(Number(stage), context), usageOf(Number(stage)));
    expect([stage, capacity, ...said]).toEqual([
      stage,
      capacity,
      ...[fixed, expected].map((one) => Math.round(one).toLocaleString('en-US')),
    ]);
  }
});

// The two alarms are no messages: they restart the server, and at stage 4 they add and remove servers.
test('lesson 2 by hand: a server, a database without standby, an endpoint in one zone', () => {
  const server = HOURS * (price('ec2:t4g.micro') + price('ipv4')) + (16 + 8) * price('ebs:gp3');
  const database = HOURS * price('rds:db.t4g.micro:single') + 20 * price('rds:gp3:single') + 2 * price('secret');
  expect(fixed(2, 'lesson')).toBeCloseTo(server + database + HOURS * price('endpoint:hour') + price('kms:key') + 2 * price('alarm'), 6);
});

test('lesson 4 by hand: two servers, a NAT instance, a balancer, two Valkey groups, a database and a replica', () => {
  const servers = 2 * (HOURS * price('ec2:t4g.micro') + 16 * price('ebs:gp3') + 7 * price('metric'));
  const nat = HOURS * (price('ec2:t4g.micro') + price('ipv4')) + 8 * price('ebs:gp3');
  const balancer = HOURS * (price('alb:hour') + 3 * price('ipv4'));
  const valkeys = 2 * 2 * HOURS * price('valkey:cache.t4g.micro');
  const databases = 2 * (HOURS * price('rds:db.t4g.micro:single') + 20 * price('rds:gp3:single'));
  // Passwords of the application and of the master, of both Valkey groups, and the header between CDN and balancer.
  const rest = HOURS * price('endpoint:hour') + 5 * price('secret') + price('kms:key') + price('s3:standard') + 2 * price('alarm');
  expect(fixed(4, 'lesson')).toBeCloseTo(servers + nat + balancer + valkeys + databases + rest, 6);
});

test('three hours of all six stages cost less than five dollars, with databases that are awake', () => {
  const all = [1, 2, 3, 4, 5, 6].map((stage) => {
    const stacks = stacksOf(stage, { profile: 'lesson' });
    return costOfHours(stacks, NOBODY, 3);
  });
  expect(all.reduce((sum, one) => sum + one, 0)).toBeLessThan(5);
  expect(all[4]).toBeCloseTo((fixed(5, 'lesson') / HOURS + 4 * 0.5 * price('aurora:acu')) * 3, 6);
});
