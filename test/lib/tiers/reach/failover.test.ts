import { Failover, Geography } from '../../../../lib';
import { ground, templateOf } from '../../../support/construct';
import { describeNeeding } from '../../../support/needs';
import { ofType, resourcesOf } from '../../../support/synth';
import type { Run } from '../../../../tools/servers/automation';
import { AWAY, databasesOf, HOME, lagsOf, World, type WorldState } from './failover-world';

function documentOf(regions: string[]): { Name: string; Content: Record<string, unknown> } {
  const base = ground();
  new Failover(base.stack, 'Failover', { name: 'webapp', geography: new Geography(regions, HOME, true) });
  const [document] = Object.values(ofType(resourcesOf(templateOf(base)), 'AWS::SSM::Document'));
  return document.Properties as { Name: string; Content: Record<string, unknown> };
}

const TWO = [HOME, AWAY];
const THREE = [...TWO, 'ap-southeast-2'];
const { Name, Content } = documentOf(TWO);
const CONFIRMED = { ConfirmDataLoss: 'confirm' };

test('the document has a name, its steps in order, an output of each, and fits', () => {
  const steps = (Content.mainSteps as { name: string }[]).map(({ name }) => name);
  expect(Name).toBe('webapp-failover');
  expect(steps).toEqual(['check', 'fence', 'move', 'point', 'forward', 'verify']);
  expect(Content.outputs).toEqual(steps.map((step) => `${step}.Report`));
  expect(Content.parameters).toMatchObject({ Target: { allowedValues: TWO }, Mode: { allowedValues: ['switchover', 'failover'] } });
  expect(JSON.stringify(Content).length).toBeLessThan(64 * 1024);
});

test('regions must be two to five different ones, and the stack in one of them', () => {
  expect(() => new Geography([HOME], HOME, true)).toThrow(/two to five different ones are needed/);
  expect(() => new Geography([HOME, HOME], HOME, true)).toThrow(/two to five different ones are needed/);
  expect(() => new Geography(TWO, 'sa-east-1', true)).toThrow(/^region sa-east-1 is none of us-east-1, eu-west-1/);
});

const told: string[] = [];

afterAll(() => {
  process.stdout.write(['', 'scenario | databases moved | pointer | writes taken from each region | time', ...told, ''].join('\n'));
});

function tell(scenario: string, world: World, run: Run | undefined, target = AWAY): void {
  const { regions, pointer, dark } = world.state;
  const pointers = regions.map((region) => pointer[region]?.value ?? '-').join(' ');
  const users = regions.map((region) => `${region}: ${dark.includes(region) ? 'dark' : `${world.writesFrom(region)}/${world.count}`}`);
  told.push(
    `${scenario} | ${world.writersIn(target)}/${world.count} | ${pointers} | ${users.join(', ')} | ${run ? `${run.seconds} s` : 'killed'}`,
  );
}

