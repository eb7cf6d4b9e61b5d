import { type Command, Option } from 'commander';
import { collectContext } from '../shared/context';
import { FORMATS } from '../shared/output';
import { type DiffOptions, checkSides } from './arguments';

const EXAMPLES = `
Examples:
  npx stagecraft diff 3 4                          what the climb to stage 4 changes
  npx stagecraft diff 3 3-to-4                     the first half of it: the bridge
  npx stagecraft diff 5 6 -c domain=shop.example -c hostedZoneId=Z0123456789ABCDEFGHIJ -c regions=eu-west-1,us-east-1
  npx stagecraft diff --from deployed.json --to cdk.out/webapp-us-east-1.template.json
  npx stagecraft diff --from before/ --to cdk.out/ --format markdown -o comment.md

Exit code: 0 nothing is at risk, 1 an argument is wrong, 2 data or protection would be lost, AWS would refuse, or it can't be done in one step.
Every format is described in docs/diff.md.`;

/** Registers `stagecraft diff`. */
export function addDiffCommand(program: Command): void {
  program
    .command('diff')
    .summary('what changes between two stages, and whether data is safe')
    .description('Compares two stages, or two deployments, and says the worst first: data, access, resources, plumbing.')
    .argument('[before]', 'the stage that is live: 1 to 6, or 3-to-4 for a bridge')
    .argument('[after]', 'the stage to come')
    .option('--from <path>', 'a template, or a directory of cdk synth, in place of the stage before')
    .option('--to <path>', 'the same for what is to come; - is standard input')
    .option('--app <command>', 'runs a CDK app for what is to come, as in cdk.json')
    .addOption(new Option('-c, --context <key=value>', 'context of both stages, as for cdk; may be repeated').argParser(collectContext))
    .option(
      '-u, --usage <level>',
      'what both are priced for: small, medium or large of the stage to come; or a JSON file as for cost',
      'medium',
    )
    .addOption(new Option('-f, --format <format>', 'how it is said').choices(FORMATS).default('text'))
    .option('-o, --output <file>', 'writes to a file, as a whole or not at all')
    .option('--allow <file>', 'risks that are taken on purpose: JSON, each with a rule, a path and a reason')
    .addHelpText('after', EXAMPLES)
    .action(async (before: string | undefined, after: string | undefined, options: DiffOptions) => {
      checkSides(before, after, options);
      // Loads the CDK, which takes a second: not for a wrong argument, nor for --help.
      const { runDiff } = await import('./run');
      process.exitCode = await runDiff(before, after, options);
    });
}
