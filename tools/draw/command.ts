import { type Command, Option } from 'commander';
import { collectContext } from '../shared/context';
import { type DrawOptions, PICTURE_FORMATS, checkSource } from './arguments';

const EXAMPLES = `
Examples:
  npx stagecraft draw 4 -o 4.svg                   the architecture of stage 4
  npx stagecraft draw 4 --from 3 -o climb.svg      the same, with what is new, changed and gone since stage 3
  npx stagecraft draw 3-to-4 -o bridge.png         the bridge: both ends side by side
  npx stagecraft draw 6 -c regions=us-east-1,eu-west-1,ap-southeast-2 -o 6.svg
  npx stagecraft draw --template cdk.out -o ours.svg
  npx stagecraft draw 4 --format mermaid           text that GitHub draws

Without -o a terminal shows the picture as text. How it is read from templates: docs/pictures.md.`;

/** Registers `stagecraft draw`. */
export function addDrawCommand(program: Command): void {
  program
    .command('draw')
    .summary('the architecture as a picture, read from its templates')
    .description("Draws a stage, or anybody's CDK app: regions, networks, zones and who reaches whom, from the templates alone.")
    .argument('[stage]', '1 to 6, or 3-to-4 for a bridge')
    .option('--from <stage|path>', 'marks what is new, changed and gone since a stage, or since a template')
    .option('--template <path>', 'a template, or a directory of cdk synth, in place of a stage')
    .option('--app <command>', 'runs a CDK app in place of a stage, as in cdk.json')
    .addOption(new Option('-c, --context <key=value>', 'context of the stage, as for cdk; may be repeated').argParser(collectContext))
    .addOption(new Option('-f, --format <format>', 'else by the name of the file').choices(PICTURE_FORMATS))
    .option('-o, --output <file>', 'writes to a file, as a whole or not at all')
    .addHelpText('after', EXAMPLES)
    .action(async (stage: string | undefined, options: DrawOptions) => {
      checkSource(stage, options);
      const { runDraw } = await import('./run');
      await runDraw(stage, options);
    });
}
