import { basename } from 'node:path';
import { BadInput } from '../shared/bad-input';
import { type AlarmNote, alarmNotes } from '../changes/alarms';
import { comparePrepared } from '../changes/compare';
import type { Risk } from '../changes/model';
import { prepared } from '../changes/prepare';
import type { AllowList } from '../changes/allow-list';
import { readAllowList } from './allow';
import type { DiffOptions } from './arguments';
import { runApp } from '../shared/app';
import type { StackTemplate } from '../shared/template';
import { checkTarget, deliver, lookOf } from '../shared/output';
import { type Progress, progress } from '../shared/progress';
import { type StageSide, nameOf, readStacks } from '../shared/sides';
import { capitalized } from '../shared/words';
import { climbOf } from './climb';
import { fileCommands, stageCommands } from './commands';
import { renderMarkdown } from './markdown';
import { ANY_STAGE, type Usage, parseUsage } from '../pricing/usage';
import { pictureOfChange } from './picture';
import { priceOf } from './price';
import { applicationOf } from './recognize';
import { type Half, type Report, type ReportInput, countsOf, reportOf } from './report';
import { renderText } from './text';

type Sides = Pick<ReportInput, 'title' | 'before' | 'after' | 'notes' | 'climb' | 'commands'> & {
  /** What both sides are priced for. */
  readonly usage: Usage;
  readonly bridge?: readonly StackTemplate[];
} & { readonly risks?: readonly Risk[] };

/** Does what `stagecraft diff` was asked for; its exit code. */
export async function runDiff(before: string | undefined, after: string | undefined, options: DiffOptions): Promise<number> {
  const { output } = options;
  if (output !== undefined) checkTarget(output);
  // A wrong one is refused before the work.
  parseUsage(options.usage, ANY_STAGE);
  const allow = options.allow === undefined ? [] : readAllowList(options.allow);
  const watched = progress();
  try {
    const sides =
      before !== undefined && after !== undefined ? await stageSides(before, after, options, watched) : fileSides(options, watched);
    const both = prepared(sides.before, sides.after);
    const compared = watched.during('Comparing', () => comparePrepared(both, allow));
    const comparison = { ...compared, risks: [...compared.risks, ...(sides.risks ?? [])] };
    const climbed = sides.bridge && byHalves([sides.before, sides.bridge, sides.after], allow, sides.usage);
    const report = reportOf({
      ...sides,
      cost: priceOf(sides.before, sides.after, sides.usage),
      before: both.before,
      after: both.after,
      comparison: { ...comparison, ...(climbed && { risks: climbed.risks }) },
      halves: climbed?.halves,
      alarms: climbed?.alarms,
    });
    watched.end();
    const picture = options.format === 'markdown' ? pictureOfChange(sides.before, sides.after, comparison.changes) : '';
    deliver(rendered(report, options, commandOf(before, after, options), picture), output);
    return report.atRisk ? 2 : 0;
  } finally {
    watched.end();
  }
}

function rendered(report: Report, { format, output }: DiffOptions, again: string, picture: string): string {
  if (format === 'json') return `${JSON.stringify(report, null, 2)}\n`;
  if (format === 'markdown') return renderMarkdown(report, again, { picture });
  return renderText(report, lookOf(output));
}

async function stageSides(before: string, after: string, { context: given = {}, usage }: DiffOptions, watched: Progress): Promise<Sides> {
  // Stages alone need the CDK: templates can be compared without it.
  const { synthesizeStages } = await watched.during('Loading the CDK', () => import('../shared/stages'));
  const bridge = /^\d$/.test(before) && Number(after) === Number(before) + 1 ? [`${before}-to-${after}`] : [];
  const { sides, stacks, context, notes } = synthesizeStages([before, after, ...bridge], given, watched);
  const [old, now] = sides;
  const isBridge = [old, now].some(({ from }) => from !== undefined);
  return {
    title: titleOf(old, now),
    before: stacks[0],
    after: stacks[1],
    notes,
    usage: parseUsage(usage, now.stage),
    climb: !isBridge && now.stage === old.stage + 1 ? climbOf(old.stage, now.stage, context) : undefined,
    commands: stageCommands(old, now, context),
    bridge: stacks.at(2),
    risks: isBridge ? [] : withoutBridge(old.stage, now.stage),
  };
}

