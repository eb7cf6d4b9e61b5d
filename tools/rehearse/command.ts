import { type Command, Option } from 'commander';
import { BadInput } from '../shared/bad-input';
import { collectContext } from '../shared/context';
import type { RehearseOptions } from './arguments';

const EXAMPLES = `
Examples:
  npx stagecraft rehearse 4                      stage 4 on this machine, with people who use it; keys break parts
  npx stagecraft rehearse 4 -c replicas=1        the same with one replica
  npx stagecraft rehearse 1 --climb 5 --check    proves what is claimed of stages 1 to 5 and of the climbs between them
  npx stagecraft rehearse 6 --check              two regions, of which one goes dark; prints what is lost
  npx stagecraft rehearse 4 --seconds 30 --json  numbers of thirty seconds, one JSON object a line
  npx stagecraft rehearse 4 --predict Cache=0    an exercise: exit code 2 if it was more than 5 of a hundred off
  npx stagecraft rehearse --stop                 ends it from elsewhere, and what one left that was killed

Everything is bound to 127.0.0.1, in one directory. Exit code 0 if every bound held and every prediction was right, 2 if one was not, 1 if the command was wrong.
What an imitation can't show: docs/rehearse.md.`;

const collect = (one: string, all: readonly string[] = []): readonly string[] => [...all, one];

/** Registers \`stagecraft rehearse\`. */
export function addRehearseCommand(program: Command): void {
  program
    .command('rehearse')
    .summary('a stage on this machine')
    .description(
      'Starts what a stage consists of on this machine, with real servers and without an account: databases with replicas, caches, CDN, load balancer, web servers, workers; sends people, breaks parts, climbs.',
    )
    .argument('[stage]', 'the stage: 1 to 6')
    .addOption(new Option('-c, --context <key=value>', 'context of the stage, as for cdk; may be repeated').argParser(collectContext))
    .option('--app <directory>', 'an application of your own, as -c app= gives it; people are not sent to it')
    .option('--climb <stage>', 'climbs up to this stage while people use it')
    .option('--check', 'prints a table of claims with their bounds and what was seen, and ends')
    .option('--install', 'installs what is missing into a cache directory, from PyPI')
    .option('--json', 'numbers and results as JSON, one object a line')
    .option('--seconds <seconds>', 'ends by itself after so long')
    .option('--users <count>', 'how many people use it', '20')
    .option('--port <port>', 'where the website is on 127.0.0.1', '8080')
    .option('--page <port>', 'where the page is on 127.0.0.1; the next port if nothing is said')
    .option(
      '--predict <part=percent>',
      'an exercise: kills a part for ten seconds, and compares with what you say will fail; may be repeated',
      collect,
    )
    .option('--directory <path>', 'where everything is; it is removed at the end')
    .option('--stop', 'ends the rehearsal that runs, and removes what one left')
    .addHelpText('after', EXAMPLES)
    .action(async (stage: string | undefined, options: RehearseOptions) => {
      if (options.stop === true) {
        if (stage !== undefined) throw new BadInput('a stage and --stop do not go together: type npx stagecraft rehearse --stop');
        const { stopRehearsal } = await import('./stop');
        await stopRehearsal(options.directory);
        return;
      }
      if (stage === undefined) throw new BadInput('a stage is missing: type npx stagecraft rehearse 4');
      const { runRehearse } = await import('./run');
      await runRehearse(stage, options);
    });
}
