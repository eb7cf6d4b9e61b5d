import type { StackTemplate } from '../shared/template';
import { vcpusAtPeak } from './machines';
import { type Item, Plan, at, numberAt, textAt } from './plan';
import { isWorkerGroup, typeOf } from './meters/servers';
import { type Load, PEAK, type Usage, peakOf } from './usage';

/**
 * What a vCPU does in a second, and what share of it may be busy at the peak. Assumptions, as in docs/cost.md: a page of 10 ms of CPU, a query by an
 * index of 1 ms, a committed row of 4 ms.
 */
export const PER_VCPU = { requests: 100, reads: 1_000, writes: 250, busy: 0.6 };
/** An Aurora capacity unit has 2 GiB, and a class of 16 GiB two vCPUs. */
export const VCPUS_PER_UNIT = 0.25;

/** What comes to its limit first. */
export type Bottleneck = 'the web servers' | 'reads of the databases' | 'writes of the databases';

/** What a deployment bears when all that scales is at its limit. */
export interface Capacity {
  /** Times the given load. */
  readonly times: number;
  readonly bottleneck: Bottleneck;
}

/** How many times a usage a deployment bears at its peak; undefined where nothing answers requests. */
export function capacityFor(stacks: readonly StackTemplate[], usage: Usage): Capacity | undefined {
  const plan = new Plan(stacks);
  const peak = peakOf(usage);
  const isOnServer = plan.of('AWS::RDS::DBInstance').length === 0;
  const web = webVcpus(plan) * (isOnServer ? 0.5 : 1);
  if (web === 0) return undefined;
  const missed = plan.hasCdn ? 1 - usage.cacheHitShare : 1;
  const instances = isOnServer ? [{ vcpus: web, writes: true }] : databases(plan);
  const sum = (of: readonly { readonly vcpus: number }[]): number => of.reduce((all, { vcpus }) => all + vcpus, 0);
  const ratios: [Bottleneck, number][] = [
    ['the web servers', (web * PER_VCPU.requests) / (peak.requests * missed)],
    ['reads of the databases', (sum(instances) * PER_VCPU.reads) / peak.reads],
    ['writes of the databases', (sum(instances.filter(({ writes }) => writes)) * PER_VCPU.writes) / peak.writes],
  ];
  const [bottleneck, ratio] = ratios.reduce((least, one) => (one[1] < least[1] ? one : least));
  return { bottleneck, times: ratio * PER_VCPU.busy };
}

/** The same load so many times. */
export function timesLoad({ requests, reads, writes, people }: Load, times: number): Load {
  return { requests: requests * times, reads: reads * times, writes: writes * times, people: people * times };
}

/** vCPUs of web servers, all regions together. */
function webVcpus(plan: Plan): number {
  const single = plan.of('AWS::EC2::Instance').filter((item) => at(item, 'SourceDestCheck') !== false);
  const groups = plan.of('AWS::AutoScaling::AutoScalingGroup').filter((item) => !isWorkerGroup(item, plan));
  const each = (item: Item): number => vcpusAtPeak(typeOf(item, plan), PEAK.factor);
  return (
    single.reduce((sum, item) => sum + each(item), 0) + groups.reduce((sum, item) => sum + each(item) * numberAt(item, 1, 'MaxSize'), 0)
  );
}

/** Instances of databases, and which of them take writes. */
function databases(plan: Plan): { readonly vcpus: number; readonly writes: boolean }[] {
  const written = new Set<string>();
  return plan.of('AWS::RDS::DBInstance').map((item) => {
    const cluster = plan.target(at(item, 'DBClusterIdentifier'), item);
    const size = textAt(item, 'DBInstanceClass');
    const units = cluster ? numberAt(cluster, 1, 'ServerlessV2ScalingConfiguration', 'MaxCapacity') : 0;
    const vcpus = size === 'db.serverless' ? units * VCPUS_PER_UNIT : vcpusAtPeak(size, PEAK.factor);
    if (!cluster) return { vcpus, writes: at(item, 'SourceDBInstanceIdentifier') === undefined };
    // One of a cluster takes writes, and none of a copy in another region.
    const key = `${item.stack.name} ${cluster.id}`;
    const writes = at(cluster, 'GlobalClusterIdentifier') === undefined && !written.has(key);
    written.add(key);
    return { vcpus, writes };
  });
}
