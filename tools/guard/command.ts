import { type Command, Option } from 'commander';
import { BadInput } from '../shared/bad-input';
import { collectContext } from '../shared/context';
import type { GuardOptions } from './arguments';

const EXAMPLES = `
Examples:
  npx stagecraft guard 3                what guards stage 3, once it is deployed
  npx stagecraft guard 3-to-4 4         the same for the bridge, and the opening through which the deploy of stage 4 retires data
  npx stagecraft guard 3 | sh           sets it, with the credentials of your AWS CLI

What the policy refuses and why: docs/gate.md.`;

/** Registers `stagecraft guard`. */
export function addGuardCommand(program: Command): void {
  program
    .command('guard')
    .summary('the stack policy by which AWS itself refuses to lose data')
    .description(
      'Prints the CloudFormation stack policy of each stack of a stage and the command that sets it, as a shell script. Nothing is sent to AWS.',
    )
    .argument('[stage]', 'the stage that is deployed: 1 to 6, or 3-to-4 for a bridge')
    .argument('[next]', 'the stage to come, for the opening that it needs, if any')
    .option('--template <path>', 'a template or a cdk.out that is deployed, in place of a stage')
    .option('--app <command>', 'runs a CDK app for what is deployed, as in cdk.json')
    .option('--next <path>', 'a template or a cdk.out to come, in place of the stage to come')
    .addOption(new Option('-c, --context <key=value>', 'context of both stages, as for cdk; may be repeated').argParser(collectContext))
    .addOption(new Option('-f, --format <format>', 'how it is said').choices(['shell', 'json']).default('shell'))
    .addHelpText('after', EXAMPLES)
    .action(async (stage: string | undefined, next: string | undefined, options: GuardOptions) => {
      const given = [stage, options.template, options.app].filter((one) => one !== undefined).length;
      if (given === 0) throw new BadInput('a stage is missing: type npx stagecraft guard 3, or --template cdk.out');
      if (given > 1) throw new BadInput('stages, --template and --app do not go together: give one of them');
      const { runGuard } = await import('./run');
      await runGuard(stage, next, options);
    });
}
