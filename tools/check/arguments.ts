import type { Format } from '../shared/output';

/** What the command line says. */
export interface CheckOptions {
  readonly template?: string;
  readonly app?: string;
  readonly context?: Readonly<Record<string, string>>;
  readonly live?: boolean;
  readonly format: Format;
  readonly output?: string;
}
