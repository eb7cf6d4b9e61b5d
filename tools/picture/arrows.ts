import type { Json } from '../shared/template';
import { list } from '../shared/words';
import type { Deployment, Entry } from './deployment';
import type { Arrow, Reason } from './model';
import type { Parts } from './parts';
import type { Draft } from './things';

/** Users are no resource: whoever is open to the internet has an arrow from them. */
export const USERS = 'users';

/** What arrows are found with. */
export interface Ways {
  readonly deployment: Deployment;
  readonly drafts: readonly Draft[];
  readonly parts: Parts;
  /** Things that use a security group, by its key. */
  readonly behind: ReadonlyMap<string, readonly Draft[]>;
}

/** Arrows of one sort, and in words what has none. */
export interface Found {
  readonly arrows: readonly Arrow[];
  readonly openings?: readonly string[];
}

/** An arrow between two things. */
export function arrow(from: Draft | string, to: Draft | string, reason: Reason, label: string): Arrow {
  const id = (one: Draft | string): string => (typeof one === 'string' ? one : one.thing.id);
  return { from: id(from), to: id(to), reason, label };
}

/** The drawn things that a value refers to. */
export function thingsIn({ deployment, parts }: Ways, value: Json | undefined, stack: string): Draft[] {
  return thingsOf(parts, deployment.referred(value, stack));
}

/** The drawn things that some resources are, or belong to. */
export function thingsOf(parts: Parts, entries: readonly Entry[]): Draft[] {
  return [...new Set(entries.flatMap(({ key }) => parts.thing.get(key) ?? []))];
}

/** Things by the security groups that they use, themselves or through what their servers start from. */
export function behindGroups(deployment: Deployment, drafts: readonly Draft[]): Map<string, Draft[]> {
  const behind = new Map<string, Draft[]>();
  for (const draft of drafts) {
    const direct = deployment.referred(draft.entry.resource.Properties, draft.entry.stack);
    const launched = direct.filter(({ type }) => /Launch(Template|Configuration)$/.test(type));
    const groups = [...direct, ...launched.flatMap((one) => deployment.referred(one.resource.Properties as never, one.stack))];
    for (const { key } of new Set(groups.filter(({ type }) => type === 'AWS::EC2::SecurityGroup'))) {
      const known = behind.get(key);
      if (known) known.push(draft);
      else behind.set(key, [draft]);
    }
  }
  return behind;
}

/** One arrow for each pair and direction: labels of the same reason are joined, the more telling reason stays. */
export function merged(arrows: readonly Arrow[]): Arrow[] {
  const found = new Map<string, Arrow>();
  for (const one of arrows) {
    if (one.from === one.to) continue;
    const key = `${one.from}\n${one.to}`;
    const known = found.get(key);
    if (known === undefined) {
      found.set(key, one);
      continue;
    }
    const labels = [...new Set([...known.label.split(', '), ...one.label.split(', ')])].filter((label) => label !== '');
    found.set(key, { ...known, label: labels.join(', ') });
  }
  return [...found.values()];
}

/** Names of actions that a statement allows. */
export function allows(action: Json | undefined, wanted: RegExp): boolean {
  return list(action).some((one) => typeof one === 'string' && wanted.test(one));
}
