import fc from 'fast-check';
import { DOMAIN } from '../support/context';

/** One change of a live system: what is deployed, and what will be. */
export interface Move {
  readonly what: string;
  readonly before: Readonly<Record<string, unknown>>;
  readonly after: Readonly<Record<string, unknown>>;
}

type Context = Readonly<Record<string, unknown>>;

const OFFICE = 'Mon-Fri 08:00-18:00 Europe/Berlin';

export const STAGES = [1, 2, 3, 4, 5, 6];
export const REGIONS = ['us-east-1', 'eu-west-1', 'ap-southeast-2', 'sa-east-1'];

/** The choices that a deployment keeps for its life. */
interface Choices {
  readonly founding: number;
  readonly domain: boolean;
  readonly pinned: boolean;
  readonly shards: number;
  readonly sharding: string;
  readonly database: string | undefined;
  readonly sessions: string | undefined;
  readonly replicas: number;
  readonly nat: string;
  readonly size: string;
  readonly sizes: Context;
  readonly regions: number;
  readonly routing: string;
}

const CHOICES: fc.Arbitrary<Choices> = fc.record({
  founding: fc.nat({ max: REGIONS.length - 1 }),
  domain: fc.boolean(),
  pinned: fc.boolean(),
  // Rarely many: what is beyond the eighth is in a stack of its own.
  shards: fc.oneof({ weight: 29, arbitrary: fc.integer({ min: 1, max: 4 }) }, { weight: 1, arbitrary: fc.constantFrom(7, 9) }),
  sharding: fc.constantFrom('range', 'hash', 'directory'),
  database: fc.constantFrom(undefined, undefined, 'cluster'),
  sessions: fc.constantFrom(undefined, 'dynamodb'),
  replicas: fc.integer({ min: 0, max: 4 }),
  nat: fc.constantFrom('1', '2', '3', 'instance'),
  size: fc.constantFrom('t4g.medium', 'm7g.large', 'c7g.xlarge'),
  regions: fc.integer({ min: 2, max: 3 }),
  routing: fc.constantFrom('latency', 'geolocation'),
  // Mostly a profile alone; sometimes keys beside it.
  sizes: fc.record(
    {
      profile: fc.constantFrom('lesson', 'start', 'production'),
      databaseClass: fc.constantFrom('t4g.medium', 'r7g.large'),
      storage: fc.constantFrom(100, 250),
      standby: fc.boolean(),
      capacity: fc.constantFrom('0-2', '1-8', 'r6g.large'),
      cacheNode: fc.constantFrom('t4g.small', 'r7g.large'),
      fleet: fc.constantFrom('1-3', '2-20'),
      workers: fc.constantFrom('0-3', '1-20'),
      spot: fc.constantFrom(0, 100),
      endpoints: fc.integer({ min: 1, max: 3 }),
      monitoring: fc.constantFrom('full', 'dashboard', 'none'),
      disk: fc.constantFrom(50, 200),
      awake: fc.constantFrom(OFFICE, 'Sun,Wed 22:30-05:00 Asia/Tokyo'),
    },
    { requiredKeys: [] },
  ),
});

/** What a deployment with these choices is told at a stage. */
function context(choices: Choices, stage: number): Context {
  const { founding, pinned, routing, shards, sharding, database, sessions, nat, size, sizes } = choices;
  // A table gets one replica in each update.
  const regions = sessions === undefined ? choices.regions : 2;
  // A cluster has one reader at least.
  const replicas = database === undefined ? choices.replicas : Math.max(1, choices.replicas);
  const all = [...REGIONS.slice(founding), ...REGIONS.slice(0, founding)];
  const needsDomain = choices.domain || stage === 6;
  return {
    ...{ ...sizes, disposable: false },
    ...{ stage, shards, sharding, replicas, nat, size, regions: (stage === 6 ? all.slice(0, regions) : all.slice(0, 1)).join(',') },
    ...(database !== undefined && { database }),
    ...(sessions !== undefined && { sessions }),
    ...(needsDomain && { ...DOMAIN, routing }),
    ...(pinned && { azs: ['c', 'a', 'b'].map((zone) => all[0] + zone).join(',') }),
  };
}

/** A climb: direct, into its bridge, out of it. Stage 6 has a domain, so the stage before has it already. */
function climb(choices: Choices, from: number, way: 'direct' | 'bridge in' | 'bridge out'): Move {
  const kept = from === 5 ? { ...choices, domain: true } : choices;
  const [before, after] = [context(kept, from), context(kept, from + 1)];
  const bridge = { ...after, from };
  const what = `${from} → ${from + 1}, ${way}`;
  if (way === 'direct') return { what, before, after };
  return way === 'bridge in' ? { what, before, after: bridge } : { what, before: bridge, after };
}

