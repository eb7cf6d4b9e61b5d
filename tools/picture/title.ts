import { capitalized } from '../shared/words';
import type { Entry } from './deployment';

/** Words that say what a construct is, not what it is for. */
const PLAIN = new Set(
  'Instance Cluster Group ASG Resource Default Distribution LoadBalancer LB Queue Bucket Service Function Handler Table Topic Stream Api RestApi HttpApi Secret Key Global Volume Policy Vault NATGateway Server Database'.split(
    ' ',
  ),
);
const ABBREVIATIONS = new Set(['CDN', 'API', 'DB', 'ALB', 'NLB', 'DNS', 'ECS', 'UI']);
const CORES = new Set(['Server', 'Database', 'LoadBalancer']);

/** A name for people out of a construct path: `Databases/Users0/Cluster` is `Users 0`, `Jobs/DeadLetters` is `Dead letters`. */
export function titleOf({ path, logicalId }: Pick<Entry, 'path' | 'logicalId'>, fallback: string): string {
  if (path === logicalId) return fallback === '' ? logicalId : spaced(shorten(logicalId));
  const parts = path
    .split('/')
    .map((part) => part.replace(/[^A-Za-z0-9]+/g, ' ').trim())
    .filter((part) => part !== '');
  const telling = parts.findLastIndex((part) => !PLAIN.has(part));
  // The outermost scope is the whole application, so what stands below it says more.
  const core = parts.findLast((part, index) => index > telling && CORES.has(part));
  const named = (telling <= 0 ? core : undefined) ?? parts.at(telling) ?? fallback;
  return spaced(named);
}

/** A logical id that the CDK made ends in a hash. */
function shorten(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '');
}

/** `DeadLetters` as `Dead letters`, `Users0` as `Users 0`; abbreviations stay. */
function spaced(name: string): string {
  const words = name.match(/[A-Z]+[0-9]*(?![a-z])|[A-Z]?[a-z]+|[0-9]+/g) ?? [name];
  return words
    .map((word, index) =>
      ABBREVIATIONS.has(word.toUpperCase())
        ? word.toUpperCase()
        : index === 0
          ? capitalized(word)
          : /^[A-Z]{2,}$/.test(word)
            ? word
            : word.toLowerCase(),
    )
    .join(' ');
}
