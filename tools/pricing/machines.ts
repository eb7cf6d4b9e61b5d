/** vCPUs of an instance type by its size, as EC2 names sizes; burstable types below xlarge have two. */
export function vcpusOf(type: string): number {
  const [family, size = ''] = bare(type).split('.');
  const factor = /^(\d*)xlarge$/.exec(size)?.[1];
  if (factor !== undefined) return 4 * Number(factor || 1);
  if (family.startsWith('t') || size === 'large') return 2;
  return size === 'metal' ? 64 : 1;
}

/** Memory in GiB, by the family's share for each vCPU. */
export function memoryOf(type: string): number {
  const [family, size = ''] = bare(type).split('.');
  if (family.startsWith('t')) return BURSTABLE[size]?.memory ?? 4 * vcpusOf(type);
  return vcpusOf(type) * (GIB_PER_VCPU[family[0]] ?? 4);
}

/** vCPUs that a type gives at a peak of a few hours a day: a burstable one not more than its credits of the whole day allow. */
export function vcpusAtPeak(type: string, peakFactor: number): number {
  const [family, size = ''] = bare(type).split('.');
  const baseline = family.startsWith('t') ? BURSTABLE[size]?.baseline : undefined;
  return baseline === undefined ? vcpusOf(type) : Math.min(vcpusOf(type), vcpusOf(type) * baseline * peakFactor);
}

/** Share of each vCPU that credits pay for without end, and GiB (EC2 guide, "Key concepts for burstable performance instances"). */
const BURSTABLE: Readonly<Record<string, { readonly baseline: number; readonly memory: number } | undefined>> = {
  nano: { baseline: 0.05, memory: 0.5 },
  micro: { baseline: 0.1, memory: 1 },
  small: { baseline: 0.2, memory: 2 },
  medium: { baseline: 0.2, memory: 4 },
  large: { baseline: 0.3, memory: 8 },
  xlarge: { baseline: 0.4, memory: 16 },
  '2xlarge': { baseline: 0.4, memory: 32 },
};

const GIB_PER_VCPU: Readonly<Record<string, number | undefined>> = { c: 2, m: 4, r: 8, x: 16 };

/** Without the service's prefix. */
function bare(type: string): string {
  return type.replace(/^(?:db|cache)\./, '');
}
