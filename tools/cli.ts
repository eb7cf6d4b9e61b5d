import { Command, CommanderError } from 'commander';
import { BadInput } from './shared/bad-input';
import { addDiffCommand } from './diff/command';
import { addGuardCommand } from './guard/command';
import { addCheckCommand } from './check/command';
import { addCostCommand } from './cost/command';
import { addDrawCommand } from './draw/command';
import { addExploreCommand } from './explore/command';
import { addPlanCommand } from './plan/command';
import { addRehearseCommand } from './rehearse/command';
import { version } from './package.json';

const ABOUT = `Reads what Stagecraft's stages would deploy, without an account and without a network; check --live alone asks one, rehearse alone starts anything, and plan alone reads a database.`;

/** The command with all its subcommands. */
export function program(): Command {
  const stagecraft = new Command('stagecraft')
    .description(ABOUT)
    .version(version, '-v, --version', 'prints the version')
    .helpOption('-h, --help', 'prints this')
    .helpCommand(false)
    .showHelpAfterError(false)
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
  addDiffCommand(stagecraft);
  addGuardCommand(stagecraft);
  addCostCommand(stagecraft);
  addCheckCommand(stagecraft);
  addDrawCommand(stagecraft);
  addExploreCommand(stagecraft);
  addRehearseCommand(stagecraft);
  addPlanCommand(stagecraft);
  for (const command of stagecraft.commands) command.copyInheritedSettings(stagecraft).helpOption('-h, --help', 'prints this');
  return stagecraft;
}

/** Runs a command line. A wrong argument ends in one line and exit code 1; anything else that is thrown is a defect and keeps its stack. */
export async function main(args: readonly string[]): Promise<void> {
  try {
    await program().parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return;
    const line = lineOf(error);
    if (line === undefined) throw error;
    process.stderr.write(line);
    process.exitCode = 1;
  }
}

/** The line for a wrong argument; undefined for a defect. */
function lineOf(error: unknown): string | undefined {
  const missing = /Cannot find (?:module|package) '(cdk-stagecraft|aws-cdk-lib|constructs)'/.exec(
    error instanceof Error ? error.message : '',
  )?.[1];
  if (missing !== undefined)
    return `${missing} is not installed, and stages need it: type npm install cdk-stagecraft aws-cdk-lib constructs, or give templates with --from and --to, or --template\n`;
  if (error instanceof BadInput) return `${error.message}\n`;
  if (!(error instanceof CommanderError)) return undefined;
  // Nothing was asked for, and commander has printed what can be.
  if (error.code === 'commander.help') return '';
  const message = error.message
    .replace(/^error: /, '')
    .replace(/\s*\n\s*/g, ' ')
    .replace(/\.$/, '');
  return `${message}; type npx stagecraft --help\n`;
}
