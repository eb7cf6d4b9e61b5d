import * as fc from 'fast-check';
import { RegionOffers, Regions } from '../../lib';
import { InvalidInput } from '../../lib/foundation/invalid-input';
import { type Context, parseContext } from '../../stages/context';
import { DOMAIN, FLAGS, synthesize } from '../support/synth';

/** The one line that a wrong context gives. */
function refusal(raw: Record<string, unknown>): string {
  try {
    parseContext(raw);
  } catch (error) {
    if (error instanceof InvalidInput) return error.message;
    throw error;
  }
  throw new Error(`${JSON.stringify(raw)} was accepted`);
}

test('texts of the command line and values of cdk.json give the same context', () => {
  const typed = parseContext({ stage: '4', regions: 'us-east-1,eu-west-1', replicas: '3', disposable: 'true' });
  expect(parseContext({ stage: 4, regions: ['us-east-1', 'eu-west-1'], replicas: 3, disposable: true })).toEqual(typed);
  expect(typed).toMatchObject({ stage: 4, name: 'webapp', regions: ['us-east-1', 'eu-west-1'], replicas: 3, routing: 'latency' });
});

test.each([
  ['size', 'zz9g.large', 'm7g.large'],
  ['databaseClass', 'zz9.large', 'r6g.large'],
  ['cacheNode', 'zz9.large', 't4g.medium'],
  ['capacity', 'zz9.large', 'r6g.large'],
])('%s=%s, a family that nobody has heard of, is refused', (key, type, example) => {
  expect(refusal({ stage: '5', [key]: type })).toBe(
    `${key}=${type} is not possible: ${type.split('.')[0]} is no family that is known here (${RegionOffers.AS_OF}); type -c ${key}=${example}, or choose it in a blueprint`,
  );
});

