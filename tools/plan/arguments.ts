/** What the command line says. */
export interface PlanOptions {
  readonly database: string;
  readonly output?: string;
}
