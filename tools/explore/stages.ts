import { RECOVERY } from '../cost/recovery';
import { climbOf } from '../diff/climb';
import ladder from '../draw/ladder.json';
import { definitionsOf } from '../draw/svg';
import { usageOf } from '../pricing/usage';
import type { Progress } from '../shared/progress';
import type { Stages } from '../shared/stages';
import { climbPage } from './climb-pages';
import { drillsOf } from './drills';
import type { Ladder, Rung } from './ladder';
import { priceOf, pricedOf, scaleOf } from './prices';
import { Drawer, type Step, changeOf, sideOf, stepOf } from './rung';
import { signsOf } from './signs';
import { blueprintOf, pageOf, storyOf } from './stage-pages';
import { surveyOf } from './survey';
import { Pool, detailsOf, withGone } from './things';

/** What is synthesized for the ladder of stages: each of them, and the bridge to each but the first. */
export function textsOf(highest: number): string[] {
  const stages = Array.from({ length: highest }, (_, index) => index + 1);
  return [...stages.map(String), ...stages.slice(1).map((stage) => `${stage - 1}-to-${stage}`)];
}

/**
 * The ladder of the stages, with what their pages say.
 * @param given context of the command line; what was filled in for an example goes with the commands of the last stage alone, which needs it.
 */
export function ladderOfStages({ sides, stacks, context, notes }: Stages, given: Stages['context'], watched: Progress): Ladder {
  const all = sides.map((side, index) => {
    const { title } = pageOf(side.stage);
    return { ...side, label: title, ...sideOf(`Stage ${side.stage}: ${title}`, stacks[index]) };
  });
  const contextOf = (stage: number): Stages['context'] =>
    stage === sides.filter(({ from }) => from === undefined).length ? context : given;
  const stages = all.filter(({ from }) => from === undefined);
  const bridges = all.filter(({ from }) => from !== undefined);
  const steps = stages.map((side, index): Step | undefined => {
    const before = stages.at(index - 1);
    return index === 0 || before === undefined
      ? undefined
      : watched.during(`Comparing ${before.stage} and ${side.stage}`, () => stepOf(before, side));
  });
  const surveys = stages.map((side, index) => surveyOf(side.stacks, steps[index]?.picture ?? side.picture));
  const pool = new Pool(surveys);
  const drawer = new Drawer(ladder);
  let known: Rung['things'] = {};
  const rungs = stages.map(({ stage, title, label, picture, stacks: own }, index): Rung => {
    const { [index]: step } = steps;
    const usage = usageOf(stage);
    const survey = surveys[index];
    const drills = drillsOf(survey);
    const before = index === 0 ? undefined : stages[index - 1];
    const bridge = bridges.find((side) => side.stage === stage);
    const priced = pricedOf(own, usage);
    const price = priced && watched.during(`Pricing stage ${stage}`, () => priceOf(priced, usage, before?.stacks));
    known = withGone(detailsOf(survey, priced?.estimate, drills, pool), known);
    return {
      ...{ id: String(stage), title, label },
      picture: drawer.draw(picture),
      ...(step && before && { since: drawer.draw(step.picture), change: changeOf(step, climbOf(before.stage, stage, contextOf(stage))) }),
      ...{ page: pageOf(stage), story: storyOf(stage), ...(price && { price }), recovery: RECOVERY[index] },
      ...{ ...signsOf(survey, usage), drills, blueprint: blueprintOf(stage) },
      ...(before && bridge && { climb: { ...climbPage(stage, contextOf(stage)), bridge: drawer.draw(stepOf(before, bridge).picture) } }),
      things: known,
    };
  });
  return {
    ...{ version: 1, title: 'One web application, six architectures', notes, rungs, resources: pool.texts },
    definitions: definitionsOf(drawer.sheets),
    load: scaleOf(stages.map(({ stage }) => stage)),
  };
}
