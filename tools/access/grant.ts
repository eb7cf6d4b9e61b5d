/** How far a permission reaches, the widest first. */
export enum Breadth {
  /** The whole internet, or everybody with an AWS account. */
  ANYONE = 'anyone',
  /** A wildcard: every action of a service, every resource, everywhere outside. */
  WILDCARD = 'wildcard',
  /** Named things alone. */
  NAMED = 'named',
}

/** Traffic that a security group lets through. */
export interface Traffic {
  readonly kind: 'traffic';
  readonly direction: 'from' | 'to';
  /** `tcp`, `udp`, `icmp` …; `-1` is any. */
  readonly protocol: string;
  readonly ports: readonly [number, number];
  /** An address range, or the name of a security group or prefix list. */
  readonly peer: string;
}

/** One action on one resource for one principal. */
export interface Permission {
  readonly kind: 'permission';
  /** Who; empty where the owner of the policy is who. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  /** When; empty for always. */
  readonly condition: string;
}

/** A door in words: a public address, an attached policy of AWS. */
export interface Door {
  readonly kind: 'door';
  readonly what: string;
}

/** What somebody or something is allowed, as small as it can be cut, so that regrouping a policy is no change. */
export interface Grant {
  readonly stack: string;
  /** Construct path of the role, group, bucket … that it belongs to. */
  readonly owner: string;
  readonly breadth: Breadth;
  /** A denial: adding it narrows. */
  readonly denies: boolean;
  /** For want of a setting; a new resource is safe without it, one that loses it isn't. */
  readonly isDefault?: boolean;
  readonly what: Traffic | Permission | Door;
}

/** Whether all that `narrow` allows is allowed by `wide` too; both belong to the same owner. */
export function covers(wide: Grant, narrow: Grant): boolean {
  if (wide.denies !== narrow.denies) return false;
  const [a, b] = [wide.what, narrow.what];
  if (a.kind === 'traffic' && b.kind === 'traffic') return coversTraffic(a, b);
  if (a.kind === 'permission' && b.kind === 'permission') return coversPermission(a, b);
  return a.kind === 'door' && b.kind === 'door' && a.what === b.what;
}

function coversTraffic(a: Traffic, b: Traffic): boolean {
  const protocol = a.protocol === '-1' || (a.protocol === b.protocol && a.ports[0] <= b.ports[0] && b.ports[1] <= a.ports[1]);
  return protocol && a.direction === b.direction && (a.peer === b.peer || contains(a.peer, b.peer));
}

function coversPermission(a: Permission, b: Permission): boolean {
  return (
    (a.principal === b.principal || a.principal === 'anyone') &&
    matches(a.action.toLowerCase(), b.action.toLowerCase()) &&
    matches(a.resource, b.resource) &&
    (a.condition === '' || a.condition === b.condition)
  );
}

/** Whether a pattern with `*` and `?` takes in a text. */
function matches(pattern: string, text: string): boolean {
  if (pattern === text || pattern === '*') return true;
  if (!/[*?]/.test(pattern)) return false;
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`).test(text);
}

/** Whether an address range lies in another; the whole of IPv6 contains all of its ranges, other ranges of IPv6 only themselves. */
function contains(outer: string, inner: string): boolean {
  if (outer === '::/0') return /^[0-9a-f:]*:[0-9a-f:]*\/\d+$/i.test(inner);
  const [a, b] = [range(outer), range(inner)];
  return a !== undefined && b !== undefined && a[0] <= b[0] && b[1] <= a[1];
}

function range(cidr: string): readonly [number, number] | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(cidr);
  if (!match) return undefined;
  const [a, b, c, d, bits] = match.slice(1).map(Number);
  const size = 2 ** (32 - bits);
  const start = Math.floor((((a * 256 + b) * 256 + c) * 256 + d) / size) * size;
  return [start, start + size - 1];
}
