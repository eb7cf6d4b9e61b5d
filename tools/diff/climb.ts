import type { StageSide } from '../shared/sides';

/** How people go from one stage to the next on a live system. */
export interface Climb {
  /** What the runbook does that a template can't: `moves the database from the server to RDS`. */
  readonly runbook: string;
  /** Who waits, and for how long. */
  readonly waits: string;
  readonly steps: readonly Step[];
  /** What no command does. */
  readonly byHand?: string;
}

/** One thing to do. */
export interface Step {
  /** What to type. */
  readonly what: string;
  readonly why: string;
  /** How long it usually takes on AWS; not measured here. */
  readonly takes: string;
  /** How to undo it. */
  readonly back: string;
}

/** From this stage on stacks of several regions are deployed one after the other. */
const REGIONAL = 6;

/** What is known of a climb beside its templates. */
interface Known {
  readonly runbook: string;
  /** Its document, behind the name of the deployment. */
  readonly document: string;
  readonly waits: string;
  /** How long bridge, runbook and stage usually take. */
  readonly takes: readonly [string, string, string];
  /** The way back from the runbook. */
  readonly back: string;
  readonly byHand?: string;
}

const NOTHING_SWITCHED = 'nothing was switched';

/** By the number of the stage that it leads to. */
const CLIMBS: Readonly<Record<number, Known>> = {
  2: {
    runbook: 'moves the database from the server to RDS',
    document: 'move-database',
    waits: 'writers, for the last changes and their verification; by a dump, if check says so, as long as the rehearsal prints',
    takes: ['20 to 40 min', 'by the database', '10 to 20 min'],
    back: 'until its switch: abort; then by hand',
  },
  3: {
    runbook: 'moves uploads from the disk to the bucket',
    document: 'move-uploads',
    waits: 'nobody',
    takes: ['20 to 40 min', 'by the files', '5 to 15 min'],
    back: 'its step abort',
  },
  4: {
    runbook: 'proves that the fleet can serve, and moves nothing; the last deploy turns traffic to it',
    document: 'move-servers',
    waits: 'nobody; who is signed in stays so by the bridge alone. Not proven on AWS: requests in flight while CloudFront turns',
    takes: ['20 to 30 min', 'to 15 min', '15 to 30 min'],
    back: NOTHING_SWITCHED,
    byHand: 'Before: tell partners who allow your address. After: delete the volume of the server and its snapshots when nobody needs them',
  },
  5: {
    runbook: 'moves rows from the core database to clusters by function and by shard',
    document: 'place-users',
    waits: 'writers, while the last changes arrive',
    takes: ['20 to 40 min', 'by the database', '15 to 30 min'],
    back: 'until its switch: abort; then nothing flows back',
    byHand: 'Before: no changes of the schema while it runs. After: delete the one database when nobody needs it; until then it costs',
  },
  6: {
    runbook: 'copies older uploads to the buckets of the other regions',
    document: 'copy-uploads',
    waits: 'nobody',
    takes: ['30 to 60 min', 'to 2 days', '10 to 20 min'],
    back: NOTHING_SWITCHED,
  },
};

/**
 * The way from one stage to the next: a bridge with both ends, the runbook, the stage itself.
 * @param from the stage that is live.
 * @param to the one above it.
 * @param context what goes with every command.
 */
export function climbOf(from: number, to: number, context: Readonly<Record<string, string>>): Climb {
  const options = optionsOf(context);
  const { runbook, document, waits, takes, back, byHand } = CLIMBS[to];
  const name = Object.hasOwn(context, 'name') ? context.name : 'webapp';
  return {
    ...{ runbook, waits },
    ...(byHand !== undefined && { byHand }),
    steps: [
      {
        what: deployCommand({ stage: to, from }, context),
        why: 'bridge: both ends side by side',
        ...{ takes: takes[0], back: deployCommand({ stage: from }, context) },
      },
      {
        what: `aws ssm start-automation-execution --document-name ${quoted(`${name}-${document}`)}`,
        why: `runbook, docs/runbooks/${from}-to-${to}.md: moves and verifies`,
        ...{ takes: takes[1], back },
      },
      {
        what: `npx stagecraft guard ${from}-to-${to} ${to}${options}`,
        why: 'with a stack policy: its opening, for the next command',
        ...{ takes: '1 min', back: 'set the policy again' },
      },
      {
        what: deployCommand({ stage: to }, context),
        why: 'the stage: ends the bridge',
        takes: takes[2],
        back: 'the bridge again: see the runbook',
      },
    ],
  };
}

/** What deploys a stage or a bridge. */
export function deployCommand({ stage, from }: StageSide, context: Readonly<Record<string, string>>): string {
  const bridge = from === undefined ? '' : ` -c from=${from}`;
  return `npx cdk deploy --all${stage === REGIONAL ? ' --concurrency 1' : ''} -c stage=${stage}${bridge}${optionsOf(context)}`;
}

/** Context as options. */
export function optionsOf(context: Readonly<Record<string, string>>): string {
  return Object.entries(context)
    .map(([key, value]) => ` -c ${quoted(`${key}=${value}`)}`)
    .join('');
}

/** As a shell takes it for one word. */
export function quoted(word: string): string {
  return /^[\w=.,:/-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
