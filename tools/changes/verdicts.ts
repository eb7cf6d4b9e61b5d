import { ResourceImpact, fullDiff } from '@aws-cdk/cloudformation-diff';
import { sameToCloudFormation } from '../resolve/canonical';
import type { Resource } from '../shared/template';
import { correctionOf } from './corrections';
import { Effect, type PropertyChange } from './model';

/** Differences that CloudFormation doesn't act on: the CDK's notes, and the order of work. */
const WITHOUT_EFFECT = ['Metadata', 'DependsOn'];

const EFFECTS: Readonly<Partial<Record<string, Effect>>> = {
  [ResourceImpact.WILL_REPLACE]: Effect.REPLACES,
  [ResourceImpact.MAY_REPLACE]: Effect.MAY_REPLACE,
};

/** What differs between two texts of one resource, and what CloudFormation does because of each property. */
export function propertyChanges(before: Resource, after: Resource): PropertyChange[] {
  const changes: PropertyChange[] = [];
  // One resource alone: fullDiff carries replacements through plain references, and references are followed elsewhere, all of them.
  fullDiff({ Resources: { It: before } }, { Resources: { It: after } }).resources.forEachDifference((_, difference) => {
    if (difference.resourceTypeChanged) {
      changes.push({ property: 'Type', before: before.Type, after: after.Type, effect: Effect.REPLACES });
      return;
    }
    for (const [property, { changeImpact }] of Object.entries(difference.propertyUpdates)) {
      if (sameToCloudFormation(before.Properties?.[property], after.Properties?.[property])) continue;
      const effect = correctionOf(property, before, after)?.effect ?? EFFECTS[String(changeImpact)] ?? Effect.IN_PLACE;
      changes.push({ property, before: before.Properties?.[property], after: after.Properties?.[property], effect });
    }
    for (const attribute of Object.keys(difference.otherChanges)) {
      if (WITHOUT_EFFECT.includes(attribute)) continue;
      const value = (resource: Resource): PropertyChange['before'] => resource[attribute as 'UpdatePolicy'];
      if (sameToCloudFormation(value(before), value(after))) continue;
      changes.push({ property: attribute, before: value(before), after: value(after), effect: Effect.IN_PLACE });
    }
  });
  return changes;
}