test.each([
  [{}, 'stage is missing: allowed are 1 to 6; type npx cdk synth -c stage=1'],
  [{ stage: '' }, 'stage= is not possible: it is empty; type a value behind -c stage=, or leave it out'],
  [{ stage: '0' }, 'stage=0 is not possible: allowed are 1 to 6; type npx cdk synth -c stage=1'],
  ...['365', 'governance', 'governance:0', 'compliance:36501', 'legal:7', 'governance:1:2', 'constructor:1'].map(
    (logLock): [object, string] => [
      { stage: '1', logLock },
      `logLock=${logLock} is not possible: governance or compliance and 1 to 36500 days; type -c logLock=governance:365`,
    ],
  ),
  [{ stage: '7' }, 'stage=7 is not possible: allowed are 1 to 6; type npx cdk synth -c stage=1'],
  [
    { stage: '6', regions: 'us-east-1,eu-west-1' },
    'domain is missing: GeoDNS needs a hosted zone to send users by; type -c domain=example.com -c hostedZoneId=Z0123456789ABCDEFGHIJ',
  ],
  [
    { stage: '6', ...DOMAIN, regions: 'us-east-1' },
    'regions=us-east-1 is not possible at this stage: two to five are needed; type -c regions=us-east-1,eu-west-1',
  ],
  [
    { stage: '6', ...DOMAIN, regions: 'us-east-1,eu-west-1', places: 'eu-west-1:Europe' },
    'places works with geolocation alone: type -c routing=geolocation, or leave places out',
  ],
  [
    { stage: '6', places: 'Europe' },
    'places=Europe is not possible: pairs of a region and a place are needed; type -c places=eu-west-1:Europe,us-east-1:NorthAmerica',
  ],
  [
    { stage: '6', places: 'eu-west-1:Mars' },
    'place Mars is neither a continent (Africa, Antarctica, Asia, Europe, Oceania, NorthAmerica, SouthAmerica) nor two capitals of a country such as DE',
  ],
  [{ stage: 'abc' }, 'stage=abc is not possible: allowed are 1 to 6; type npx cdk synth -c stage=1'],
  [{ stage: '4.0' }, 'stage=4.0 is not possible: allowed are 1 to 6; type npx cdk synth -c stage=1'],
  [{ stage: '1', shard: '3' }, 'shard is not a context key: did you mean -c shards=…'],
  [{ stage: '1', Replica: '3' }, 'Replica is not a context key: did you mean -c replicas=…'],
  [{ stage: '1', regions: 'mars-1' }, 'regions=mars-1 is not possible: mars-1 is not an AWS region here; type -c regions=us-east-1'],
  [{ stage: '1', regions: 'eu-west1' }, 'regions=eu-west1 is not possible: eu-west1 is not an AWS region here; type -c regions=eu-west-1'],
  [{ stage: '1', regions: 'us-east-1,us-east-1' }, 'regions=us-east-1,us-east-1 is not possible: each region can stand there once'],
  [
    { stage: '1', size: 't3.micro' },
    'size=t3.micro is not an arm64 (Graviton) instance type: type one such as -c size=t4g.large or -c size=m7g.xlarge',
  ],
  [{ stage: '3', replicas: '16' }, 'replicas=16 is not possible: allowed are 0 to 15; type -c replicas=2'],
  [{ stage: '5', shards: '0' }, 'shards=0 is not possible: allowed are 1 to 1024; type -c shards=2'],
  [{ stage: '5', shards: '2.5' }, 'shards=2.5 is not possible: allowed are 1 to 1024; type -c shards=2'],
  [{ stage: '5', sharding: 'random' }, 'sharding=random is not possible: allowed are range, hash and directory; type -c sharding=range'],
  [{ stage: '4', sessions: 'redis' }, 'sessions=redis is not possible: allowed are valkey and dynamodb; type -c sessions=dynamodb'],
  [{ stage: '4', nat: '0' }, 'nat=0 is not possible: allowed are 1 to 3, one per zone at the most, and instance; type -c nat=3'],
  [{ stage: '1', disk: '2' }, 'disk=2 is not possible: allowed are 4 to 16384 GiB; type -c disk=50'],
  [
    { stage: '2', databaseClass: 'large' },
    'databaseClass=large is not possible: a class of RDS is needed; type -c databaseClass=r6g.large',
  ],
  [{ stage: '2', storage: '10' }, 'storage=10 is not possible: allowed are 20 to 65536 GiB; type -c storage=100'],
  [{ stage: '2', standby: 'no' }, 'standby=no is not possible: allowed are true and false; type -c standby=true'],
  [
    { stage: '5', capacity: '4-2' },
    'capacity=4-2 is not possible: the least and the most capacity units are needed, 0 to 256 in halves, or a class of Aurora; type -c capacity=0.5-16 or -c capacity=r7g.large',
  ],
  [
    { stage: '3', cacheNode: 'cache.large' },
    'cacheNode=cache.large is not possible: a node type of ElastiCache is needed; type -c cacheNode=t4g.medium',
  ],
  [{ stage: '4', fleet: '10-2' }, 'fleet=10-2 is not possible: the least and the most servers are needed, 1 to 500; type -c fleet=2-10'],
  [{ stage: '5', workers: '3' }, 'workers=3 is not possible: the least and the most workers are needed, 0 to 500; type -c workers=0-10'],
  [{ stage: '4', spot: '101' }, 'spot=101 is not possible: allowed are 0 to 100 percent; type -c spot=50'],
  [{ stage: '2', endpoints: '4' }, 'endpoints=4 is not possible: allowed are 1 to 3 zones; type -c endpoints=3'],
  [
    { stage: '1', awake: 'Mon-Fri 8-18' },
    'awake=Mon-Fri 8-18 is not possible: days, hours and a time zone are needed; type one such as awake="Mon-Fri 08:00-18:00 Europe/Berlin"',
  ],
  [{ stage: '1', monitoring: 'some' }, 'monitoring=some is not possible: allowed are full, dashboard and none; type -c monitoring=full'],
  [{ stage: '1', profile: 'cheap' }, 'profile=cheap is not possible: allowed are lesson, start and production; type -c profile=start'],
  [{ stage: '1', profil: 'start' }, 'profil is not a context key: did you mean -c profile=…'],
  [{ stage: '4', from: '2' }, 'from=2 is not possible with stage=4: a bridge leads from the stage below; type -c stage=4 -c from=3'],
  [{ stage: '4', from: '4' }, 'from=4 is not possible with stage=4: a bridge leads from the stage below; type -c stage=4 -c from=3'],
  [{ stage: '1', from: '1' }, 'from=1 is not possible with stage=1: a bridge leads from the stage below; leave from out'],
  [{ stage: '2', from: 'x' }, 'from=x is not possible: allowed is the stage below; type npx cdk deploy -c stage=2 -c from=1'],
  [{ stage: '5', from: '4', serving: '1' }, 'serving=1 is not possible with from=4: climb first, then grow; leave one of them out'],
  [{ stage: '5', serving: '0' }, 'serving=0 is not possible: allowed are 1 to 1023, less than shards; type -c shards=4 -c serving=2'],
  [{ stage: '1', alarmEmail: 'team' }, 'alarmEmail=team is not possible: an address is needed; type -c alarmEmail=team@example.com'],
  [
    { stage: '4', drills: 'Kill' },
    'drills=Kill is not possible: names of drills are needed, each once; type -c drills=kill-server,fail-over-database',
  ],
  [{ stage: '1', budget: '0' }, 'budget=0 is not possible: allowed are 1 to 999999 US dollars a month; type -c budget=500'],
  [
    { stage: '1', domain: 'example.com' },
    'domain=example.com needs the zone that holds it: type -c domain=example.com -c hostedZoneId=Z0123456789ABCDEFGHIJ',
  ],
  [
    { stage: '1', azs: 'us-east-1a,us-east-1b,eu-west-1c' },
    'azs=us-east-1a,us-east-1b,eu-west-1c are not zones of us-east-1: type -c azs=us-east-1a,us-east-1b,us-east-1c',
  ],
  [
    { stage: '1', regions: 'us-west-1' },
    'region us-west-1 has no three availability zones common to all accounts: name yours with -c azs=us-west-1a,us-west-1b,us-west-1c',
  ],
  [{ stage: { number: 1 } }, 'stage in cdk.json is not a text, a number or a list: write "stage": "value"'],
])('%j is refused with one line that says what to type', (raw, line) => {
  expect(refusal(raw)).toBe(line);
});

