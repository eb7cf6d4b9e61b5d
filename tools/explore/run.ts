import { basename } from 'node:path';
import { runApp } from '../shared/app';
import { BadInput } from '../shared/bad-input';
import { checkTarget, deliver } from '../shared/output';
import { type Progress, progress } from '../shared/progress';
import { readStacks } from '../shared/sides';
import type { ExploreOptions } from './arguments';
import { fileOf } from './file';
import type { Ladder } from './ladder';
import { type Named, deploymentsOf, ladderOfOwn } from './own';

/** Does what `stagecraft explore` was asked for. */
export async function runExplore(output: string, options: ExploreOptions): Promise<void> {
  checkTarget(output);
  const watched = progress();
  try {
    const ladder = await ladderFor(options, watched);
    const page = watched.during('Writing the page', () => fileOf(ladder));
    watched.end();
    deliver(page, output);
    process.stdout.write(`${output}: ${ladder.rungs.length} architectures in ${Math.ceil(page.length / 1000)} kB; open it in a browser\n`);
  } finally {
    watched.end();
  }
}

async function ladderFor({ template, app, context = {} }: ExploreOptions, watched: Progress): Promise<Ladder> {
  if (template) return ladderOfOwn(named(template));
  if (app !== undefined)
    return ladderOfOwn(
      deploymentsOf(
        watched.during('Synthesizing', () => runApp(app)),
        'The app',
      ),
    );
  // Stages alone need the CDK, which takes a second.
  const [{ synthesizeStages }, { HIGHEST_STAGE }, { ladderOfStages, textsOf }] = await watched.during('Loading the CDK', () =>
    Promise.all([import('../shared/stages'), import('../shared/synthesize'), import('./stages')]),
  );
  return ladderOfStages(synthesizeStages(textsOf(HIGHEST_STAGE), context, watched), context, watched);
}

/** What was synthesized before, by the names of the files where these tell them apart. */
function named(paths: readonly string[]): Named[] {
  if (paths.includes('-')) throw new BadInput('--template - is not possible here: give files or directories');
  const names = paths.map((path) => basename(path));
  const isTelling = new Set(names).size === names.length;
  return paths.map((path, index) => ({ name: isTelling ? names[index] : path, stacks: readStacks(path) }));
}
