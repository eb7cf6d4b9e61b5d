import { BadInput } from '../../shared/bad-input';
import { PER_VCPU, VCPUS_PER_UNIT } from '../../pricing/capacity';
import { memoryOf, vcpusAtPeak } from '../../pricing/machines';
import { PEAK, usageOf } from '../../pricing/usage';
import type { Need } from './need';

/** One size: what to type, and how full it is at the peak. */
export interface Fit {
  readonly key: string;
  readonly value: string;
  /** What fills it first. */
  readonly by: string;
  /** Share that is used at the peak of a year on, 0 to 1. */
  readonly used: number;
}

/** Share of memory that the working set may fill. */
export const MEMORY = 0.7;
/** Share of the working set that a cache is to hold: what is asked for most. */
const HOT = 0.2;
const SERVERS = ['t4g.small', 't4g.medium', 't4g.large', 'm7g.large', 'm7g.xlarge', 'm7g.2xlarge', 'm7g.4xlarge', 'm7g.8xlarge'];
const CLASSES = [
  't4g.small',
  't4g.medium',
  't4g.large',
  'r6g.large',
  'r6g.xlarge',
  'r6g.2xlarge',
  'r6g.4xlarge',
  'r6g.8xlarge',
  'r6g.16xlarge',
];
/** Memory that a node has for data, in GiB (ElastiCache guide, "Redis OSS node-type specific parameters": maxmemory). */
const NODES: readonly (readonly [type: string, gib: number])[] = [
  ['t4g.small', 1.37],
  ['t4g.medium', 3.09],
  ['r6g.large', 13.07],
  ['r6g.xlarge', 26.32],
];
const MOST_UNITS = 256;
const MOST_SERVERS = 40;

/** What a tier has to have. */
interface Demand {
  readonly vcpus: number;
  readonly gib: number;
}

/**
 * Sizes for a need at a stage, each a key of the context.
 * @param need at the peak for which it shall be enough.
 * @param clusters Aurora clusters with their own writer, from the first stage that has several on.
 */
export function propose(stage: number, need: Need, clusters: number): Fit[] {
  const { cacheHitShare } = usageOf(stage);
  const web = need.requests * (stage >= 3 ? 1 - cacheHitShare : 1);
  const pages = web / PER_VCPU.requests / PER_VCPU.busy;
  const reads = need.reads / PER_VCPU.reads / PER_VCPU.busy;
  const writes = need.writes / PER_VCPU.writes / PER_VCPU.busy;
  const gib = need.workingSet / MEMORY;
  if (stage === 1) {
    const half = Math.max(pages, reads, writes);
    return [server({ vcpus: 2 * half, gib: 2 * gib }), grown('disk', 8, 1.5, need.data)];
  }
  const cache = stage >= 3 ? [cacheOf(need)] : [];
  const servers = stage >= 4 ? fleet(pages) : [server({ vcpus: pages, gib: 1 })];
  if (stage >= 5) return [...servers, ...cache, capacity({ reads, writes, gib }, clusters)];
  const storage = grown('storage', 20, 1.3, need.data);
  if (stage === 2) return [...servers, database({ vcpus: Math.max(reads, writes), gib }), storage];
  const primary = database({ vcpus: writes, gib });
  const each = vcpusAtPeak(primary.value, PEAK.factor);
  const replicas = Math.max(0, Math.ceil(reads / each - 1));
  if (replicas > 15)
    throw new BadInput(
      `${need.reads} reads a second need ${replicas} replicas, and RDS allows 15: give --fit fewer reads, or type npx stagecraft cost 5`,
    );
  return [
    ...servers,
    ...cache,
    primary,
    storage,
    { key: 'replicas', value: String(replicas), by: 'reads', used: (reads / each / (replicas + 1)) * PER_VCPU.busy },
  ];
}

function server(demand: Demand): Fit {
  return smallest('size', SERVERS, demand, 'the largest single server', 'npx stagecraft cost 4');
}

