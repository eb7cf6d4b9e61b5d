import { sameToCloudFormation } from '../resolve/canonical';
import { type Resource, type StackTemplate, pathOf } from '../shared/template';
import type { Change } from './facts';
import { fateOf, holdsData } from './holds-data';
import { Effect, type PropertyChange, Verdict } from './model';
import { targetsIn } from './references';
import { propertyChanges } from './verdicts';

/** All that differs, resource by resource, before references are followed. */
export function differences(before: readonly StackTemplate[], after: readonly StackTemplate[]): Change[] {
  const gone = before.filter(({ name }) => !after.some((stack) => stack.name === name));
  return [...after, ...gone].flatMap((stack) => {
    const old = before.find(({ name }) => name === stack.name);
    return gone.includes(stack) ? withoutStack(stack, before, after) : betweenStacks(old, stack);
  });
}

/** A stack that only the deployment before has. A nested one is deleted with its resource in the stack around it. */
function withoutStack(stack: StackTemplate, before: readonly StackTemplate[], after: readonly StackTemplate[]): Change[] {
  const { nested, name, region, template } = stack;
  const around = nested && before.find((one) => one.name === nested.parent);
  if (!nested || !around) return leftBehind(stack);
  const now = after.find((one) => one.name === around.name);
  if (!now) return withoutStack(around, before, after).some(({ fate }) => fate !== 'retained') ? deleted() : leftBehind(stack);
  // Its template isn't there to be read: the rule about nested stacks says so.
  if (nested.logicalId in now.template.Resources) return [];
  const owner = around.template.Resources[nested.logicalId] as Resource | undefined;
  return owner && fateOf(owner) === 'retained' ? leftBehind(stack) : deleted();

  function deleted(): Change[] {
    return resources(template.Resources).map(([id, resource]) => ({
      ...identity(name, region, id, resource),
      ...{ verdict: Verdict.RETIRED, fate: fateOf(resource), before: resource, because: [`nested stack ${name} is deleted`] },
    }));
  }
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
    readNested(identity(after.name, after.region ?? before?.region, logicalId, resource), before, after);
  const retired = resources(old)
    .filter(([id]) => !(id in now))
    .map(([id, resource]) => ({ ...of(id, resource), verdict: Verdict.RETIRED, fate: fateOf(resource), before: resource }));
  const added = resources(now)
    .filter(([id]) => !(id in old))
    .map(([id, resource]) => ({ ...of(id, resource), verdict: Verdict.ADDED, after: resource }));
  const kept = resources(now)
    .filter(([id, resource]) => id in old && text(old[id]) !== text(resource))
    .map(([id, resource]) => {
      const properties = propertyChanges(old[id], resource);
      const because = decidedElsewhere(id, properties, before, after);
      return withProperties({ ...of(id, resource), because }, old[id], resource, properties);
    })
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
  const isRead = change.type === 'AWS::CloudFormation::Stack' && !change.holdsData;
  return { ...change, verdict, properties, before, after, holdsData: !isRead && (holdsData(before) || holdsData(after)) };
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

/** A nested stack whose template was read is compared itself; as a resource it holds nothing. */
function readNested(
  found: ReturnType<typeof identity>,
  before: StackTemplate | undefined,
  after: StackTemplate,
): ReturnType<typeof identity> {
  const isRead = [before, after].some((stack) => stack?.read?.includes(found.logicalId));
  return isRead && found.type === 'AWS::CloudFormation::Stack' ? { ...found, holdsData: false } : found;
}

/** Why properties change whose text is the same on both sides: what the template decides elsewhere is another. */
function decidedElsewhere(
  id: string,
  properties: readonly PropertyChange[],
  before: StackTemplate | undefined,
  after: StackTemplate,
): string[] {
  const [old, now] = [before?.written ?? before, after.written ?? after].map((stack) => stack?.template);
  if (!old || !now) return [];
  const reasons = properties.flatMap(({ property }): string[] => {
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- a resource may be on one side alone
    const [was, is] = [old, now].map((template) => template.Resources[id]?.Properties?.[property]);
    if (was === undefined || is === undefined || !sameToCloudFormation(was, is)) return [];
    const parameters = targetsIn(is, after.name).filter(
      (target) =>
        target.id in (now.Parameters ?? {}) &&
        !sameToCloudFormation(old.Parameters?.[target.id]?.Default, now.Parameters?.[target.id]?.Default),
    );
    return parameters.length > 0
      ? parameters.map((target) => `the default of parameter ${target.id} changes`)
      : ['a mapping, a condition or a parameter that it is made from changes'];
  });
  return [...new Set(reasons)];
}

/** The CDK's note about itself is no resource. */
function resources(all: Readonly<Record<string, Resource>>): [string, Resource][] {
  return Object.entries(all).filter(([, { Type }]) => Type !== 'AWS::CDK::Metadata');
}

/** What CloudFormation acts on. */
function text({ Metadata: _, DependsOn: __, ...resource }: Resource): string {
  return JSON.stringify(resource);
}
