/** What the command line says. */
export interface GuardOptions {
  readonly context?: Readonly<Record<string, string>>;
  readonly format: 'shell' | 'json';
}
