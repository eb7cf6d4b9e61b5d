import type { Json, Resource } from '../../shared/template';
import { correctionOf } from '../corrections';
import { type Change, type Facts, riskAt } from '../facts';
import { fateOf } from '../holds-data';
import { Effect, type Risk, Verdict } from '../model';

/** What becomes of resources that hold data. */
export function dataRisks({ changes }: Facts): Risk[] {
  return changes
    .filter((change) => change.holdsData)
    .flatMap((change) => [...replacements(change), ...deletions(change), ...weakerPolicies(change)]);
}

function replacements(change: Change): Risk[] {
  return change.properties
    .filter(({ property, before, after, effect }) => effect !== Effect.IN_PLACE || falseAlarm(change, property, before, after))
    .map(({ property, effect }) => {
      const reason = change.before && change.after && correctionOf(property, change.before, change.after)?.reason;
      const cause = [...change.because, ...(reason === undefined ? [] : [reason])].map((text) => `: ${text}`).join('');
      return effect === Effect.REPLACES
        ? riskAt(change, 'replaced', `a new and empty one takes its place because ${property} changes${cause}`, property)
        : {
            ...riskAt(
              change,
              'may-replace',
              `${property} changes, and a new and empty one may take its place${effect === Effect.IN_PLACE ? '' : cause}`,
              property,
            ),
            ...(effect === Effect.IN_PLACE && { allowed: reason }),
          };
    });
}

/** A property that the specification fears and a correction clears: kept in sight, with the reason. */
function falseAlarm({ before, after, verdict }: Change, property: string, ...values: (Json | undefined)[]): boolean {
  if (!before || !after || verdict === Verdict.RETIRED || values.every((value) => value === undefined)) return false;
  return correctionOf(property, before, after)?.effect === Effect.IN_PLACE;
}

function deletions(change: Change): Risk[] {
  const by = change.because.length > 0 ? `: ${change.because.join(', ')}` : '';
  if (change.fate === 'snapshot')
    return [
      riskAt(
        change,
        'deleted-with-snapshot',
        `it is deleted, and only a snapshot of its last moment stays: nobody is served from it${by}`,
        'DeletionPolicy',
      ),
    ];
  if (change.fate !== 'deleted') return [];
  const policy = change.before?.DeletionPolicy;
  const why =
    policy === undefined ? 'has no DeletionPolicy' : `has DeletionPolicy ${typeof policy === 'string' ? policy : JSON.stringify(policy)}`;
  return [riskAt(change, 'deleted', `it leaves the template and is deleted with its data, because it ${why}${by}`, 'DeletionPolicy')];
}

const KEEPING = { deleted: 0, snapshot: 1, retained: 2 };

function weakerPolicies(change: Change): Risk[] {
  const { before, after } = change;
  if (!before || !after) return [];
  const onReplace = (resource: Resource): Resource => ({ ...resource, DeletionPolicy: resource.UpdateReplacePolicy ?? 'Delete' });
  const pairs = [
    ['DeletionPolicy', fateOf(before), fateOf(after)],
    ['UpdateReplacePolicy', fateOf(onReplace(before)), fateOf(onReplace(after))],
  ] as const;
  return pairs
    .filter(([, old, now]) => KEEPING[now] < KEEPING[old])
    .map(([policy, old, now]) => riskAt(change, 'weaker-policy', `${policy} let it be ${old}, and now it would be ${now}`, policy));
}
