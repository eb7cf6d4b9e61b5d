import type { Resource } from '../synth';
import { ScaledGroup } from './group';

/** Minutes until a new server answers, as `healthy` at the load balancer. */
export const BOOT_MINUTES = 3;
/** Minutes that a datapoint of CPU needs to reach its alarm. */
export const LATE_MINUTES = 2;

/** What happens to a fleet in a time of load. */
export interface Course {
  /** Minute by minute, servers that answer. */
  readonly serving: readonly number[];
  /** CPU of those that answer, in percent; more than 100 is work that waits. */
  readonly cpu: readonly number[];
  /** How often the fleet changed its direction. */
  readonly turns: number;
  /** First minute, after the load last rose, from which CPU stays at or below what adds a server. */
  readonly relieved: number;
}

/**
 * A fleet under load, from its template.
 * @param load work by minute, in servers that would have nothing else to do: 1.5 is one and a half of them.
 */
export function courseOf(resources: Readonly<Record<string, Resource>>, min: number, max: number, load: readonly number[]): Course {
  const group = new ScaledGroup(resources, min, max);
  let readyAt = Array.from({ length: min }, () => 0);
  let [turns, direction] = [0, 0];
  const [serving, cpu]: [number[], number[]] = [[], []];
  for (const [minute, work] of load.entries()) {
    const ready = readyAt.filter((at) => at <= minute).length;
    serving.push(ready);
    cpu.push((100 * work) / ready);
    // A server that is warming up doesn't count in the metric ("Set the default instance warmup"); none is busier than 100 %.
    const seen = cpu.at(-1 - LATE_MINUTES);
    const after = group.minute(seen === undefined ? {} : { metric: Math.min(100, seen) });
    const change = Math.sign(after - readyAt.length);
    // The default termination policy takes any; the youngest is the worst choice for nobody here.
    if (change < 0) readyAt = readyAt.slice(0, after);
    else readyAt = [...readyAt, ...Array.from({ length: after - readyAt.length }, () => minute + BOOT_MINUTES)];
    if (change !== 0 && change === -direction) turns += 1;
    if (change !== 0) direction = change;
  }
  const lastHigh = cpu.findLastIndex((value) => value > 70);
  return { serving, cpu, turns, relieved: lastHigh + 1 };
}
