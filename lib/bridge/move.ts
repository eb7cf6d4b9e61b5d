import type { Construct } from 'constructs';
import type { Blueprint } from '../blueprint';
import type { Databases } from '../data/database-tier';
import type { Edge } from '../edge/edge-tier';
import type { Foundation } from '../foundation';
import type { Web } from '../web/web-tier';

/** The tiers that a runbook works on, bound. */
export interface Ends {
  /** The databases, of both ends. */
  readonly databases: Databases;
  /** The web tier, of both ends. */
  readonly web: Web;
  /** The edge. */
  readonly edge: Edge;
}

/** One thing that a template can't move: which tiers stand side by side meanwhile, and the runbook that moves it. */
export abstract class Move {
  /** Whether the way from one blueprint to another needs it. */
  public abstract isNeeded(from: Blueprint, to: Blueprint): boolean;

  /** The bridge so far, with both ends of what is moved. */
  public abstract sideBySide(from: Blueprint, bridge: Blueprint): Blueprint;

  /** Creates the runbook, when all tiers are there. */
  public abstract bind(scope: Construct, foundation: Foundation, ends: Ends): void;
}
