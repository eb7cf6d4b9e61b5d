import { BadInput } from '../shared/bad-input';
import type { Format } from '../shared/output';

/** What the command line says. */
export interface DiffOptions {
  readonly from?: string;
  readonly to?: string;
  readonly app?: string;
  readonly context?: Readonly<Record<string, string>>;
  readonly usage: string;
  readonly format: Format;
  readonly output?: string;
  readonly allow?: string;
}

/** Refuses sides that do not go together. */
export function checkSides(before: string | undefined, after: string | undefined, { from, to: path, app, context }: DiffOptions): void {
  if (path !== undefined && app !== undefined) throw new BadInput('--to and --app are both given: one of them says what is to come');
  const to = path ?? app;
  const files = from !== undefined || to !== undefined;
  if (files && before !== undefined)
    throw new BadInput('stages and files are both given: type npx stagecraft diff 3 4, or --from before.json --to after.json');
  if (files && (from === undefined || to === undefined))
    throw new BadInput(`--${from === undefined ? 'from' : 'to'} is missing: type --from before.json --to after.json`);
  if (files && context) throw new BadInput('--context goes with stages: a template has its values already');
  if (!files && after === undefined)
    throw new BadInput(`${before === undefined ? 'two stages are' : 'a second stage is'} missing: type npx stagecraft diff 3 4`);
}
