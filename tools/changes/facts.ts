import type { Resource, StackTemplate } from '../shared/template';
import type { ResourceChange, Risk } from './model';

/** A change with both templates' text of the resource. */
export interface Change extends ResourceChange {
  readonly region?: string;
  readonly before?: Resource;
  readonly after?: Resource;
}

/** What rules look at. */
export interface Facts {
  readonly before: readonly StackTemplate[];
  readonly after: readonly StackTemplate[];
  readonly changes: readonly Change[];
}

/** A rule finds what could lose data, or what AWS would refuse. */
export type Rule = (facts: Facts) => readonly Risk[];

/** A risk at the resource of a change. */
export function riskAt(change: Change, rule: string, message: string, property?: string): Risk {
  const { stack, path, logicalId, type } = change;
  return { rule, stack, path, logicalId, type, message, ...(property !== undefined && { property }) };
}
