import { type Resource, type StackTemplate, pathOf } from '../shared/template';
import type { Change } from './facts';
import { fateOf, holdsData } from './holds-data';
import { Effect, type PropertyChange, Verdict } from './model';
import { propertyChanges } from './verdicts';

/** All that differs, resource by resource, before references are followed. */
export function differences(before: readonly StackTemplate[], after: readonly StackTemplate[]): Change[] {
  const gone = before.filter(({ name }) => !after.some((stack) => stack.name === name));
  return [...after, ...gone].flatMap((stack) => {
    const old = before.find(({ name }) => name === stack.name);
    return gone.includes(stack) ? leftBehind(stack) : betweenStacks(old, stack);
  });
}

/** A stack that isn't part of the deployment any more: nobody deletes it, so nothing in it is touched. */
function leftBehind({ name, region, template }: StackTemplate): Change[] {
  return resources(template.Resources).map(([logicalId, resource]) => ({
    ...identity(name, region, logicalId, resource),
    ...{ verdict: Verdict.RETIRED, fate: 'retained', before: resource },
    because: [`stack ${name} is not part of the deployment any more; it stays until somebody deletes it`],
  }));
}

function betweenStacks(before: StackTemplate | undefined, after: StackTemplate): Change[] {
  const old = before?.template.Resources ?? {};
  const now = after.template.Resources;
  const of = (logicalId: string, resource: Resource): ReturnType<typeof identity> =>
    identity(after.name, after.region ?? before?.region, logicalId, resource);
  const retired = resources(old)
    .filter(([id]) => !(id in now))
    .map(([id, resource]) => ({ ...of(id, resource), verdict: Verdict.RETIRED, fate: fateOf(resource), before: resource }));
  const added = resources(now)
    .filter(([id]) => !(id in old))
    .map(([id, resource]) => ({ ...of(id, resource), verdict: Verdict.ADDED, after: resource }));
  const kept = resources(now)
    .filter(([id, resource]) => id in old && text(old[id]) !== text(resource))
    .map(([id, resource]) => withProperties(of(id, resource), old[id], resource, propertyChanges(old[id], resource)))
    .filter(({ properties }) => properties.length > 0);
  return [...retired, ...added, ...kept];
}

/** A resource that both templates have, with what differs. */
export function withProperties(
  change: Omit<Change, 'verdict' | 'properties'>,
  before: Resource,
  after: Resource,
  properties: readonly PropertyChange[],
): Change {
  const isReplaced = properties.some(({ effect }) => effect === Effect.REPLACES);
  const verdict = isReplaced ? Verdict.REPLACED : Verdict.CHANGED;
  // What held data before holds it until it is gone.
  return { ...change, verdict, properties, before, after, holdsData: holdsData(before) || holdsData(after) };
}

/** Names of a resource, and the fields that a plain change has. */
export function identity(
  stack: string,
  region: string | undefined,
  logicalId: string,
  resource: Resource,
): Omit<Change, 'verdict' | 'before' | 'after'> {
  return {
    ...{ stack, region, logicalId, path: pathOf(logicalId, resource), type: resource.Type },
    ...{ holdsData: holdsData(resource), properties: [], because: [] },
  };
}

/** The CDK's note about itself is no resource. */
function resources(all: Readonly<Record<string, Resource>>): [string, Resource][] {
  return Object.entries(all).filter(([, { Type }]) => Type !== 'AWS::CDK::Metadata');
}

/** What CloudFormation acts on. */
function text({ Metadata: _, DependsOn: __, ...resource }: Resource): string {
  return JSON.stringify(resource);
}
