/** What the command line says. */
export interface PlanOptions {
  readonly database: string;
  /** As the file that `-c model=` takes. */
  readonly json?: true;
  readonly output?: string;
}
