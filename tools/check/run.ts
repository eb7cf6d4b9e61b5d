import { BadInput } from '../shared/bad-input';
import { runApp } from '../shared/app';
import { checkTarget, deliver, lookOf } from '../shared/output';
import { progress } from '../shared/progress';
import { sectionsAsMarkdown } from '../shared/sections-markdown';
import { sectionsAsText } from '../shared/sections-text';
import { nameOf, readStacks } from '../shared/sides';
import type { StackTemplate } from '../shared/template';
import { capitalized } from '../shared/words';
import { resolveStacks } from '../resolve/resolve';
import type { CheckOptions } from './arguments';
import { askAccount } from './live';
import { type Report, reportOf } from './report';
import { headline, sectionsOf } from './view';

const CAN_NOT_WORK = 2;

/** Does what `stagecraft check` was asked for. */
export async function runCheck(stage: string | undefined, options: CheckOptions): Promise<void> {
  const { context = {}, template = '', app, live = false } = options;
  if (options.output !== undefined) checkTarget(options.output);
  const watched = progress();
  try {
    const { title, stacks: written, notes } = stage === undefined ? own(template, app) : await staged(stage);
    const stacks = resolveStacks(live ? located(written) : written);
    const report = live ? askAccount(title, stacks, notes, watched) : reportOf(title, stacks, notes);
    watched.end();
    deliver(rendered(report, options), options.output);
    if (!report.works) process.exitCode = CAN_NOT_WORK;
  } finally {
    watched.end();
  }

  async function staged(text: string) {
    const { synthesizeStages } = await watched.during('Loading the CDK', async () => import('../shared/stages'));
    const { sides, stacks, notes } = synthesizeStages([text], context, watched);
    const name = nameOf(sides[0]);
    return { title: capitalized(name), stacks: stacks[0], notes };
  }
}

/** A template from a file doesn't say where it is deployed: where the CLI would ask. */
function located(stacks: readonly StackTemplate[]): StackTemplate[] {
  const { AWS_REGION = process.env.AWS_DEFAULT_REGION } = process.env;
  return stacks.map((stack) => {
    const { region = AWS_REGION } = stack;
    if (region === undefined) throw new BadInput('--live needs to know the region of a template: type export AWS_REGION=eu-west-1');
    return { ...stack, region };
  });
}

/** Anybody's application. */
function own(template: string, app?: string) {
  return app === undefined
    ? { title: template, stacks: readStacks(template), notes: [] }
    : { title: 'The app', stacks: runApp(app), notes: [] };
}

function rendered(report: Report, { format, output }: CheckOptions): string {
  if (format === 'json') return `${JSON.stringify(report, null, 2)}\n`;
  const said = [headline(report), report.notes, sectionsOf(report)] as const;
  return format === 'markdown' ? sectionsAsMarkdown(...said) : sectionsAsText(...said, lookOf(output));
}
