import type { Json, Resource } from '../../shared/template';
import { type Facts, riskAt } from '../facts';
import { type Risk, Verdict } from '../model';
import { pairsAt } from '../tests';
import { PROPERTY_RULES } from './property-table';

/** Rules about one property of one type, from the table. */
export function propertyRisks({ changes }: Facts): Risk[] {
  return changes
    .filter(({ verdict }) => verdict === Verdict.CHANGED || verdict === Verdict.REPLACED)
    .flatMap((change) =>
      PROPERTY_RULES.filter(
        ({ type, property, when }) =>
          type === change.type &&
          pairsAt(placesOf(change.before), placesOf(change.after), property).some(([before, after]) => when(before, after)),
      ).map(({ rule, property, says }) => riskAt(change, rule, says, property)),
    );
}

function placesOf(resource: Resource | undefined): Json | undefined {
  return resource && { ...resource.Properties, ...(resource.UpdatePolicy !== undefined && { UpdatePolicy: resource.UpdatePolicy }) };
}
