import { Tags } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** The tag of everything that a drill may touch; its value is the name of the deployment. */
export const DRILL_TAG = 'stagecraft:name';

/** A second tag, for what one drill alone may touch where FIS takes tags and no ARNs. */
export const ONLY_TAG = 'stagecraft:drill';

/**
 * Marks a resource as one that drills may touch. Tags change in place, whatever the resource holds.
 * @param construct the resource, with all below it; servers of an Auto Scaling group inherit the tag.
 * @param name of the deployment.
 * @param only the one drill that finds it by this tag, where several would.
 */
export function markForDrills(construct: IConstruct, name: string, only?: string): void {
  Tags.of(construct).add(DRILL_TAG, name);
  if (only !== undefined) Tags.of(construct).add(ONLY_TAG, only);
}