function database(demand: Demand): Fit {
  return smallest('databaseClass', CLASSES, demand, 'the largest class here', 'npx stagecraft cost 5');
}

function smallest(key: string, types: readonly string[], { vcpus, gib }: Demand, largest: string, instead: string): Fit {
  const of = (type: string): readonly [number, string][] => [
    [vcpus / vcpusAtPeak(type, PEAK.factor), 'CPU'],
    [gib / memoryOf(type), 'memory'],
  ];
  const value = types.find((type) => of(type).every(([used]) => used <= 1));
  if (value === undefined) {
    throw new BadInput(
      `${largest}, ${types.at(-1) ?? ''}, is too small for --fit in a year: ${Math.ceil(vcpus)} vCPUs and ${Math.ceil(gib)} GiB are needed; type ${instead}`,
    );
  }
  const [used, by] = of(value).reduce((most, one) => (one[0] > most[0] ? one : most));
  return { key, value, by, used: used * (by === 'CPU' ? PER_VCPU.busy : MEMORY) };
}

/** As many servers as the peak needs and one that may be lost; at least as many as an average hour needs, and two. */
function fleet(pages: number): Fit[] {
  const size =
    SERVERS.slice(SERVERS.indexOf('m7g.large')).find((type) => pages / vcpusAtPeak(type, PEAK.factor) < MOST_SERVERS) ?? 'm7g.8xlarge';
  const needed = Math.ceil(pages / vcpusAtPeak(size, PEAK.factor));
  const [least, most] = [Math.max(2, Math.ceil(needed / PEAK.factor)), Math.max(2, needed) + 1];
  if (most > 500) throw new BadInput(`--fit needs ${most} servers of ${size}, and a fleet has 500 at the most: divide the application`);
  const used = (pages / vcpusAtPeak(size, PEAK.factor) / most) * PER_VCPU.busy;
  return [
    { key: 'size', value: size, by: 'CPU', used },
    { key: 'fleet', value: `${least}-${most}`, by: 'CPU, with one server lost', used: (used * most) / (most - 1) },
  ];
}

function cacheOf({ workingSet }: Need): Fit {
  const gib = workingSet * HOT;
  const fits = NODES.find(([, memory]) => gib <= memory * MEMORY);
  const [value, has] = fits ?? NODES[NODES.length - 1];
  const by = fits ? 'a fifth of the working set' : 'the largest here holds less than a fifth of the working set';
  return { key: 'cacheNode', value, by, used: fits ? gib / has : 1 };
}

/** Writers take the writes, writers and readers the reads; each cluster has its part of the working set. */
function capacity(
  { reads, writes, gib }: { readonly reads: number; readonly writes: number; readonly gib: number },
  clusters: number,
): Fit {
  const demands: [number, string][] = [
    [writes / clusters / VCPUS_PER_UNIT, 'writes'],
    [reads / (2 * clusters) / VCPUS_PER_UNIT, 'reads'],
    [gib / clusters / 2, 'memory'],
  ];
  const [units, by] = demands.reduce((most, one) => (one[0] > most[0] ? one : most));
  const most = Math.max(1, Math.ceil(units * 2) / 2);
  if (most > MOST_UNITS)
    throw new BadInput(
      `--fit needs ${most} capacity units in each of ${clusters} clusters, and Aurora has ${MOST_UNITS}: type -c shards=${Math.ceil((clusters * most) / MOST_UNITS)}`,
    );
  const least = Math.max(0.5, Math.floor((most / PEAK.factor) * 2) / 2);
  return { key: 'capacity', value: `${least}-${most}`, by, used: (units / most) * (by === 'memory' ? MEMORY : PER_VCPU.busy) };
}

/** So many times the data, and never less than a disk has. */
function grown(key: string, least: number, times: number, data: number): Fit {
  const value = Math.max(least, Math.ceil(data * times));
  return { key, value: String(value), by: 'data', used: data / value };
}
