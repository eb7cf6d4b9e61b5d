import { deliver } from '../shared/output';
import { readCatalog } from './catalog';
import type { PlanOptions } from './arguments';
import { asCode } from './code';
import { asJson } from './json';
import { propose } from './propose';

/** Does what `stagecraft plan` was asked for. */
export async function runPlan({ database, json, output }: PlanOptions): Promise<void> {
  const proposal = propose(await readCatalog(database));
  deliver(json ? asJson(proposal) : asCode(proposal), output);
}
