import type { AccessChange } from '../access/compare';
import { Breadth } from '../access/grant';
import { phrases } from '../access/phrases';
import type { Placed, Row, Section, Tone } from './section';
import { counted, groupBy, inOrder, shortened } from '../shared/words';

/** Opened on purpose, as a rule, so no tone of alarm. */
const TONES: Readonly<Record<Breadth, Tone>> = { [Breadth.ANYONE]: 'warning', [Breadth.WILDCARD]: 'change', [Breadth.NAMED]: 'plain' };

/**
 * Access that opened, with the sentence for `none`, or narrowed. What is open to anyone or has a wildcard stands in a line of its own, and so does all that an owner that was
 * there before gains or loses. A new owner, one that went, and a further region are folded: nobody has relied on them.
 */
export function accessSection(title: string, none: string | undefined, changes: readonly AccessChange[], placed: Placed): Section {
  const isOpening = none !== undefined;
  const repeated = changes.filter(({ repeats }) => repeats !== undefined);
  const rest = changes.filter(({ repeats }) => repeats === undefined);
  const isListed = ({ ownerIs, breadth }: AccessChange): boolean => ownerIs === 'kept' || (ownerIs === 'new' && breadth !== Breadth.NAMED);
  const listed = phrases(rest.filter(isListed)).map(({ stack, owner, breadth, text }) =>
    placed(isOpening ? TONES[breadth] : 'plain', stack, breadth, owner, text),
  );
  const gone = rest.filter(({ ownerIs }) => ownerIs === 'gone');
  const rows = [
    ...listed,
    ...newOwnerRows(
      rest.filter((change) => change.ownerIs === 'new' && !isListed(change)),
      placed,
    ),
    ...repeatedRows(repeated, placed),
    ...goneRows(gone, placed),
  ];
  return { title, rows, lead: rows.length > 0 || !isOpening ? undefined : { tone: 'faint', text: none } };
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
