import { svgOf } from '../draw/svg';
import ladder from '../draw/ladder.json';
import type { Picture, ResourceName } from '../picture/model';
import { pictureOf } from '../picture/read';
import type { StackTemplate } from '../shared/template';
import { ON_SERVER, type Plan, readerOf } from './plan';

/** The picture of what is deployed, and where in it each part stands. */
export interface View {
  readonly title: string;
  /** The picture as SVG, without a title. */
  readonly svg: string;
  readonly picture: Picture;
  /** Ids of boxes by logical ids of parts. */
  readonly boxes: Readonly<Record<string, string>>;
}

/** A region of it: what is deployed there, and what parts of it are called. */
export interface Region {
  readonly current: Plan;
  readonly labelled: (name: string) => string;
}

/** Draws what is deployed. Things stand where they stand in every stage. */
export function viewOf(stacks: readonly StackTemplate[], regions: readonly Region[], title: string): View {
  const picture = pictureOf(stacks, title);
  return {
    title,
    svg: svgOf(picture, { reserve: ladder, bare: true }),
    picture,
    boxes: Object.fromEntries(
      regions.flatMap((region) => boxesOf(region.current, picture).map(([id, box]) => [region.labelled(id), box] as const)),
    ),
  };
}

function boxesOf(plan: Plan, picture: Picture): (readonly [id: string, box: string])[] {
  const { stack } = plan;
  const isOwn = ({ stack: name, logicalId }: ResourceName, id: string): boolean => name === stack.name && logicalId === id;
  const boxOf = (id: string): string | undefined =>
    picture.things.find(({ resources, own }) => resources.slice(0, own).some((one) => isOwn(one, id)))?.id;
  const server = plan.servers.find(({ balanced, role }) => role === 'web' && !balanced)?.id ?? '';
  const named: Readonly<Record<string, string>> = {
    [ON_SERVER]: server,
    ...Object.fromEntries(plan.databases.map(({ id }) => [readerOf(id), id])),
  };
  const parts = [plan.databases, plan.stores, plan.buckets, plan.queues, plan.servers, plan.balancer ?? [], plan.cdn ?? []].flat();
  return parts.flatMap(({ id }) => {
    const box = boxOf(named[id] ?? id);
    return box === undefined ? [] : [[id, box] as const];
  });
}
