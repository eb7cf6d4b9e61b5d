import { type Change, type Facts, riskAt } from '../facts';
import { type Risk, Verdict } from '../model';
import { changed } from '../tests';
import { fixedName } from './names';

/** Share of properties that must be equal for two resources to be taken for one that was renamed. */
const NEAR = 0.75;

/** One resource that leaves and one that comes, and that look like the same: to CloudFormation they are strangers, and the new one is empty. */
export function identityRisks({ changes }: Facts): Risk[] {
  const holding = changes.filter((change) => change.holdsData);
  const coming = holding.filter(({ verdict }) => verdict === Verdict.ADDED);
  return holding
    .filter(({ verdict }) => verdict === Verdict.RETIRED)
    .flatMap((gone) => {
      const twin = coming.find((come) => isMove(gone, come)) ?? coming.find((come) => isRename(gone, come));
      if (!twin) return [];
      const fate =
        gone.fate === 'retained' ? 'stays behind outside of the template' : gone.fate === 'snapshot' ? 'leaves a snapshot' : 'is deleted';
      return twin.stack === gone.stack
        ? [
            riskAt(
              gone,
              'renamed',
              `it seems to have become ${twin.logicalId}: another id is another, empty resource, and the old one ${fate}`,
            ),
          ]
        : [
            riskAt(
              gone,
              'moved',
              `it seems to have moved to stack ${twin.stack}: there it is made anew and empty, and the old one ${fate}`,
            ),
          ];
    });
}

/** To another stack, also of another region: under its id there is nothing of what it holds. */
function isMove(gone: Change, come: Change): boolean {
  return gone.stack !== come.stack && gone.logicalId === come.logicalId && sameKind(gone, come);
}

function isRename(gone: Change, come: Change): boolean {
  const sameRegion = (gone.region ?? '') === (come.region ?? gone.region ?? '');
  return sameRegion && sameKind(gone, come) && (likeness(gone, come) >= NEAR || sameName(gone, come));
}

/** Of one type, and not two that the template itself tells apart by fixed names. */
function sameKind(gone: Change, come: Change): boolean {
  const names = [gone.before, come.after].map((resource) => resource && fixedName(resource));
  const toldApart = names[0] !== names[1] && names.every((name) => name !== undefined);
  return gone.type === come.type && !toldApart;
}

/** Renamed and edited at once: what a person called it is the same. */
function sameName(gone: Change, come: Change): boolean {
  const word = (path: string): string => path.split('/').at(-1) ?? path;
  return gone.stack === come.stack && word(gone.path) === word(come.path);
}

function likeness({ before }: Change, { after }: Change): number {
  const [old, now] = [before?.Properties ?? {}, after?.Properties ?? {}];
  const names = new Set([...Object.keys(old), ...Object.keys(now)].filter((name) => name !== 'Tags'));
  if (names.size === 0) return 1;
  return [...names].filter((name) => !changed(old[name], now[name])).length / names.size;
}
