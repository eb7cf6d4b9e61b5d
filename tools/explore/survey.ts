import { prepared } from '../changes/prepare';
import { Deployment, type Entry } from '../picture/deployment';
import type { Picture } from '../picture/model';
import type { StackTemplate } from '../shared/template';

/** A deployment, and in which box of its picture each resource is. */
export interface Survey {
  readonly deployment: Deployment;
  readonly picture: Picture;
  /** As they are written, by the names of the deployment. */
  readonly stacks: ReadonlyMap<string, StackTemplate>;
  /** Id of the box that a resource is in, by the key of the resource. */
  readonly boxes: ReadonlyMap<string, string>;
}

/** Finds the box of each resource. */
export function surveyOf(stacks: readonly StackTemplate[], picture: Picture): Survey {
  const { after: now } = prepared([], stacks);
  const boxes = picture.things.flatMap(({ id, resources }) =>
    resources.map(({ stack, logicalId }) => [`${stack}\n${logicalId}`, id] as const),
  );
  return {
    ...{ deployment: new Deployment(now), picture, boxes: new Map(boxes) },
    stacks: new Map(now.map((stack) => [stack.name, stack.written ?? stack])),
  };
}

/** Boxes of some resources, each once. */
export function boxesOf({ boxes }: Survey, entries: readonly Entry[]): string[] {
  return [...new Set(entries.flatMap(({ key }) => boxes.get(key) ?? []))];
}
