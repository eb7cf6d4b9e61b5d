/** What the command line says. */
export interface GuardOptions {
  readonly template?: string;
  readonly next?: string;
  readonly app?: string;
  readonly context?: Readonly<Record<string, string>>;
  readonly format: 'shell' | 'json';
}
