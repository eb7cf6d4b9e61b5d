import { BadInput } from '../shared/bad-input';
import { exampleFor } from '../shared/context';
import { checkTarget, colorsOf, deliver } from '../shared/output';
import { type Progress, progress } from '../shared/progress';
import { contextOfProject } from '../shared/project';
import { HIGHEST_STAGE, synthesizeStage } from '../shared/synthesize';
import type { StackTemplate } from '../shared/template';
import type { CostOptions } from './arguments';
import { withSpot } from './levers';
import { renderMarkdown } from './markdown';
import { PriceBook } from '../pricing/price-book';
import { type Report, reportOf } from './report';
import { renderText } from './text';
import { parseUsage } from '../pricing/usage';

/** Does what \`stagecraft cost\` was asked for. */
export function runCost(text: string, options: CostOptions): void {
  const stage = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (stage < 1 || stage > HIGHEST_STAGE) {
    throw new BadInput(`stage ${text === '' ? '""' : text} does not exist: allowed are 1 to ${HIGHEST_STAGE}; type npx stagecraft cost 4`);
  }
  if (options.output !== undefined) checkTarget(options.output);
  const usage = parseUsage(options.usage, stage);
  const watched = progress();
  try {
    const report = priced(stage, usage, options, watched);
    watched.end();
    deliver(rendered(report, options), options.output);
  } finally {
    watched.end();
  }
}

function priced(
  stage: number,
  usage: Report['usage'],
  { context = {}, usage: usageName, reserved = false, spot }: CostOptions,
  watched: Progress,
): Report {
  const example = exampleFor(stage === HIGHEST_STAGE, { ...contextOfProject(process.cwd()), ...context });
  const stacksOf = (number: number): StackTemplate[] => {
    const stacks = watched.during(`Synthesizing stage ${number}`, () =>
      synthesizeStage({ ...context, ...example.context, stage: String(number) }),
    );
    return spot === undefined ? stacks : withSpot(stacks, spot);
  };
  const stacks = stacksOf(stage);
  refuseUnknownRegions(stacks);
  const before = stage === 1 ? undefined : stacksOf(stage - 1);
  const notes = [
    ...(example.note === undefined ? [] : [example.note]),
    ...(reserved ? ['What is always there is reserved for a year, nothing upfront.'] : []),
    ...(spot === undefined ? [] : [`${spot} % of the servers above the least number are on Spot.`]),
  ];
  return reportOf({ stage, stacks, before, usage, usageName, purchase: { reserved }, notes });
}

function refuseUnknownRegions(stacks: readonly StackTemplate[]): void {
  const regions = stacks.map(({ region }) => region).filter((region) => region !== undefined);
  if (regions.some((region) => PriceBook.of(region) !== undefined)) return;
  throw new BadInput(
    `there are no prices of ${regions[0]}: a price book is there for ${PriceBook.REGIONS.join(' and ')}; type --context regions=${PriceBook.REGIONS[0]}`,
  );
}

function rendered(report: Report, { format, output }: CostOptions): string {
  if (format === 'json') return `${JSON.stringify(report, null, 2)}\n`;
  if (format === 'markdown') return renderMarkdown(report);
  const stream = output === undefined ? process.stdout : { isTTY: false, columns: undefined };
  const width = stream.isTTY ? Math.max(60, stream.columns ?? 100) : Infinity;
  return renderText(report, { colors: colorsOf(process.env, stream), width });
}
