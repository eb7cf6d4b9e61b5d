import type { Blueprint } from '../lib';
import { singleServer } from './1-single-server';
import { privateDatabase } from './2-private-database';
import { readPath } from './3-read-path';
import { statelessTier } from './4-stateless-tier';
import { dataScaling } from './5-data-scaling';

/** The stages in order. */
const STAGES: readonly Blueprint[] = [singleServer, privateDatabase, readPath, statelessTier, dataScaling];

/** The six rungs of the ladder, as far as they are built. */
export class Catalogue {
  /** Number of the highest stage that is built. */
  public static readonly HIGHEST = STAGES.length;

  /** Number of the highest stage that the ladder will have. */
  public static readonly PLANNED = 6;

  /**
   * The blueprint of a stage.
   * @param stage 1 to `HIGHEST`.
   */
  public static blueprint(stage: number): Blueprint {
    return STAGES[stage - 1];
  }
}
