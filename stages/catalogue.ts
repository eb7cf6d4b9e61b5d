import type { Blueprint } from '../lib';
import { singleServer } from './1-single-server';
import { privateDatabase } from './2-private-database';
import { readPath } from './3-read-path';
import { statelessTier } from './4-stateless-tier';
import { dataScaling } from './5-data-scaling';
import { multiRegion } from './6-multi-region';

/** The stages in order. */
const STAGES: readonly Blueprint[] = [singleServer, privateDatabase, readPath, statelessTier, dataScaling, multiRegion];

/** The six rungs of the ladder. */
export class Catalogue {
  /** Number of the highest stage. */
  public static readonly HIGHEST = STAGES.length;

  /**
   * The blueprint of a stage.
   * @param stage 1 to `HIGHEST`.
   */
  public static blueprint(stage: number): Blueprint {
    return STAGES[stage - 1];
  }
}
