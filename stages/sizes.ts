import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { type AuroraClusterOptions, Awake, type Bounds, Monitoring, Nat, OfferKind, RegionOffers, ServerSize, type Sizes } from '../lib';
import { InvalidInput } from '../lib/foundation/invalid-input';
import { type Parsers, wholeNumber } from './parsers';

const MONITORINGS = new Map<string, Monitoring>(Object.values(Monitoring).map((one) => [one, one]));
const CLASS = /^[a-z]+\d+[a-z]*\.(?:\d+x?large|x?large|medium|small|micro|nano)$/;

/** Keys for what costs: each is a prop of `Sizes`. */
export const SIZE_PARSERS: Parsers<Sizes> = {
  size: (value) => known('size', OfferKind.SERVERS, ServerSize.parse(value)),
  disk: (value, refuse) => wholeNumber(value, 4, 16_384) ?? refuse('allowed are 4 to 16384 GiB; type -c disk=50'),
  databaseClass: (value, refuse) =>
    known(
      'databaseClass',
      OfferKind.DATABASES,
      instanceClass(value) ?? refuse('a class of RDS is needed; type -c databaseClass=r6g.large'),
    ),
  storage: (value, refuse) => wholeNumber(value, 20, 65_536) ?? refuse('allowed are 20 to 65536 GiB; type -c storage=100'),
  standby: (value, refuse) =>
    ['true', 'false'].includes(value) ? value === 'true' : refuse('allowed are true and false; type -c standby=true'),
  replicas: (value, refuse) => wholeNumber(value, 0, 15) ?? refuse('allowed are 0 to 15; type -c replicas=2'),
  capacity: (value, refuse) =>
    units(value) ??
    refuse(
      'the least and the most capacity units are needed, 0 to 256 in halves, or a class of Aurora; type -c capacity=0.5-16 or -c capacity=r7g.large',
    ),
  cacheNode: (value, refuse) =>
    CLASS.test(value.replace(/^cache\./, ''))
      ? known('cacheNode', OfferKind.CACHES, value)
      : refuse('a node type of ElastiCache is needed; type -c cacheNode=t4g.medium'),
  fleet: (value, refuse) => bounds(value, 1) ?? refuse('the least and the most servers are needed, 1 to 500; type -c fleet=2-10'),
  workers: (value, refuse) => bounds(value, 0) ?? refuse('the least and the most workers are needed, 0 to 500; type -c workers=0-10'),
  spot: (value, refuse) => wholeNumber(value, 0, 100) ?? refuse('allowed are 0 to 100 percent; type -c spot=50'),
  nat: (value, refuse) => {
    if (value === 'instance') return Nat.instance();
    const count = wholeNumber(value, 1, 3);
    return count === undefined ? refuse('allowed are 1 to 3, one per zone at the most, and instance; type -c nat=3') : Nat.gateways(count);
  },
  endpoints: (value, refuse) => wholeNumber(value, 1, 3) ?? refuse('allowed are 1 to 3 zones; type -c endpoints=3'),
  monitoring: (value, refuse) => MONITORINGS.get(value) ?? refuse('allowed are full, dashboard and none; type -c monitoring=full'),
  awake: (value) => Awake.parse(value),
};

/** A family that nobody has heard of is a slip; a blueprint takes any, for one that is newer than the table. */
function known<T extends ec2.InstanceType | string>(key: string, kind: OfferKind, type: T): T {
  const bare = String(type).replace(/^(?:db|cache)\./, '');
  if (RegionOffers.knowsFamily(kind, bare)) return type;
  const [family] = bare.split('.');
  throw new InvalidInput(
    `${key}=${String(type)} is not possible: ${family} is no family that is known here (${RegionOffers.AS_OF}); type -c ${key}=${EXAMPLES[kind]}, or choose it in a blueprint`,
  );
}

const EXAMPLES: { readonly [kind in OfferKind]: string } = {
  [OfferKind.SERVERS]: 'm7g.large',
  [OfferKind.CACHES]: 't4g.medium',
  [OfferKind.DATABASES]: 'r6g.large',
  [OfferKind.CLUSTERS]: 'r6g.large',
};

function instanceClass(value: string): ec2.InstanceType | undefined {
  const bare = value.replace(/^db\./, '');
  return CLASS.test(bare) ? new ec2.InstanceType(bare) : undefined;
}

function bounds(value: string, least: number): Bounds | undefined {
  const [min, max] = value.split('-').map((one) => wholeNumber(one, least, 500));
  return /^\d+-\d+$/.test(value) && min !== undefined && max !== undefined && min <= max && max > 0 ? { min, max } : undefined;
}

/** `0.5-16`, or a class such as `r7g.large`. The one takes the other's place. */
function units(value: string): AuroraClusterOptions | undefined {
  const instanceType = instanceClass(value);
  if (instanceType) return { instanceType: known('capacity', OfferKind.CLUSTERS, instanceType) };
  const [, least, most] = /^(\d{1,3}(?:\.[05])?)-(\d{1,3}(?:\.[05])?)$/.exec(value) ?? [];
  const [minCapacity, maxCapacity] = [Number(least), Number(most)];
  const isPossible = minCapacity <= maxCapacity && maxCapacity >= 1 && maxCapacity <= 256;
  return isPossible ? { minCapacity, maxCapacity, instanceType: undefined } : undefined;
}
