import { BadInput } from '../shared/bad-input';
import { checkTarget, deliver, lookOf } from '../shared/output';
import { type Progress, progress } from '../shared/progress';
import { runApp } from '../shared/app';
import { readStacks } from '../shared/sides';
import { resolveStacks } from '../resolve/resolve';
import type { StackTemplate } from '../shared/template';
import type { CostOptions } from './arguments';
import { aYearOn, parseNeed, usageFor } from './fit/need';
import { propose } from './fit/propose';
import { withSpot } from './levers';
import { renderMarkdown } from './markdown';
import { PriceBook } from '../pricing/price-book';
import { type Report, type ReportInput, reportOf } from './report';
import { renderText } from './text';
import { sleeps } from '../pricing/sleep';
import { ANY_STAGE, parseUsage } from '../pricing/usage';

/** Does what `stagecraft cost` was asked for. */
export async function runCost(text: string | undefined, options: CostOptions): Promise<void> {
  if (options.output !== undefined) checkTarget(options.output);
  const watched = progress();
  try {
    const deal = text === undefined ? ownStacks(options) : await stageStacks(text, options, watched);
    const { usage: usageName, reserved = false, spot } = options;
    const usage = deal.fit ? usageFor(deal.fit.need, deal.stage) : parseUsage(usageName, deal.stage);
    const [stacks, before] = [deal.stacks, deal.before].map((all) => {
      const resolved = all && resolveStacks(all);
      return resolved && spot !== undefined ? withSpot(resolved, spot) : resolved;
    });
    if (stacks === undefined) return;
    refuseUnknownRegions(stacks);
    if (reserved && sleeps(stacks))
      throw new BadInput('--reserved is not possible with awake: what is reserved is paid while it sleeps, too');
    const notes = [
      ...deal.notes,
      ...(reserved ? ['Servers, databases and caches that always run are reserved for a year, nothing upfront.'] : []),
      ...(spot === undefined ? [] : [`${spot} % of the servers above the least number are on Spot.`]),
    ];
    const report = reportOf({
      ...deal,
      stacks,
      before,
      usage,
      usageName: deal.fit ? 'today' : usageName,
      purchase: { reserved },
      notes,
      hours: options.hours,
    });
    watched.end();
    deliver(rendered(report, options), options.output);
  } finally {
    watched.end();
  }
}

type Deal = Pick<ReportInput, 'stage' | 'name' | 'stacks' | 'before' | 'notes' | 'fit'>;

/** A stage and the one before it. */
async function stageStacks(text: string, { context: said = {}, profile, fit: wanted }: CostOptions, watched: Progress): Promise<Deal> {
  const [{ HIGHEST_STAGE }, { synthesizeStages }] = await watched.during('Loading the CDK', async () =>
    Promise.all([import('../shared/synthesize'), import('../shared/stages')]),
  );
  const stage = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (stage < 1 || stage > HIGHEST_STAGE) {
    throw new BadInput(`stage ${text === '' ? '""' : text} does not exist: allowed are 1 to ${HIGHEST_STAGE}; type npx stagecraft cost 4`);
  }
  const need = wanted === undefined ? undefined : parseNeed(wanted);
  const clusters = said.database === 'cluster' ? 1 : 2 + (Number(said.shards) || 2);
  const sizes = need === undefined ? [] : propose(stage, aYearOn(need), clusters);
  const fitted = Object.fromEntries(sizes.map(({ key, value }) => [key, value]));
  const context = { ...fitted, ...(profile !== undefined && { profile }), ...said };
  const sides = stage === 1 ? [stage] : [stage, stage - 1];
  const { stacks, notes } = synthesizeStages(sides.map(String), context, watched);
  return { stage, stacks: stacks[0], before: stacks.at(1), notes, ...(need && { fit: { need, sizes } }) };
}

/** Anybody's application. Its usage is that of one stage, unless a file says it. */
function ownStacks({ template = '', app, from, usage }: CostOptions): Deal {
  const said = /[./\\]/.test(usage);
  return {
    ...{ stage: ANY_STAGE, name: app === undefined ? template : 'The app' },
    ...{ stacks: app === undefined ? readStacks(template) : runApp(app), before: from === undefined ? undefined : readStacks(from) },
    notes: said ? [] : ['At the usage of 250,000 users: give yours with --usage ours.json.'],
  };
}

/** A region without prices would make the bill smaller. */
function refuseUnknownRegions(stacks: readonly StackTemplate[]): void {
  const unknown = [...new Set(stacks.map(({ region }) => region))].filter(
    (region) => region !== undefined && PriceBook.of(region) === undefined,
  );
  if (unknown.length === 0) return;
  throw new BadInput(
    `there are no prices of ${unknown.join(' and ')}: a price book is there for ${PriceBook.REGIONS.join(' and ')}; type --context regions=${PriceBook.REGIONS[0]}`,
  );
}

function rendered(report: Report, { format, output }: CostOptions): string {
  if (format === 'json') return `${JSON.stringify(report, null, 2)}\n`;
  if (format === 'markdown') return renderMarkdown(report);
  return renderText(report, lookOf(output));
}
