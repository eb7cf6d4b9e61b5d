/** What the command line says. */
export interface RehearseOptions {
  readonly context?: Readonly<Record<string, string>>;
  readonly app?: string;
  readonly climb?: string;
  readonly check?: boolean;
  readonly install?: boolean;
  readonly json?: boolean;
  readonly stop?: boolean;
  readonly users: string;
  readonly port: string;
  readonly page?: string;
  readonly predict?: readonly string[];
  readonly seconds?: string;
  readonly directory?: string;
}
