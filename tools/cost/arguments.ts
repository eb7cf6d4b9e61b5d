import { BadInput } from '../shared/bad-input';
import type { Format } from '../shared/output';

/** What the command line says. */
export interface CostOptions {
  readonly template?: string;
  readonly from?: string;
  readonly app?: string;
  readonly context?: Readonly<Record<string, string>>;
  readonly usage: string;
  readonly format: Format;
  readonly output?: string;
  readonly reserved?: boolean;
  readonly spot?: number;
  readonly profile?: string;
  readonly hours?: number;
  readonly fit?: string;
}

/** A share in percent, as a person types it. */
export function percentOf(text: string): number {
  const percent = /^\d{1,3}$/.test(text) ? Number(text) : NaN;
  if (!(percent <= 100)) throw new BadInput(`--spot ${text} is not possible: allowed are 0 to 100; type --spot 50`);
  return percent;
}
