import { BadInput } from '../shared/bad-input';

/** What the command line says. */
export interface ExploreOptions {
  readonly template?: readonly string[];
  readonly app?: string;
  readonly context?: Readonly<Record<string, string>>;
  readonly output?: string;
}

/** Adds one path to those before it; the option may be repeated. */
export function collectPaths(path: string, before: readonly string[] = []): readonly string[] {
  return [...before, path];
}

/** The file to write; refuses what does not go together. */
export function targetOf({ template, app, context, output }: ExploreOptions): string {
  if (output === undefined) throw new BadInput('a file for the page is missing: type npx stagecraft explore -o ladder.html');
  if (template && app !== undefined) throw new BadInput('--template and --app are both given: one of them says what the rungs are');
  if ((template ?? app) !== undefined && context) throw new BadInput('--context goes with stages: a template has its values already');
  return output;
}
