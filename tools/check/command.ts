import { type Command, Option } from 'commander';
import { BadInput } from '../shared/bad-input';
import { collectContext } from '../shared/context';
import { FORMATS } from '../shared/output';
import type { CheckOptions } from './arguments';

const EXAMPLES = `
Examples:
  npx stagecraft check 4                          what stage 4 needs of an account with default quotas
  npx stagecraft check 3-to-4 --live              the same for the bridge, and what your account says to it
  npx stagecraft check 5 -c shards=32 -f markdown

Exit code 0 if nothing stands against it, 2 if it can not work, 1 if the command was wrong. What is looked at: docs/check.md.`;

/** Registers \`stagecraft check\`. */
export function addCheckCommand(program: Command): void {
  program
    .command('check')
    .summary('what a real account would refuse')
    .description(
      'Says before a deployment which default quotas it exceeds, what its regions lack, which names must be free and what an account needs once. Nothing is asked of AWS without --live.',
    )
    .argument('[stage]', 'the stage: 1 to 6, or 3-to-4 for a bridge')
    .option('--template <path>', 'a template or a cdk.out, in place of a stage')
    .option('--app <command>', 'runs a CDK app, as in cdk.json, in place of a stage')
    .addOption(new Option('-c, --context <key=value>', 'context of the stage, as for cdk; may be repeated').argParser(collectContext))
    .option('--live', 'asks the account, with the credentials of your AWS CLI; it only reads')
    .addOption(new Option('-f, --format <format>', 'how it is said').choices(FORMATS).default('text'))
    .option('-o, --output <file>', 'writes to a file, as a whole or not at all')
    .addHelpText('after', EXAMPLES)
    .action(async (stage: string | undefined, options: CheckOptions) => {
      const given = [stage, options.template, options.app].filter((one) => one !== undefined).length;
      if (given === 0) throw new BadInput('a stage is missing: type npx stagecraft check 4, or --template cdk.out');
      if (given > 1) throw new BadInput('a stage, --template and --app do not go together: give one of them');
      const { runCheck } = await import('./run');
      await runCheck(stage, options);
    });
}
