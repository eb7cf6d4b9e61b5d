import { type Comparison, type ResourceChange, type Risk, Verdict } from '../changes/model';
import type { StackTemplate } from '../shared/template';
import { type AlarmNote, alarmNotes } from '../changes/alarms';
import { otherDefaults } from '../changes/parameters';
import { STEP_RULES } from '../changes/rules/steps';
import { sizesOf } from './sizes';
import { unreadNotes } from './unread';
import { type AccessChange, compareAccess } from '../access/compare';
import { shortened } from '../shared/words';
import type { Climb } from './climb';
import { type Commands, type Plan, planOf } from './plan';

/** How many resources get each verdict. */
export type Counts = Readonly<Record<Verdict, number>>;

/** All that is said about a change, whatever the format. `--format json` prints it as it stands; `docs/diff.md` describes it. */
export interface Report {
  /** Of this shape; another number when a field changes its meaning or goes. */
  readonly version: 1;
  /** `Stage 3 → 4`, or the names of two files. */
  readonly title: string;
  readonly counts: Counts;
  /** Whether a risk is there that nobody allowed: exit code 2. */
  readonly atRisk: boolean;
  /** `safe`; `not in one step`, if data is safe and something has to be done between two deployments; `at risk`. */
  readonly verdict: 'safe' | 'not in one step' | 'at risk';
  /** What the reader has to know to read the rest rightly. */
  readonly notes: readonly string[];
  /** What was not read or can't be decided here, each in one line. */
  readonly unread: readonly string[];
  readonly risks: readonly Risk[];
  readonly access: {
    readonly opened: readonly AccessChange[];
    readonly narrowed: readonly AccessChange[];
  };
  readonly changes: readonly ResourceChange[];
  /** Alarms that will ring though nothing is wrong, or that ring earlier or later than before. */
  readonly alarms: readonly AlarmNote[];
  /** Names of stacks that only one side has. */
  readonly stacks: { readonly added: readonly string[]; readonly retired: readonly string[] };
  readonly climb?: Climb;
  /** How one deployment is done, where it is no climb. */
  readonly deploy?: Plan;
  /** Of a climb: what each of its deployments does, in order. */
  readonly halves?: readonly Half[];
  /** What there is of each kind of machine, where that differs. */
  readonly sizes: readonly (readonly [what: string, before: string, after: string])[];
  /** Monthly difference in price, in one line. */
  readonly cost?: string;
}

/** One of the two deployments of a climb. */
export interface Half {
  readonly title: string;
  readonly counts: Counts;
  readonly cost?: string;
}

/** What a report is made of. */
export interface ReportInput {
  readonly title: string;
  readonly before: readonly StackTemplate[];
  readonly after: readonly StackTemplate[];
  readonly comparison: Comparison;
  readonly notes: readonly string[];
  readonly climb?: Climb;
  /** What to type for a deployment that is no climb. */
  readonly commands?: Commands;
  readonly halves?: readonly Half[];
  /** Alarms of both halves; read from the two sides if left out. */
  readonly alarms?: readonly AlarmNote[];
  readonly cost?: string;
}

/** Puts together what a reviewer is told. */
export function reportOf(input: ReportInput): Report {
  const { title, before, after, comparison, notes, climb, commands, halves, alarms, cost } = input;
  const { changes, risks: found } = comparison;
  const risks = bridged(found, climb !== undefined);
  const open = risks.filter(({ allowed }) => allowed === undefined);
  const verdict = open.length === 0 ? 'safe' : open.every(({ rule }) => STEP_RULES.includes(rule)) ? 'not in one step' : 'at risk';
  // What would be refused or lose data has no steps.
  const deploy = commands && !climb && verdict !== 'at risk' ? planOf({ before, after, changes, risks: open, commands }) : undefined;
  const names = (stacks: readonly StackTemplate[], others: readonly StackTemplate[]): string[] =>
    stacks.map(({ name }) => name).filter((name) => !others.some((other) => other.name === name));
  return {
    version: 1,
    title,
    counts: countsOf(changes),
    atRisk: open.length > 0,
    verdict,
    notes: [...notes, ...parameterNotes(before, after)],
    unread: unreadNotes(before, after, changes),
    risks,
    access: compareAccess(before, after),
    changes,
    alarms: alarms ?? alarmNotes(before, after, changes),
    stacks: { added: names(after, before), retired: names(before, after) },
    climb,
    deploy,
    halves,
    sizes: sizesOf(before, after),
    cost,
  };
}

/** Which value counts where a default is another; the comparison looked at both. */
function parameterNotes(before: readonly StackTemplate[], after: readonly StackTemplate[]): string[] {
  const names = after
    .filter(({ nested }) => !nested)
    .flatMap((stack) =>
      otherDefaults(
        before.find(({ name }) => name === stack.name),
        stack,
      ),
    );
  if (names.length === 0) return [];
  return [
    `Another default of ${shortened([...new Set(names)], 4, 'parameter')}: cdk deploy keeps the value that a stack has; --no-previous-parameters and other tools take the new one. Both were compared; the lines below show the new one.`,
  ];
}

/** How many changes there are of each verdict. */
export function countsOf(changes: readonly ResourceChange[]): Counts {
  return Object.fromEntries(
    Object.values(Verdict).map((verdict) => [verdict, changes.filter((change) => change.verdict === verdict).length]),
  ) as Counts;
}

/** What a bridge and its runbook do between the two sides is no risk. */
function bridged(risks: readonly Risk[], hasBridge: boolean): Risk[] {
  if (!hasBridge) return [...risks];
  return risks.map((risk) =>
    risk.rule === 'not-in-one-step' && risk.allowed === undefined
      ? { ...risk, allowed: 'the bridge and its runbook do it: see How to climb' }
      : risk,
  );
}

/** The first line: `Stage 3 → 4: 18 added · 2 changed · 0 replaced · 1 retired`. */
export function headline({ title, counts }: Pick<Report, 'counts' | 'title'>): string {
  return `${title}: ${Object.values(Verdict)
    .map((verdict) => `${counts[verdict]} ${verdict}`)
    .join(' · ')}`;
}
