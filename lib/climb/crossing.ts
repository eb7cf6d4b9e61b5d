import type { Blueprint } from '../architecture/blueprint';
import { Move } from '../architecture/move';

/** A move between two blueprints: when it is needed, and which tiers stand side by side meanwhile. */
export abstract class Crossing extends Move {
  /** Whether the way from one blueprint to another needs it. */
  public abstract isNeeded(from: Blueprint, to: Blueprint): boolean;

  /** The bridge so far, with both ends of what is moved. */
  public abstract sideBySide(from: Blueprint, bridge: Blueprint): Blueprint;
}