/** `Stage 3 → 4`, or `Stage 3 → bridge 3 to 4`. */
function titleOf(old: StageSide, now: StageSide): string {
  const isBridge = [old, now].some(({ from }) => from !== undefined);
  return `${capitalized(nameOf(old))} → ${isBridge ? nameOf(now) : now.stage}`;
}

/** What the two deployments of a climb do and risk: nobody deploys both at once. */
function byHalves(
  sides: readonly (readonly StackTemplate[])[],
  allow: AllowList,
  usage: Usage,
): { readonly halves: Half[]; readonly risks: Risk[]; readonly alarms: AlarmNote[] } {
  const halves = ['step 1, the bridge', 'the last step'].map((title, index) => {
    const both = prepared(sides[index], sides[index + 1]);
    const { changes, risks } = comparePrepared(both, allow);
    const alarms = alarmNotes(both.before, both.after, changes);
    return { half: { title, counts: countsOf(changes), cost: priceOf(sides[index], sides[index + 1], usage) }, risks, alarms };
  });
  const alarms = new Map(halves.flatMap((half) => half.alarms.map((note) => [`${note.stack} ${note.logicalId}`, note])));
  return { halves: halves.map(({ half }) => half), risks: halves.flatMap(({ risks }) => risks), alarms: [...alarms.values()] };
}

/** No bridge leads over two stages, or down. */
function withoutBridge(from: number, to: number): Risk[] {
  if (to === from || to === from + 1) return [];
  const steps = Array.from({ length: Math.abs(to - from) + 1 }, (_, index) => from + Math.sign(to - from) * index);
  const message =
    to > from
      ? `no bridge leads from stage ${from} to ${to}, and what is new starts empty: climb ${steps.join(' → ')}, each by its bridge and runbook`
      : `no bridge leads down from stage ${from} to ${to}: what was written since the climb stays where it is, and the stage below starts without it${to === from - 1 ? `. "Way back" of docs/runbooks/${to}-to-${from}.md says what is possible` : ''}`;
  return [{ rule: 'not-in-one-step', stack: '', path: 'the climb', logicalId: 'the climb', type: 'the climb', message }];
}

function fileSides({ from = '', to = '', app, usage }: DiffOptions, watched: Progress): Sides {
  if (from === '-' && to === '-') throw new BadInput('--from - and --to - are both standard input: give one of them as a file');
  const [before, after] = [readStacks(from), app === undefined ? readStacks(to) : watched.during('Synthesizing', () => runApp(app))];
  if ((before[0].name === 'template') !== (after[0].name === 'template')) {
    throw new BadInput(`--from ${from} and --to ${to} don't go together: give two templates or two directories`);
  }
  const target = app === undefined ? to : 'app';
  const names = [from, target].map((path) => (path === '-' ? 'standard input' : basename(path)));
  const title = (names[0] === names[1] ? [from, target] : names).join(' → ');
  const [old, now] = [applicationOf(before), applicationOf(after)];
  const areStages = old?.isStage === true && now?.isStage === true;
  const isBridge = [old, now].some((side) => side?.from !== undefined);
  return {
    title: areStages && (isBridge || old.stage !== now.stage) ? `${titleOf(old, now)} (${title})` : title,
    ...{ before, after, notes: [], usage: parseUsage(usage, ANY_STAGE) },
    commands: fileCommands(from, app === undefined ? to : undefined, app, after),
    risks: areStages && !isBridge ? withoutBridge(old.stage, now.stage) : [],
  };
}

/** What to type to see all of it. */
function commandOf(before: string | undefined, after: string | undefined, options: DiffOptions): string {
  const { from = '', to = '', app, context = {}, usage } = options;
  const sides = before === undefined ? `--from ${from} ${app === undefined ? `--to ${to}` : `--app '${app}'`}` : `${before} ${after ?? ''}`;
  const said = Object.entries(context).map(([key, value]) => ` -c ${key}=${value}`);
  return `npx stagecraft diff ${sides}${said.join('')}${usage === 'medium' ? '' : ` --usage ${usage}`}`;
}