test('keys of the CDK and keys that resemble none of ours are left alone', () => {
  expect(parseContext({ ...FLAGS, stage: 1, 'aws:cdk:enable-path-metadata': true, team: 'shop', owner: 'me' }).stage).toBe(1);
});

const nonsense = fc.oneof(
  fc.string({ maxLength: 12 }),
  fc.integer().map(String),
  fc.constantFrom('', ' ', '-1', '1e3', 'NaN', '😀', 'a,b', "'; --", '${Token[1]}'),
);
const valid = {
  stage: fc.integer({ min: 1, max: 5 }).map(String),
  name: fc.stringMatching(/^[a-z](-?[a-z0-9]){1,19}$/),
  regions: fc
    .uniqueArray(fc.constantFrom(...Regions.ALL.filter((region) => region !== 'us-west-1')), { minLength: 1, maxLength: 5 })
    .map((regions) => regions.join(',')),
  replicas: fc.integer({ min: 0, max: 15 }).map(String),
  nat: fc.integer({ min: 1, max: 3 }).map(String),
  shards: fc.integer({ min: 1, max: 1024 }).map(String),
  routing: fc.constantFrom('latency', 'geolocation'),
  size: fc.constantFrom('t4g.small', 'm6g.large', 'c6g.16xlarge'),
  profile: fc.constantFrom('lesson', 'start', 'production'),
  databaseClass: fc.constantFrom('db.t4g.medium', 'r6g.large'),
  storage: fc.integer({ min: 20, max: 65_536 }).map(String),
  standby: fc.constantFrom('true', 'false'),
  capacity: fc.constantFrom('0-4', '0.5-16', 'r6g.large'),
  cacheNode: fc.constantFrom('cache.t4g.medium', 'm6g.large'),
  fleet: fc.constantFrom('1-1', '2-10'),
  workers: fc.constantFrom('0-1', '3-30'),
  spot: fc.integer({ min: 0, max: 100 }).map(String),
  monitoring: fc.constantFrom('full', 'dashboard', 'none'),
  awake: fc.constantFrom('Mon-Fri 08:00-18:00 Europe/Berlin', 'Sat 22:00-02:00 UTC'),
  disposable: fc.constantFrom('true', 'false'),
};

const validContext = fc
  .tuple(fc.record(valid, { requiredKeys: ['stage'] }), fc.option(fc.constant(DOMAIN), { nil: {} }))
  .map(([context, domain]) => ({ ...context, ...domain }));

test('1,000 random contexts, broken and valid: a typed value or one clear line', () => {
  const keys = fc.oneof(
    fc.constantFrom(...Object.keys(valid), 'azs', 'domain', 'hostedZoneId', 'app', 'from'),
    fc.string({ maxLength: 10 }),
  );
  const broken = fc
    .tuple(validContext, fc.dictionary(keys, nonsense, { maxKeys: 3 }))
    .map(([context, noise]) => ({ ...context, ...noise }));
  fc.assert(
    fc.property(fc.oneof(validContext, broken), (raw) => {
      let context: Context;
      try {
        context = parseContext(raw);
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidInput);
        const { message } = error as InvalidInput;
        expect(message).toMatch(/^[^\n]{10,400}$/);
        return;
      }
      expect(Number.isInteger(context.stage)).toBe(true);
      expect(context.regions.every((region) => Regions.ALL.includes(region))).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test('a valid context is never refused, and a sample of them gives templates', () => {
  fc.assert(
    fc.property(validContext, (raw) => {
      expect(parseContext(raw).stage).toBe(Number(raw.stage));
    }),
    { numRuns: 300 },
  );
  const small = validContext.map((raw) => ({ ...raw, ...(raw.shards && { shards: String(Number(raw.shards) % 20 || 1) }) }));
  for (const raw of fc.sample(small, { numRuns: 12, seed: 20261122 })) {
    expect(Object.keys(synthesize(raw).resources).length).toBeGreaterThan(30);
  }
});
