import { type StackTemplate, pathOf } from '../shared/template';
import { doorGrants } from './doors';
import { Breadth, type Grant, covers } from './grant';
import { permissionGrants } from './policies';
import { trafficGrants } from './security-groups';
import { groupBy, sayer } from '../shared/words';

/** A grant that came or went. */
export interface AccessChange extends Grant {
  /** Whether its owner is there on both sides. */
  readonly ownerIs: 'kept' | 'new' | 'gone';
  /** In a new stack: the stack where the same is allowed already. Never for what is open to anyone. */
  readonly repeats?: string;
}

/** What may be reached after a change and couldn't before, and the other way round. */
export interface AccessChanges {
  readonly opened: readonly AccessChange[];
  readonly narrowed: readonly AccessChange[];
}

/**
 * Compares who may reach and do what. A permission that another one takes in, before and after, is no change, so policies may be split, joined
 * and moved. A new denial narrows and a lost one opens, unless its owner is as new or as lost.
 */
export function compareAccess(before: readonly StackTemplate[], after: readonly StackTemplate[]): AccessChanges {
  const [old, now] = [grantsOf(before), grantsOf(after)];
  const [come, gone] = [known(beyond(now, old), ownersOf(before), 'new'), known(beyond(old, now), ownersOf(after), 'gone')];
  const denials = (changes: readonly AccessChange[]): AccessChange[] =>
    changes.filter(({ denies, ownerIs }) => denies && ownerIs === 'kept');
  const allowances = (changes: readonly AccessChange[]): AccessChange[] => changes.filter(({ denies }) => !denies);
  const real = come.filter(({ isDefault, ownerIs }) => !isDefault || ownerIs === 'kept');
  return {
    opened: [...repetitions(allowances(real), before, after, now), ...denials(gone)],
    narrowed: [...denials(come), ...allowances(gone)],
  };
}

function grantsOf(stacks: readonly StackTemplate[]): Grant[] {
  return stacks.flatMap((stack) => {
    const say = sayer(stack, stacks);
    return [...trafficGrants(stack, say), ...permissionGrants(stack, say), ...doorGrants(stack, say)];
  });
}

function ownersOf(stacks: readonly StackTemplate[]): Set<string> {
  const names = stacks.flatMap(({ name, template }) =>
    Object.entries(template.Resources).map(([id, resource]) => `${name} ${pathOf(id, resource)}`),
  );
  return new Set(names);
}

function known(grants: readonly Grant[], owners: ReadonlySet<string>, otherwise: 'new' | 'gone'): AccessChange[] {
  return grants.map((grant) => ({ ...grant, ownerIs: owners.has(ownerOf(grant)) ? 'kept' : otherwise }));
}

/** Marks what a new stack allows just as an older one does: the same architecture in another region. */
function repetitions(
  changes: readonly AccessChange[],
  before: readonly StackTemplate[],
  after: readonly StackTemplate[],
  grants: readonly Grant[],
): AccessChange[] {
  const older = new Set(before.map(({ name }) => name));
  const regions = new Map(after.map(({ name, region }) => [name, region ?? name]));
  const regionless = ({ stack, owner, what }: Grant): string =>
    JSON.stringify([owner, what]).replaceAll(regions.get(stack) ?? stack, '<region>');
  const originals = new Map(grants.filter(({ stack }) => older.has(stack)).map((grant) => [regionless(grant), grant.stack]));
  return changes.map((change) => {
    const repeats = older.has(change.stack) || change.breadth === Breadth.ANYONE ? undefined : originals.get(regionless(change));
    return repeats === undefined ? change : { ...change, repeats };
  });
}

/** Grants that no grant of the other side takes in; each once. */
function beyond(grants: readonly Grant[], others: readonly Grant[]): Grant[] {
  const same = new Set(others.map(identity));
  const rest = new Map(grants.map((grant) => [identity(grant), grant] as const).filter(([key]) => !same.has(key)));
  const byOwner = groupBy(others, ownerOf);
  return [...rest.values()].filter((grant) => !(byOwner.get(ownerOf(grant)) ?? []).some((other) => covers(other, grant)));
}

const ownerOf = ({ stack, owner }: Grant): string => `${stack} ${owner}`;
const identity = ({ stack, owner, denies, what }: Grant): string => JSON.stringify([stack, owner, denies, what]);
