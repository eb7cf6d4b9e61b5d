/** How people go from one stage to the next on a live system. */
export interface Climb {
  /** What the runbook does that a template can't: `moves the database from the server to RDS`. */
  readonly runbook: string;
  readonly steps: readonly Step[];
}

/** One thing to do. */
export interface Step {
  /** What to type or to read. */
  readonly what: string;
  readonly why: string;
}

/** From this stage on stacks of several regions are deployed one after the other. */
const REGIONAL = 6;

/** What the runbook to a stage does, by the stage's number. */
const RUNBOOKS: Readonly<Record<number, string>> = {
  2: 'moves the database from the server to RDS',
  3: 'moves uploads from the disk to the bucket',
  4: 'proves that the fleet can serve, and moves nothing; the last deploy turns traffic to it',
  5: 'moves rows from the core database to clusters by function and by shard',
  6: 'copies older uploads to the buckets of the other regions',
};

/**
 * The way from one stage to the next: a bridge with both ends, the runbook, the stage itself.
 * @param from the stage that is live.
 * @param to the one above it.
 * @param context what goes with every command.
 */
export function climbOf(from: number, to: number, context: Readonly<Record<string, string>>): Climb {
  const options = Object.entries(context).map(([key, value]) => ` -c ${quoted(`${key}=${value}`)}`);
  const deploy = `npx cdk deploy --all${to === REGIONAL ? ' --concurrency 1' : ''} -c stage=${to}`;
  return {
    runbook: RUNBOOKS[to],
    steps: [
      { what: `${deploy} -c from=${from}${options.join('')}`, why: 'bridge: both ends side by side' },
      { what: `docs/runbooks/${from}-to-${to}.md`, why: 'runbook: moves, verifies, says the way back' },
      {
        what: `npx stagecraft guard ${from}-to-${to} ${to}${options.join('')}`,
        why: 'with a stack policy: its opening, for the next command',
      },
      { what: `${deploy}${options.join('')}`, why: 'the stage: ends the bridge' },
    ],
  };
}

/** As a shell takes it for one word. */
function quoted(word: string): string {
  return /^[\w=.,:/-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
