import type { StackTemplate } from '../shared/template';
import { estimate } from '../pricing/estimate';
import { markdownTable } from '../shared/sections-markdown';
import { dollars } from '../shared/money';
import { RECOVERY } from './recovery';
import { costOfHours } from './hours';
import { usageOf } from '../pricing/usage';

/** What stands around the table in the README. */
export const PROFILE_MARKERS = { begin: '<!-- profiles:begin -->', end: '<!-- profiles:end -->' };

/** The same of the table of prices. */
export const MARKERS = { begin: '<!-- cost:begin -->', end: '<!-- cost:end -->' };

const NOTE =
  'Prices are US dollars a month, list prices of us-east-1, from `npx stagecraft cost` ([how](docs/cost.md)). Times and losses are what AWS documents and the runbooks say. ' +
  'Nobody has measured them on AWS yet ([why](docs/cost.md#recovery)).';

const count = (users: number): string => users.toLocaleString('en-US');

/**
 * The table of price and recovery in the README.
 * @param stages templates of stage 1, 2, …, synthesized with default context.
 */
export function readmeTable(stages: readonly (readonly StackTemplate[])[]): string {
  const rows = stages.map((stacks, index) => {
    const usage = usageOf(index + 1);
    const { fixed, expected, high, regions } = estimate(stacks, usage);
    const { rto, rpo } = RECOVERY[index];
    const stage = `${index + 1}${regions.length > 1 ? `, ${regions.length} regions` : ''}`;
    return [stage, dollars(fixed), count(usage.users), dollars(expected), dollars(high), rto, rpo];
  });
  const table = markdownTable(
    [
      'stage',
      'without users',
      'users a month',
      'with them',
      'with twice as many',
      'works again after (RTO)',
      'newest data that is lost (RPO)',
    ],
    rows,
    [1, 2, 3, 4],
  );
  return `${table}\n\n${NOTE}`;
}

/** One profile at every stage. */
export interface ProfileStages {
  readonly name: string;
  /** Templates of stage 1, 2, …. */
  readonly stages: readonly (readonly StackTemplate[])[];
}

/**
 * The table of profiles in the README: what is paid without users, and what three hours of the cheapest cost.
 * @param profiles the cheapest first.
 */
export function profileTable(profiles: readonly ProfileStages[]): string {
  const usage = usageOf(1, 'small');
  const priced = profiles.map(({ stages }) => stages.map((stacks) => estimate(stacks, usage)));
  const rows = profiles[0].stages.map((stacks, index) => [
    `${index + 1}${priced[0][index].regions.length > 1 ? `, ${priced[0][index].regions.length} regions` : ''}`,
    ...priced.map((stages) => dollars(stages[index].fixed)),
    `$${costOfHours(stacks, usage, 3).toFixed(2)}`,
  ]);
  return markdownTable(['stage', ...profiles.map(({ name }) => name), `three hours of ${profiles[0].name}`], rows, [1, 2, 3, 4]);
}

/** A text with the table between its markers; undefined where it has none. */
export function withTable(text: string, table: string, markers = MARKERS): string | undefined {
  const [begin, end] = [text.indexOf(markers.begin), text.indexOf(markers.end)];
  if (begin < 0 || end < begin) return undefined;
  return `${text.slice(0, begin + markers.begin.length)}\n\n${table}\n\n${text.slice(end)}`;
}
