import { type Command, Option } from 'commander';
import { collectContext } from '../shared/context';
import { type ExploreOptions, collectPaths, targetOf } from './arguments';

const EXAMPLES = `
Examples:
  npx stagecraft explore -o ladder.html                          the six stages
  npx stagecraft explore -o ours.html -c replicas=4 -c shards=8  the same with the context of your deployment
  npx stagecraft explore -o ours.html --template before/ --template after/
  npx stagecraft explore -o ours.html --app "npx ts-node bin/ladder.ts"   each cdk.Stage of the app is a rung

The file needs no network and no server: open it from disk, with #stage=4 behind its name for one stage. ? shows its keys.
How to read it, and how to teach with it: docs/explore.md.`;

/** Registers `stagecraft explore`. */
export function addExploreCommand(program: Command): void {
  program
    .command('explore')
    .summary('one page to walk through the stages')
    .description('Writes one HTML file that shows the whole ladder: pictures, what changes, what it costs, what can fail, how to climb.')
    .addOption(new Option('-c, --context <key=value>', 'context of all stages, as for cdk; may be repeated').argParser(collectContext))
    .addOption(
      new Option('--template <path>', 'a template, or a directory of cdk synth, for a rung; may be repeated').argParser(collectPaths),
    )
    .option('--app <command>', 'runs a CDK app, whose stages (cdk.Stage) are the rungs')
    .option('-o, --output <file>', 'the page, written as a whole or not at all')
    .addHelpText('after', EXAMPLES)
    .action(async (options: ExploreOptions) => {
      const output = targetOf(options);
      const { runExplore } = await import('./run');
      await runExplore(output, options);
    });
}
