import type { Command } from 'commander';
import type { PlanOptions } from './arguments';

const EXAMPLES = `
Examples:
  npx stagecraft plan --database postgres://me@localhost/app           prints the proposal
  npx stagecraft plan --database "$DATABASE_URL" -o data-model.ts      writes it to a file
  npx stagecraft plan --database "$DATABASE_URL" --json -o data-model.json
                                                                       writes it for npx cdk deploy -c stage=5 -c model=data-model.json

It reads the catalog and PostgreSQL's own statistics, in one transaction that can't write. What a model is, and what is refused: docs/data-model.md.`;

/** Registers `stagecraft plan`. */
export function addPlanCommand(program: Command): void {
  program
    .command('plan')
    .summary('a data model for stage 5, proposed from a live database')
    .description(
      'Reads the catalog and the statistics of a live PostgreSQL database and proposes which tables go to which database at stage 5: TypeScript code with reasons, to be edited.',
    )
    .requiredOption('--database <url>', 'the database, as postgres://user:password@host:port/name')
    .option('--json', 'prints JSON for -c model=, without the reasons')
    .option('-o, --output <file>', 'writes to a file')
    .addHelpText('after', EXAMPLES)
    .action(async (options: PlanOptions) => {
      const { runPlan } = await import('./run');
      await runPlan(options);
    });
}
