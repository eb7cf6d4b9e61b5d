import { type Facts, riskAt } from '../facts';
import { type Risk, Verdict } from '../model';
import { at } from '../tests';
import { PROPERTY_RULES } from './property-table';

/** Rules about one property of one type, from the table. */
export function propertyRisks({ changes }: Facts): Risk[] {
  return changes
    .filter(({ verdict }) => verdict === Verdict.CHANGED || verdict === Verdict.REPLACED)
    .flatMap((change) =>
      PROPERTY_RULES.filter(
        ({ type, property, when }) =>
          type === change.type && when(at(change.before?.Properties, property), at(change.after?.Properties, property)),
      ).map(({ rule, property, says }) => riskAt(change, rule, says, property)),
    );
}
