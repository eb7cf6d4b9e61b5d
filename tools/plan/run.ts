import { deliver } from '../shared/output';
import { readCatalog } from './catalog';
import type { PlanOptions } from './arguments';
import { asCode } from './code';
import { propose } from './propose';

/** Does what `stagecraft plan` was asked for. */
export async function runPlan({ database, output }: PlanOptions): Promise<void> {
  deliver(asCode(propose(await readCatalog(database))), output);
}