describeNeeding([{ name: 'python3', install: 'apt-get install python3' }], 'the failover', () => {
  const world = (count: number, change: Partial<WorldState> = {}): World => new World(Content, count, change);

  test.each([5, 40])('a planned switchover of %d databases moves each and no other, and every region writes there', (count) => {
    const one = world(count);
    const run = one.run(AWAY, 'switchover');
    tell(`planned, ${count} databases`, one, run);
    expect(run?.failures).toEqual([]);
    expect(one.state.databases.filter(({ writer }) => writer === HOME).map(({ name }) => name)).toEqual(['other-orders', 'webapp-users-x']);
    expect([one.writesFrom(HOME), one.writesFrom(AWAY)]).toEqual([count, count]);
    expect(run?.seconds).toBeLessThan(300);
    // Again it does nothing, and the way back is the same document.
    const before = one.state.calls.filter((call) => !call.startsWith('pointer'));
    expect(one.run(AWAY, 'switchover')?.failures).toEqual([]);
    expect(one.state.calls.filter((call) => !call.startsWith('pointer'))).toEqual(before);
    expect(one.run(HOME, 'switchover')?.failures).toEqual([]);
    expect([one.writersIn(HOME), one.writesFrom(HOME), one.writesFrom(AWAY)]).toEqual([count, count, count]);
  });

  const dark = { dark: [HOME] };
  test.each([
    ['lag nobody knows', { ...dark, metrics: [] }],
    ['lag of ten minutes', { ...dark, metrics: lagsOf(databasesOf(40, TWO), 600_000) }],
    ['a region that lets callers hang', { hanging: [HOME] }],
    ['a dark region', dark],
  ])('a failover that was confirmed goes on with %s', (scenario, change) => {
    for (const count of [5, 40]) {
      const one = world(count, change);
      expect(one.run(AWAY, 'failover')?.failures).toEqual([expect.stringMatching(/^check: .*ConfirmDataLoss=confirm/)]);
      expect(one.state.calls).toEqual([]);
      const run = one.run(AWAY, 'failover', CONFIRMED);
      tell(`unplanned, ${scenario}, ${count} databases`, one, run);
      expect(run?.failures).toEqual([]);
      expect([one.writersIn(AWAY), one.writesFrom(AWAY), one.state.pointer[AWAY]?.value]).toEqual([count, count, AWAY]);
      expect(run?.seconds).toBeLessThan(600);
    }
  });

  test('the check says the lag that CloudWatch has, whatever its dimensions, and prefers the one that tells of loss', () => {
    const databases = databasesOf(5, TWO);
    const lagged = lagsOf(databases, 900_000, 'AuroraGlobalDBReplicationLag').concat(lagsOf(databases.slice(1, 5), 2_000));
    const one = world(5, { metrics: lagged });
    expect(one.run(AWAY, 'failover', CONFIRMED)?.outputs.check).toMatchObject({ WorstLag: ['webapp-products', 900], LagUnknown: [] });
    const late = world(5, { metrics: lagged });
    expect(late.run(AWAY, 'switchover')?.failures).toEqual([expect.stringMatching(/^check: .*webapp-products.*MaxLagSeconds/)]);
    expect(late.run(AWAY, 'switchover', { MaxLagSeconds: '1000' })?.failures).toEqual([]);
  });

  test('the pointer of each region is written before anything moves; a planned move needs no such thing', () => {
    const one = world(5);
    one.run(AWAY, 'failover', CONFIRMED);
    expect(one.state.calls.slice(0, 2)).toEqual([`pointer ${AWAY}`, `pointer ${HOME}`]);
    const planned = world(5);
    planned.run(AWAY, 'switchover');
    expect(planned.state.calls[0]).toMatch(/^switchover/);
  });

  test.each([5, 40])('one database of %d that is not ready yet holds no other up, and follows', (count) => {
    const databases = databasesOf(count, TWO).map((one) => (one.name === 'webapp-orders' ? { ...one, unready_until: 100_200 } : one));
    const one = world(count, { databases });
    const run = one.run(AWAY, 'switchover');
    tell(`planned, one of ${count} is ready late`, one, run);
    expect([run?.failures, one.writersIn(AWAY)]).toEqual([[], count]);
  });

  test.each(['AccessDenied', 'InvalidGlobalClusterStateFault'])(
    'one that is refused for ever (%s) is named; users have the others',
    (refused) => {
      const databases = databasesOf(5, TWO).map((one) => (one.name === 'webapp-users-1' ? { ...one, refused } : one));
      const one = world(5, { databases });
      const run = one.run(AWAY, 'switchover');
      tell(`planned, one of 5 is refused: ${refused}`, one, run);
      expect(run?.failures.map((failure) => failure.split(':')[0])).toEqual(['move', 'verify']);
      expect(run?.failures[0]).toMatch(new RegExp(`"webapp-users-1": "writer us-east-1, available, ${refused}: not possible"`));
      // Those that moved are written in their new region, the other one through its copy there.
      expect([one.writersIn(AWAY), one.state.pointer[AWAY]?.value, one.writesFrom(AWAY)]).toEqual([4, AWAY, 5]);
      one.change({ databases: one.state.databases.map((each) => ({ ...each, refused: undefined })) });
      expect([one.run(AWAY, 'switchover')?.failures, one.writersIn(AWAY)]).toEqual([[], 5]);
    },
  );

  test('a planned move with a dark region moves nothing, and says so', () => {
    const one = world(5, dark);
    const run = one.run(AWAY, 'switchover');
    tell('planned, but the other region is dark', one, run);
    expect(run?.failures.at(-1)).toMatch(/^verify: .*ConnectTimeoutError/);
    expect([one.writersIn(HOME), one.state.pointer]).toEqual([5, {}]);
  });

  test.each(['switchover', 'failover'])('killed at every call of a %s, it comes to the same end', (mode) => {
    const whole = world(5);
    expect(whole.run(AWAY, mode, CONFIRMED)?.failures).toEqual([]);
    // Every call in CI, some of them otherwise.
    const every = process.env.CI ? 1 : 5;
    whole.state.calls.forEach((_, index) => {
      if (index % every !== 0) return;
      for (const kill of ['kill_at', 'kill_after']) {
        const one = world(5, { [kill]: index + 1 });
        one.run(AWAY, mode, CONFIRMED);
        expect(one.run(AWAY, mode, CONFIRMED)?.failures).toEqual([]);
        expect([one.writersIn(AWAY), one.state.pointer[AWAY]?.value, one.writesFrom(HOME), one.writesFrom(AWAY)]).toEqual([5, AWAY, 5, 5]);
      }
    });
  });

  test('when the dark region is back, a run tells it, and a planned one leads back', () => {
    const one = world(5, dark);
    one.run(AWAY, 'failover', CONFIRMED);
    one.change({ dark: [], now: one.state.now + 3_600 });
    expect(one.state.pointer[HOME]).toBeUndefined();
    const again = one.run(AWAY, 'failover', CONFIRMED);
    tell('the dark region is back, run again', one, again);
    expect([again?.failures, one.writesFrom(HOME)]).toEqual([[], 5]);
    const back = one.run(HOME, 'switchover');
    tell('the way back', one, back, HOME);
    expect([back?.failures, one.writersIn(HOME), one.writesFrom(AWAY)]).toEqual([[], 5, 5]);
  });

  test('with three regions the third is rebuilt after a failover; the run ends without it and a later one gives it forwarding', () => {
    const { Content: content } = documentOf(THREE);
    const one = new World(content, 5, dark, THREE);
    const run = one.run(AWAY, 'failover', CONFIRMED);
    tell('unplanned, three regions', one, run);
    expect([run?.failures, one.writesFrom(AWAY), one.writesFrom('ap-southeast-2')]).toEqual([[], 5, 0]);
    one.change({ now: one.state.now + 3_600 });
    expect(one.run(AWAY, 'failover', CONFIRMED)?.failures).toEqual([]);
    expect(one.writesFrom('ap-southeast-2')).toBe(5);
  });
});
