import type { Construct } from 'constructs';
import type { Foundation } from '../foundation/foundation';
import type { Databases } from '../tiers/data/database-tier';
import type { Edge } from '../tiers/edge/edge-tier';
import type { Web } from '../tiers/web/web-tier';

/** The tiers that a runbook works on, bound. */
export interface Ends {
  /** The databases, of both ends. */
  readonly databases: Databases;
  /** The web tier, of both ends. */
  readonly web: Web;
  /** The edge. */
  readonly edge: Edge;
}

/** One thing that a template can't move, with the runbook that moves it. */
export abstract class Move {
  /** Creates the runbook, when all tiers are there. */
  public abstract bind(scope: Construct, foundation: Foundation, ends: Ends): void;
}
