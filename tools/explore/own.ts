import { ladderOf } from '../draw/layout';
import { definitionsOf } from '../draw/svg';
import { ANY_STAGE, usageOf } from '../pricing/usage';
import type { Resource, StackTemplate } from '../shared/template';
import { groupBy } from '../shared/words';
import { drillsOf } from './drills';
import type { Ladder, Rung } from './ladder';
import { priceOf, pricedOf } from './prices';
import { Drawer, changeOf, sideOf, stepOf } from './rung';
import { signsOf } from './signs';
import { surveyOf } from './survey';
import { Pool, detailsOf, withGone } from './things';

/** A deployment of somebody's own. */
export interface Named {
  readonly name: string;
  readonly stacks: readonly StackTemplate[];
}

/** Each `cdk.Stage` of an app is a deployment of its own; an app without is one. */
export function deploymentsOf(stacks: readonly StackTemplate[], name: string): Named[] {
  return [...groupBy(stacks, ({ stage = '' }) => stage)].map(([stage, all]) => ({
    name: stage === '' ? name : stage,
    // Stacks of one blueprint and of the next are the same stack: the CDK puts the stage before their name.
    stacks: all.map((stack) =>
      renamed(withoutStage(stack, stage), (one) => (one.startsWith(`${stage}-`) ? one.slice(stage.length + 1) : one)),
    ),
  }));
}

function renamed(stack: StackTemplate, to: (name: string) => string): StackTemplate {
  return { ...stack, name: to(stack.name), ...(stack.nested && { nested: { ...stack.nested, parent: to(stack.nested.parent) } }) };
}

/** Construct paths begin with the stage; what is below the stack is what names a thing. */
function withoutStage(stack: StackTemplate, stage: string): StackTemplate {
  const Resources = Object.entries(stack.template.Resources).map(([id, resource]): [string, Resource] => {
    const path = resource.Metadata?.['aws:cdk:path'];
    if (typeof path !== 'string' || !path.startsWith(`${stage}/`)) return [id, resource];
    return [id, { ...resource, Metadata: { ...resource.Metadata, 'aws:cdk:path': path.slice(stage.length + 1) } }];
  });
  return { ...stack, template: { ...stack.template, Resources: Object.fromEntries(Resources) } };
}

/** A ladder of anybody's architectures, from templates alone. */
export function ladderOfOwn(deployments: readonly Named[]): Ladder {
  const sides = deployments.map(({ name, stacks }) => sideOf(name, stacks));
  const steps = sides.map((side, index) => (index === 0 ? undefined : stepOf(sides[index - 1], side)));
  const pictures = sides.map(({ picture }) => picture);
  const drawer = new Drawer(
    ladderOf(
      pictures,
      steps.flatMap((step) => step?.picture ?? []),
    ),
  );
  const surveys = sides.map((side, index) => surveyOf(side.stacks, steps[index]?.picture ?? side.picture));
  const pool = new Pool(surveys);
  const usage = usageOf(ANY_STAGE);
  let known: Rung['things'] = {};
  const rungs = sides.map(({ title, picture, stacks }, index): Rung => {
    const { [index]: step } = steps;
    const drills = drillsOf(surveys[index]);
    const priced = pricedOf(stacks, usage);
    const price = priced && priceOf(priced, usage, index === 0 ? undefined : sides[index - 1].stacks);
    known = withGone(detailsOf(surveys[index], priced?.estimate, drills, pool), known);
    return {
      ...{ id: String(index + 1), title, label: title, picture: drawer.draw(picture) },
      ...(step && { since: drawer.draw(step.picture), change: changeOf(step) }),
      ...(price && { price }),
      ...{ ...signsOf(surveys[index], usage), drills },
      things: known,
    };
  });
  return {
    ...{ version: 1, title: deployments.map(({ name }) => name).join(' → '), notes: [], rungs, resources: pool.texts },
    definitions: definitionsOf(drawer.sheets),
  };
}
