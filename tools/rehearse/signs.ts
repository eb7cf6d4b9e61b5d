import { measuredBy, ownWords } from '../shared/sign';
import { pathOf, type Json, type StackTemplate } from '../shared/template';
import { list } from '../shared/words';
import type { PartNumbers } from './part-meters';
import { field, idIn, ON_SERVER } from './plan';

/** A sign that an architecture is at its limit, as its own alarm in the template says it. */
export interface Sign {
  /** Logical id of the alarm. */
  readonly id: string;
  /** What is measured, with its unit. */
  readonly title: string;
  /** More than this is too much. */
  readonly threshold: number;
  /** The mean of the last seconds here; none where this machine can't show it. */
  readonly value?: number;
}

/** Whether it is time for the next stage. */
export interface Signs {
  readonly signs: readonly Sign[];
  /** What the next stage changes; empty where the template names none. */
  readonly next: string;
  /** `time`: the signs show that the alarm wants together. `seen`: those of them that can be seen here show, and others can't be seen. */
  readonly verdict: 'no' | 'seen' | 'time';
}

interface Watched {
  readonly id: string;
  readonly title: string;
  readonly threshold: number;
  readonly measure: (parts: readonly PartNumbers[]) => number | undefined;
}

/** On AWS a sign has to show in four hours of a day. */
const SECONDS = 20;
const percent = (share: number): number => Math.round(share * 100);
const mean = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

/** Watches the signs of one architecture: those of the alarms below `Graduation` in its template. */
export class Watch {
  private readonly watched: readonly Watched[];
  /** Ids of signs; it is time when all of one list show. */
  private readonly together: readonly (readonly string[])[];
  private readonly next: string;
  private readonly history = new Map<string, number[]>();

  public constructor({ template: { Resources } }: StackTemplate) {
    const below = Object.entries(Resources).filter(([id, resource]) => /(^|\/)Graduation\//.test(pathOf(id, resource)));
    const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
    this.watched = below
      .filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm')
      .map(([id, { Properties = {} }]) => ({
        id,
        title: measuredBy(text(Properties.AlarmDescription)) ?? id,
        threshold: Number(Properties.Threshold),
        measure: measureOf(Properties),
      }));
    const composite = below.find(([, { Type }]) => Type === 'AWS::CloudWatch::CompositeAlarm')?.[1].Properties;
    this.next = ownWords(text(composite?.AlarmDescription)) ?? '';
    const rule = JSON.stringify(composite?.AlarmRule ?? '').split(' OR ');
    this.together = rule.map((part) => [...part.matchAll(/"Fn::GetAtt":\["(\w+)"/g)].map(([, id]) => id)).filter((ids) => ids.length > 0);
  }

  /** What a second more says. */
  public look(parts: readonly PartNumbers[]): Signs {
    const signs = this.watched.map(({ id, title, threshold, measure }): Sign => {
      const now = measure(parts);
      const past = [...(this.history.get(id) ?? []), ...(now === undefined ? [] : [now])].slice(-SECONDS);
      this.history.set(id, past);
      return { id, title, threshold, ...(past.length > 0 && { value: mean(past) }) };
    });
    const find = (id: string): Sign | undefined => signs.find((sign) => sign.id === id);
    const isAbove = (id: string): boolean => {
      const { value, threshold = 0 } = find(id) ?? {};
      return value !== undefined && value > threshold && (this.history.get(id)?.length ?? 0) >= SECONDS;
    };
    const isUnseen = (id: string): boolean => find(id)?.value === undefined;
    const verdict = this.together.some((ids) => ids.every(isAbove))
      ? 'time'
      : this.together.some((ids) => ids.some(isAbove) && ids.every((id) => isAbove(id) || isUnseen(id)))
        ? 'seen'
        : 'no';
    return { signs, next: this.next, verdict };
  }
}

/** How a metric of AWS is measured here; what waits for disks, memory and distance of AWS can't be. */
function measureOf(properties: Readonly<Record<string, Json>>): Watched['measure'] {
  const all = JSON.stringify(properties.Metrics ?? null);
  const [id] = list(properties.Dimensions).map((one) => idIn(field(one, 'Value')));
  if (properties.MetricName === 'CPUUtilization')
    return (parts) => {
      // A server or a database counts as full when it uses one processor. Whatever is on the one server is the server's.
      const isServer = parts.some((part) => part.id === id && part.isIn !== undefined);
      const used = parts.filter((part) => part.id === id || (isServer && part.id === ON_SERVER)).flatMap(({ cpu }) => cpu ?? []);
      return used.length === 0 ? undefined : percent(used.reduce((sum, one) => sum + one, 0));
    };
  if (all.includes('"ReplicaLag"')) return (parts) => maximum(parts.flatMap(({ lag }) => lag ?? []));
  if (all.includes('"ReadIOPS"'))
    return (parts) => {
      const writer = parts.find(({ rowsRead, lag }) => rowsRead !== undefined && lag === undefined);
      const { rowsRead = 0, rowsWritten = 0 } = writer ?? {};
      return rowsRead + rowsWritten === 0 ? undefined : percent(rowsRead / (rowsRead + rowsWritten));
    };
  return () => undefined;
}

const maximum = (numbers: readonly number[]): number | undefined => (numbers.length === 0 ? undefined : Math.max(...numbers));