/** Changes inside a stage that a user may want on any day, and the first stage that has something to change. */
const INSIDE: readonly (readonly [what: string, from: number, change: (of: Context, release: string) => Context])[] = [
  ['nothing changed', 1, (of) => of],
  ['size changed', 1, (of) => ({ ...of, size: 'r7g.large' })],
  ['release changed', 1, (of, app) => ({ ...of, app })],
  ['domain added', 1, (of) => ({ ...of, ...DOMAIN })],
  ['replicas up', 3, (of) => ({ ...of, replicas: Number(of.replicas) + 1 })],
  ['nat gateways changed', 4, (of) => ({ ...of, nat: of.nat === 'instance' ? 2 : 'instance' })],
  ['database class changed', 2, (of) => ({ ...of, databaseClass: 'm7g.large' })],
  ['storage up', 2, (of) => ({ ...of, storage: Math.max(300, Number(of.storage ?? 0)) })],
  ['standby turned', 2, (of) => ({ ...of, standby: !(of.standby ?? true) })],
  ['capacity changed', 5, (of) => ({ ...of, capacity: of.capacity === 'r6g.large' ? '0-4' : 'r6g.large' })],
  ['cache node changed', 3, (of) => ({ ...of, cacheNode: 'm7g.large' })],
  ['fleet and workers changed', 4, (of) => ({ ...of, fleet: '3-30', workers: '2-9', spot: 30 })],
  ['endpoints changed', 2, (of) => ({ ...of, endpoints: (Number(of.endpoints ?? 3) % 3) + 1 })],
  ['monitoring changed', 1, (of) => ({ ...of, monitoring: of.monitoring === 'none' ? 'full' : 'none' })],
  ['disk up', 1, (of) => ({ ...of, disk: Math.max(300, Number(of.disk ?? 0)) })],
  ['sleep turned', 1, (of) => ({ ...of, awake: of.awake === OFFICE ? undefined : OFFICE })],
  ['shards up', 5, (of) => ({ ...of, shards: Number(of.shards) * 2 })],
  // With several regions each would have to switch at the same moment, so there is no such bridge.
  ['shards up, bridge in', 5, (of) => (of.stage === 6 ? of : { ...of, shards: Number(of.shards) * 2, serving: of.shards })],
  ['shards up, bridge out', 5, (of) => ({ ...of, shards: Number(of.shards) * 2 })],
  ['a region added', 6, (of) => ({ ...of, regions: `${String(of.regions)},ca-central-1` })],
];

/** Every change inside every stage that has it. */
const INSIDE_STAGES = STAGES.flatMap((stage) => INSIDE.filter(([, from]) => stage >= from).map((row) => [stage, row] as const));

/** Every change once, at its first stage, in a small deployment and in a whole one. */
export function insideOnce(release: string): Move[] {
  return ['start', 'production'].flatMap((profile) =>
    INSIDE.filter(([what]) => !what.includes('bridge')).map(([what, stage, change]): Move => {
      const before = {
        stage,
        profile,
        replicas: 1,
        nat: '1',
        shards: 2,
        ...(stage === 6 && { ...DOMAIN, regions: 'us-east-1,eu-west-1' }),
      };
      return { what: `stage ${stage}, ${profile}, ${what}`, before, after: change(before, release) };
    }),
  );
}

/** Any change that the gate promises to be safe. */
export function moves(release: string): fc.Arbitrary<Move> {
  const way = fc.constantFrom('direct' as const, 'bridge in' as const, 'bridge out' as const);
  const climbs = fc.tuple(CHOICES, fc.constantFrom(1, 2, 3, 4, 5), way).map((drawn) => climb(...drawn));
  const inside = fc.tuple(CHOICES, fc.constantFrom(...INSIDE_STAGES)).map(([choices, [stage, [what, , change]]]): Move => {
    const before = context(choices, stage);
    const bridged = what === 'shards up, bridge out' && stage === 5 ? { ...change(before, release), serving: before.shards } : before;
    return { what: `stage ${stage}, ${what}`, before: bridged, after: change(before, release) };
  });
  return fc.oneof({ weight: 2, arbitrary: climbs }, { weight: 1, arbitrary: inside });
}

/** Profiles, the cheapest first. */
export const PROFILES = ['lesson', 'start', 'production'];

/** From a cheaper profile to every dearer one, at every stage. */
export const UPWARDS: readonly Move[] = STAGES.flatMap((stage) =>
  [
    [0, 1],
    [0, 2],
    [1, 2],
  ].map(([from, to]) => {
    const of = (profile: string): Context => ({ stage, profile, ...(stage === 6 && { ...DOMAIN, regions: 'us-east-1,eu-west-1' }) });
    return { what: `stage ${stage}: ${PROFILES[from]} → ${PROFILES[to]}`, before: of(PROFILES[from]), after: of(PROFILES[to]) };
  }),
);

/** From always awake to hours of work, and back, at every stage. */
export const SLEEP: readonly Move[] = STAGES.flatMap((stage) => {
  const always = { stage, profile: 'start', ...(stage === 6 && { ...DOMAIN, regions: 'us-east-1,eu-west-1' }) };
  const sleeping = { ...always, replicas: 0, awake: OFFICE };
  return [
    { what: `stage ${stage}: it sleeps`, before: { ...always, replicas: 0 }, after: sleeping },
    { what: `stage ${stage}: it is awake again`, before: sleeping, after: always },
  ];
});

/** The five climbs with what a user gets who chooses nothing, direct or over the bridge. */
export function plainClimb(from: number, way: 'direct' | 'bridge in' | 'bridge out', domain = true): Move {
  const of = (stage: number): Context => ({ stage, ...(domain && DOMAIN), ...(stage === 6 && { regions: REGIONS.slice(0, 2).join(',') }) });
  const bridge = { ...of(from + 1), from };
  const [before, after] = way === 'bridge out' ? [bridge, of(from + 1)] : [of(from), way === 'direct' ? of(from + 1) : bridge];
  return { what: `${from} → ${from + 1}, ${way}`, before, after };
}
