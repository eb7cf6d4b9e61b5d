import { InvalidInput } from '../lib/foundation/invalid-input';
import { DatabaseChoice } from './database-choice';

const WAY_UP = Object.values(DatabaseChoice);

/** Refuses a bridge between two databases that doesn't lead up, alone and in one region. */
export function refuseWay(from: DatabaseChoice, to: DatabaseChoice | undefined, isBridged: boolean, isGlobal: boolean): void {
  const says = `fromDatabase=${from} is not possible`;
  if (isBridged) throw new InvalidInput(`${says} with from or serving: one bridge after the other`);
  if (to === undefined || WAY_UP.indexOf(to) <= WAY_UP.indexOf(from)) {
    throw new InvalidInput(
      `${says} with database=${to ?? ''}: a bridge leads from instance to cluster or sharded, or from cluster to sharded`,
    );
  }
  if (isGlobal) {
    throw new InvalidInput(
      `${says} with several regions: each would have to switch at the same moment; move first in one region, then climb to several`,
    );
  }
}
