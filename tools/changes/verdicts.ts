import { type PropertyDifference, ResourceImpact } from '@aws-cdk/cloudformation-diff';
import { diffResource } from '@aws-cdk/cloudformation-diff/lib/diff';
import { sameToCloudFormation } from '../resolve/canonical';
import type { Resource } from '../shared/template';
import { correctionOf } from './corrections';
import { Effect, type PropertyChange } from './model';

/** Differences that CloudFormation doesn't act on: the CDK's notes, and the order of work. */
const WITHOUT_EFFECT = ['Metadata', 'DependsOn', 'Type'];

type Update = Pick<PropertyDifference<unknown>, 'changeImpact'>;

const EFFECTS: Readonly<Partial<Record<string, Effect>>> = {
  [ResourceImpact.WILL_REPLACE]: Effect.REPLACES,
  [ResourceImpact.MAY_REPLACE]: Effect.MAY_REPLACE,
};

/** What differs between two texts of one resource, and what CloudFormation does because of each property. */
export function propertyChanges(before: Resource, after: Resource): PropertyChange[] {
  if (before.Type !== after.Type) return [{ property: 'Type', before: before.Type, after: after.Type, effect: Effect.REPLACES }];
  // One resource alone: references are followed elsewhere, all of them.
  const { propertyUpdates, otherChanges } = diffResource(before, after);
  const names = new Set([...Object.keys(before.Properties ?? {}), ...Object.keys(after.Properties ?? {})]);
  const properties = [...names].flatMap((property): PropertyChange[] => {
    const values = [before, after].map((resource) => resource.Properties?.[property]);
    if (sameToCloudFormation(values[0], values[1])) return [];
    const { changeImpact } = (propertyUpdates[property] as Update | undefined) ?? updateOf(before.Type, property);
    const effect = correctionOf(property, before, after)?.effect ?? EFFECTS[String(changeImpact)] ?? Effect.IN_PLACE;
    // A function that decides all properties at once may decide one that replaces.
    return [{ property, before: values[0], after: values[1], effect: property.startsWith('Fn::') ? Effect.MAY_REPLACE : effect }];
  });
  const attributes = Object.keys(otherChanges).flatMap((attribute): PropertyChange[] => {
    const values = [before, after].map((resource) => resource[attribute as 'UpdatePolicy']);
    return WITHOUT_EFFECT.includes(attribute) || sameToCloudFormation(values[0], values[1])
      ? []
      : [{ property: attribute, before: values[0], after: values[1], effect: Effect.IN_PLACE }];
  });
  return [...properties, ...attributes];
}

/** What another value of a property does. The comparison takes texts that are one number for equal, such as the versions 15.1 and 15.10. */
function updateOf(Type: string, property: string): Update {
  const [one, other] = ['one', 'other'].map((value) => ({ Type, Properties: { [property]: value } }));
  return diffResource(one, other).propertyUpdates[property];
}
