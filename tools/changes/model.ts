import type { Json } from '../shared/template';

/** What becomes of a resource. */
export enum Verdict {
  ADDED = 'added',
  CHANGED = 'changed',
  REPLACED = 'replaced',
  RETIRED = 'retired',
}

/** What CloudFormation does because of one property. */
export enum Effect {
  IN_PLACE = 'in place',
  MAY_REPLACE = 'may replace',
  REPLACES = 'replaces',
}

/** One property that differs. */
export interface PropertyChange {
  /** Name of the top-level property, or of an attribute of the resource such as `DeletionPolicy`. */
  readonly property: string;
  readonly before?: Json;
  readonly after?: Json;
  readonly effect: Effect;
}

/** One resource that differs between two templates. */
export interface ResourceChange {
  readonly stack: string;
  readonly logicalId: string;
  /** Construct path below the stack, for people. */
  readonly path: string;
  readonly type: string;
  readonly verdict: Verdict;
  /** Whether it holds data that can't be made anew. */
  readonly holdsData: boolean;
  /** For a retired resource: what happens to the real thing. */
  readonly fate?: 'deleted' | 'retained' | 'snapshot';
  readonly properties: readonly PropertyChange[];
  /** Why the verdict is not the one of its own properties: a replacement carried here through a reference. Outermost cause first. */
  readonly because: readonly string[];
}

/** A change that could lose data, or that AWS would refuse. */
export interface Risk {
  /** Short name of the rule, such as `replaced`, `deleted`, `weaker-policy`, `refused-update`, `renamed`. */
  readonly rule: string;
  readonly stack: string;
  readonly path: string;
  readonly logicalId: string;
  readonly type: string;
  /** One lower-case sentence: what would happen, and why. */
  readonly message: string;
  /** The property or attribute that the rule looked at, if it is one. */
  readonly property?: string;
  /** Reason from the allow-list, if somebody decided that this is no risk. */
  readonly allowed?: string;
}

/** All that differs between two deployments. */
export interface Comparison {
  readonly changes: readonly ResourceChange[];
  /** Also the allowed ones. */
  readonly risks: readonly Risk[];
}
