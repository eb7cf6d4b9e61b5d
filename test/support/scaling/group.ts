import type { Resource } from '../synth';
import { type Values, valueOf } from './expression';

/** An alarm of the template that sets or changes a capacity. */
interface Step {
  readonly expression: string;
  readonly comparison: string;
  readonly threshold: number;
  readonly minutes: number;
  readonly adjustment: number;
  readonly exact: boolean;
  /** Minutes in which a simple policy does nothing after it acted ("Simple scaling policies"). */
  readonly rest: number;
}

interface Target {
  readonly expression: string;
  readonly value: number;
  readonly scalesIn: boolean;
}

/** Minutes that target tracking's own alarm wants above the target ("Target tracking scaling policies": three datapoints). */
const TRACKING_MINUTES = 3;
/** Minutes in which a new server doesn't count as one that helps (`defaultInstanceWarmup`). */
const WARMUP_MINUTES = 2;

/**
 * An Auto Scaling group as its template says, minute by minute: alarms on metric math, step policies and target tracking, as the guides of CloudWatch and
 * EC2 Auto Scaling describe them. Missing values don't breach. What is not documented (how fast an alarm is evaluated) takes a minute.
 */
export class ScaledGroup {
  public capacity: number;
  private readonly history: Values[] = [];
  private readonly steps: readonly Step[];
  private readonly targets: readonly Target[];
  private readonly restsUntil = new Map<Step, number>();
  private settlesAt = 0;

  /** @param resources the group with its policies and alarms, and nothing else that scales. */
  public constructor(
    resources: Readonly<Record<string, Resource>>,
    private readonly min: number,
    private readonly max: number,
  ) {
    this.capacity = min;
    const policies = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::AutoScaling::ScalingPolicy');
    this.targets = policies.flatMap(([, { Properties }]) => targetOf(Properties));
    this.steps = Object.values(resources)
      .filter(({ Type, Properties }) => Type === 'AWS::CloudWatch::Alarm' && Properties.AlarmActions !== undefined)
      .flatMap(({ Properties }) => stepOf(Properties, policies));
    if (this.steps.length + this.targets.length === 0) throw new Error('nothing scales this group');
  }

  /** A minute passed with these values: what the capacity is from now on. */
  public minute(values: Values): number {
    this.history.push(values);
    const wanted = [...this.steps.flatMap((step) => this.byStep(step)), ...this.targets.flatMap((target) => this.byTarget(target))];
    if (wanted.length > 0) {
      // Where several policies want something, the greatest capacity wins ("Multiple dynamic scaling policies").
      const next = Math.min(this.max, Math.max(this.min, ...wanted));
      if (next > this.capacity) this.settlesAt = this.history.length + WARMUP_MINUTES;
      this.capacity = next;
    }
    return this.capacity;
  }

  /** An alarm acts when it begins to ring, and goes on acting each minute while it rings. */
  private byStep(step: Step): number[] {
    const recent = this.history.slice(-step.minutes);
    const breaches = recent.length === step.minutes && recent.every((values) => isBreached(step, valueOf(step.expression, values)));
    if (!breaches || this.history.length < Math.max(this.settlesAt, this.restsUntil.get(step) ?? 0)) return [];
    this.restsUntil.set(step, this.history.length + step.rest);
    return [step.exact ? step.adjustment : this.capacity + step.adjustment];
  }

  private byTarget({ expression, value, scalesIn }: Target): number[] {
    const recent = this.history.slice(-TRACKING_MINUTES).map((values) => valueOf(expression, values));
    if (recent.length < TRACKING_MINUTES || this.history.length < this.settlesAt) return [];
    const above = recent.every((one) => one !== undefined && one > value);
    const wanted = Math.ceil((this.capacity * (recent.at(-1) ?? 0)) / value);
    if (above) return [Math.max(wanted, this.capacity)];
    const below =
      scalesIn && this.history.length >= 15 && this.history.slice(-15).every((one) => (valueOf(expression, one) ?? value) < value * 0.9);
    return below && wanted < this.capacity ? [wanted] : [];
  }
}

function isBreached({ comparison, threshold }: Step, value: number | undefined): boolean {
  if (value === undefined) return false;
  if (comparison === 'GreaterThanThreshold') return value > threshold;
  if (comparison === 'GreaterThanOrEqualToThreshold') return value >= threshold;
  if (comparison === 'LessThanThreshold') return value < threshold;
  throw new Error(`${comparison} is not imitated`);
}

function stepOf(alarm: Resource['Properties'], policies: [string, Resource][]): Step[] {
  const id = (alarm.AlarmActions as { Ref?: string }[])[0].Ref;
  const policy = policies.find(([name]) => name === id)?.[1].Properties;
  if (policy === undefined || !['StepScaling', 'SimpleScaling'].includes(policy.PolicyType as string)) return [];
  const [{ ScalingAdjustment: adjustment }] = (policy.StepAdjustments ?? [policy]) as { ScalingAdjustment: number }[];
  const rest = Number(policy.Cooldown ?? 0) / 60;
  const metrics = (alarm.Metrics ?? []) as { Expression?: string }[];
  const expression = metrics.find(({ Expression }) => Expression !== undefined)?.Expression ?? 'metric';
  return [
    {
      ...{ expression, adjustment, rest, exact: policy.AdjustmentType === 'ExactCapacity' },
      ...{ comparison: String(alarm.ComparisonOperator), threshold: Number(alarm.Threshold), minutes: Number(alarm.EvaluationPeriods) },
    },
  ];
}

function targetOf(policy: Resource['Properties']): Target[] {
  if (policy.PolicyType !== 'TargetTrackingScaling') return [];
  const { TargetValue, DisableScaleIn, CustomizedMetricSpecification } = policy.TargetTrackingConfiguration;
  const { Expression } =
    (CustomizedMetricSpecification.Metrics as { Expression?: string }[]).find((one) => one.Expression !== undefined) ?? {};
  return [{ expression: Expression ?? '', value: Number(TargetValue), scalesIn: DisableScaleIn !== true }];
}
