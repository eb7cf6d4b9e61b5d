import { type Command, Option } from 'commander';
import { BadInput } from '../shared/bad-input';
import { collectContext } from '../shared/context';
import { FORMATS } from '../shared/output';
import { type CostOptions, percentOf } from './arguments';
import { hoursOf } from './hours';

const EXAMPLES = `
Examples:
  npx stagecraft cost 4                              at the usage that stage 4 is made for
  npx stagecraft cost 4 -c nat=1 --reserved          with two levers pulled
  npx stagecraft cost 4 --profile lesson --hours 3   what a lesson of three hours costs
  npx stagecraft cost 4 --fit requests=200,writes=20,data=100   sizes for a load, with the keys to type
  npx stagecraft cost 3 --usage ours.json            {"users": 20000, "gbOut": 900}; the rest follows from the users
  npx stagecraft cost 6 -c domain=shop.example -c hostedZoneId=Z0123456789ABCDEFGHIJ -c regions=eu-west-1,us-east-1

What is in it, where the prices come from and what the keys of a usage file are: docs/cost.md.`;

/** Registers \`stagecraft cost\`. */
export function addCostCommand(program: Command): void {
  program
    .command('cost')
    .summary('what a stage costs in a month')
    .description('Prices a stage from its templates and a committed price book: low, expected, high, and what would make it cheaper.')
    .argument('[stage]', 'the stage: 1 to 6')
    .option('--template <path>', 'a template or a cdk.out, in place of a stage')
    .option('--app <command>', 'runs a CDK app, as in cdk.json, in place of a stage')
    .option('--from <path>', 'a template or a cdk.out to compare the price with')
    .addOption(new Option('-c, --context <key=value>', 'context of the stage, as for cdk; may be repeated').argParser(collectContext))
    .option('-u, --usage <level>', 'small, medium, large: the lower end, middle and upper end of the stage; or a JSON file', 'medium')
    .option('--fit <need>', 'proposes sizes for a need at the peak: requests, writes, reads, workingSet, data, growth; or a JSON file')
    .option('--profile <name>', 'lesson, start or production: the same as --context profile=')
    .addOption(new Option('--hours <number>', 'also says what so many hours of it cost').argParser(hoursOf))
    .option('--reserved', 'with servers, databases and caches that are always there reserved for a year')
    .addOption(new Option('--spot <percent>', 'with this share of the servers above the least number on Spot').argParser(percentOf))
    .addOption(new Option('-f, --format <format>', 'how it is said').choices(FORMATS).default('text'))
    .option('-o, --output <file>', 'writes to a file, as a whole or not at all')
    .addHelpText('after', EXAMPLES)
    .action(async (stage: string | undefined, options: CostOptions) => {
      const given = [stage, options.template, options.app].filter((one) => one !== undefined).length;
      if (given === 0) throw new BadInput('a stage is missing: type npx stagecraft cost 4, or --template cdk.out');
      if (options.profile !== undefined && stage === undefined)
        throw new BadInput('--profile goes with a stage: type npx stagecraft cost 4 --profile lesson');
      if (options.fit !== undefined && stage === undefined)
        throw new BadInput('--fit goes with a stage: type npx stagecraft cost 4 --fit requests=200');
      if (options.fit !== undefined && options.usage !== 'medium')
        throw new BadInput('--fit and --usage do not go together: the need is the usage; leave one of them out');
      if (given > 1) throw new BadInput('a stage, --template and --app do not go together: give one of them');
      // Loads the CDK, which takes a second: not for a wrong argument, nor for --help.
      const { runCost } = await import('./run');
      await runCost(stage, options);
    });
}
