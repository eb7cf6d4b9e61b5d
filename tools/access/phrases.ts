import { groupBy, inOrder } from '../shared/words';
import { Breadth, type Grant, type Permission, type Traffic } from './grant';

/** Grants of one owner in one phrase. */
export interface Phrase {
  readonly stack: string;
  readonly owner: string;
  readonly breadth: Breadth;
  readonly text: string;
}

const BREADTHS = Object.values(Breadth);

const OPERATORS: Readonly<Record<string, string>> = {
  StringEquals: 'is',
  ArnEquals: 'is',
  Bool: 'is',
  Is: 'is',
  StringLike: 'is like',
  ArnLike: 'is like',
  NumericLessThan: 'is below',
};

/** Grants in words, the widest first; what differs in its action or its resource alone is one phrase. */
export function phrases(grants: readonly Grant[]): Phrase[] {
  const owned = [...groupBy(grants, ({ stack, owner, breadth, denies }) => JSON.stringify([stack, owner, breadth, denies])).values()];
  return owned
    .flatMap((group) => textsOf(group).map((text) => ({ stack: group[0].stack, owner: group[0].owner, breadth: group[0].breadth, text })))
    .sort((a, b) => BREADTHS.indexOf(a.breadth) - BREADTHS.indexOf(b.breadth) || inOrder(a.stack, b.stack) || inOrder(a.owner, b.owner));
}

function textsOf(grants: readonly Grant[]): string[] {
  const permissions = grants.map(({ what }) => what).filter((what) => what.kind === 'permission');
  const others = grants.flatMap(({ what }) => (what.kind === 'traffic' ? [trafficText(what)] : what.kind === 'door' ? [what.what] : []));
  return [...others.sort(inOrder), ...permissionTexts(permissions, grants[0])];
}

function trafficText({ direction, protocol, ports: [from, to], peer }: Traffic): string {
  const all = from === 0 && to === 65535;
  const range = from === to ? ` ${from}` : ` ${from}–${to}`;
  const where = ['0.0.0.0/0', '::/0'].includes(peer) ? `anywhere (${peer})` : peer;
  return `${protocol === '-1' ? 'all traffic' : `${protocol}${all ? ', all ports,' : range}`} ${direction} ${where}`;
}

function permissionTexts(permissions: readonly Permission[], { owner, denies }: Grant): string[] {
  const perResource = groupBy(permissions, ({ principal, resource, condition }) => JSON.stringify([principal, resource, condition]));
  const statements = [...perResource.values()].map((group) => ({ ...group[0], actions: group.map(({ action }) => action).sort(inOrder) }));
  const perActions = groupBy(statements, ({ principal, actions, condition }) => JSON.stringify([principal, actions, condition]));
  return [...perActions.values()].map((group) => {
    const [{ principal, actions, condition }] = group;
    const resources = group.map(({ resource }) => resource).sort(inOrder);
    return `${subject(principal, actions, denies)}${target(principal, resources, owner)}${condition === '' ? '' : ` when ${circumstances(condition)}`}`;
  });
}

function subject(principal: string, actions: readonly string[], denies: boolean): string {
  if (actions.every((action) => action.startsWith('sts:AssumeRole'))) {
    if (principal !== '') return `may ${denies ? 'not ' : ''}be assumed by ${short(principal)}`;
  }
  return `${principal === '' ? '' : `${short(principal)} `}may ${denies ? 'not ' : ''}${actions.join(', ')}`;
}

/** What it is allowed on; not said where it is the owner of the policy itself. */
function target(principal: string, resources: readonly string[], owner: string): string {
  const itself = ['*', owner, `${owner}/*`];
  if (principal !== '' && resources.every((resource) => itself.includes(resource))) return '';
  return ` on ${resources.map((resource) => (resource === '*' ? 'everything (*)' : short(resource))).join(', ')}`;
}

function circumstances(condition: string): string {
  return condition.replace(/(^| and )(\S+) (\S+) /g, (_, and: string, key: string, operator: string) => {
    return `${and}${key} ${OPERATORS[operator] ?? operator} `;
  });
}

/** An ARN without what all of them begin with; another account than the own one stays in it. */
function short(text: string): string {
  return text === 'arn:aws:iam::<account>:root' ? 'this account' : text.replaceAll('arn:aws:', '').replaceAll(':<account>:', '::');
}
