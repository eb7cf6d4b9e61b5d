import type { AccessChange } from '../access/compare';
import { Breadth } from '../access/grant';
import { phrases } from '../access/phrases';
import type { Placed, Row, Section, Tone } from './section';
import { counted, groupBy, inOrder, shortened } from '../shared/words';

/** Opened on purpose, as a rule, so no tone of alarm. */
const TONES: Readonly<Record<Breadth, Tone>> = { [Breadth.ANYONE]: 'warning', [Breadth.WILDCARD]: 'change', [Breadth.NAMED]: 'plain' };

/** The wider last: what isn't among them comes behind. */
const WIDEST: readonly string[] = [Breadth.NAMED, Breadth.WILDCARD, Breadth.ANYONE];

/**
 * Access that opened, with the sentence for `none`, or narrowed. What is open to anyone or has a wildcard stands in a line of its own, and so does all that an owner that was
 * there before gains or loses. A new owner, one that went, and a further region are folded: nobody has relied on them.
 */
export function accessSection(title: string, none: string | undefined, changes: readonly AccessChange[], placed: Placed): Section {
  const isOpening = none !== undefined;
  const repeated = changes.filter(({ repeats }) => repeats !== undefined);
  const rest = changes.filter(({ repeats }) => repeats === undefined);
  const crowded = crowdsIn(rest);
  const isCrowd = ({ owner, ownerIs, breadth }: AccessChange): boolean =>
    ownerIs === 'new' && breadth !== Breadth.ANYONE && crowded.has(groupOf(owner));
  const isListed = (change: AccessChange): boolean =>
    !isCrowd(change) && (change.ownerIs === 'kept' || (change.ownerIs === 'new' && change.breadth !== Breadth.NAMED));
  const listed = phrases(rest.filter(isListed)).map(({ stack, owner, breadth, text }) =>
    placed(isOpening ? TONES[breadth] : 'plain', stack, breadth, owner, text),
  );
  const gone = rest.filter(({ ownerIs }) => ownerIs === 'gone');
  const rows = [
    ...listed,
    ...newOwnerRows(
      rest.filter((change) => change.ownerIs === 'new' && !isListed(change) && !isCrowd(change)),
      placed,
    ),
    ...crowdRows(rest.filter(isCrowd), placed),
    ...repeatedRows(repeated, placed),
    ...goneRows(gone, placed),
  ].sort(({ cells: [a] }, { cells: [b] }) => WIDEST.indexOf(b) - WIDEST.indexOf(a));
  return {
    title,
    head: ['Breadth', 'Whose', 'What'],
    rows,
    lead: rows.length > 0 || !isOpening ? undefined : { tone: 'faint', text: none },
  };
}

/** More new owners than these in one place are said together. */
const CROWD = 3;
/** Where an owner stands: `Architecture/Drills` of `Architecture/Drills/KillServer/Role`. */
const groupOf = (owner: string): string => owner.split('/').slice(0, 2).join('/');

function crowdsIn(changes: readonly AccessChange[]): ReadonlySet<string> {
  const owners = [...new Set(changes.filter(({ ownerIs }) => ownerIs === 'new').map(({ owner }) => owner))];
  return new Set([...groupBy(owners, groupOf)].filter(([, { length }]) => length > CROWD).map(([group]) => group));
}

/** What many new owners of one place may do, the wider first: one line for each breadth. */
function crowdRows(changes: readonly AccessChange[], placed: Placed): Row[] {
  const groups = groupBy(changes, ({ stack, owner, breadth }) => JSON.stringify([breadth === Breadth.NAMED, stack, groupOf(owner)]));
  return [...groups.values()].map((group) => {
    const [{ stack, breadth, owner }] = group;
    const owners = new Set(group.map((change) => change.owner)).size;
    const services = [...new Set(group.flatMap(({ what }) => (what.kind === 'permission' ? [what.action.split(':')[0]] : [])))].sort(
      inOrder,
    );
    const where = breadth === Breadth.NAMED ? 'on named things' : 'with a wildcard';
    return placed(
      TONES[breadth],
      stack,
      breadth,
      `${groupOf(owner)} (${owners})`,
      `${counted(group.length, 'permission')} ${where}: ${services.join(', ')}`,
    );
  });
}

/** What new owners may do with named things: one line each. */
function newOwnerRows(changes: readonly AccessChange[], placed: Placed): Row[] {
  return [...groupBy(changes, ({ stack, owner }) => `${stack} ${owner}`).values()].map((group) => {
    const permissions = group.map(({ what }) => what).filter((what) => what.kind === 'permission');
    const others = phrases(group.filter(({ what }) => what.kind !== 'permission')).map(({ text }) => text);
    const services = [...new Set(permissions.map(({ action }) => action.split(':')[0]))].sort(inOrder).join(', ');
    const counts = permissions.length > 0 ? [`${counted(permissions.length, 'permission')} on named things: ${services}`] : [];
    return placed('plain', group[0].stack, Breadth.NAMED, group[0].owner, [...others, ...counts].join('; '));
  });
}

function repeatedRows(changes: readonly AccessChange[], placed: Placed): Row[] {
  return [...groupBy(changes, ({ stack, repeats }) => JSON.stringify([stack, repeats])).values()].map((group) => {
    const text = `${counted(group.length, 'permission')} just as in ${group[0].repeats ?? ''}`;
    return placed('plain', group[0].stack, 'repeated', 'the whole stack', text);
  });
}

function goneRows(changes: readonly AccessChange[], placed: Placed): Row[] {
  return [...groupBy(changes, ({ stack }) => stack)].map(([stack, group]) => {
    const owners = [...new Set(group.map(({ owner }) => owner))].sort(inOrder);
    return placed('faint', stack, 'gone', counted(group.length, 'permission'), `with ${shortened(owners, 4, 'owner')}`);
  });
}
