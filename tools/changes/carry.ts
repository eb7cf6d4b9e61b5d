import type { StackTemplate } from '../shared/template';
import { identity, withProperties } from './differences';
import type { Change } from './facts';
import { Effect, type PropertyChange, Verdict } from './model';
import { type Moves, type Target, mark, targetsIn } from './references';
import { changed } from './tests';
import { propertyChanges } from './verdicts';

/** Attributes that change although their resource stays, and the property that makes them change. */
const VOLATILE: Readonly<Partial<Record<string, Readonly<Record<string, string>>>>> = {
  'AWS::EC2::LaunchTemplate': { LatestVersionNumber: 'LaunchTemplateData' },
  'AWS::SSM::Parameter': { Value: 'Value' },
};

const BADNESS = [Effect.IN_PLACE, Effect.MAY_REPLACE, Effect.REPLACES];
const key = (stack: string, id: string): string => `${stack}/${id}`;

/**
 * Follows what is replaced into everything that refers to it, until nothing new is replaced: a property that yields another value is a property that
 * changes, whatever function carries it there and whichever stack it stands in.
 */
export function carry(before: readonly StackTemplate[], after: readonly StackTemplate[], own: readonly Change[]): Change[] {
  const changes = new Map(own.map((change) => [key(change.stack, change.logicalId), change]));
  const templates = new Map(after.map((stack) => [stack.name, stack]));
  const earlier = new Map(before.map((stack) => [stack.name, stack]));
  const cause = (target: Target): string[] | undefined => causeOf(target, changes, earlier, templates);
  const moves: Moves = (target) => cause(target) !== undefined;
  const somethingMoves = (): number => [...changes.values()].filter(({ verdict }) => verdict === Verdict.REPLACED).length;

  let replaced: number;
  do {
    replaced = somethingMoves();
    for (const { name, region, template } of after) {
      const old = earlier.get(name)?.template.Resources ?? {};
      for (const [id, resource] of Object.entries(template.Resources)) {
        if (!(id in old) || !resource.Properties) continue;
        const marked = mark(resource.Properties, name, moves) as typeof resource.Properties;
        if (marked === resource.Properties) continue;
        const known = changes.get(key(name, id)) ?? { ...identity(name, region, id, resource), verdict: Verdict.CHANGED };
        const carried = propertyChanges(old[id], { ...resource, Properties: marked });
        const merged = merge(known.properties, carried, resource.Properties);
        const fresh = merged.filter((property) => !known.properties.includes(property));
        if (fresh.length === 0) continue;
        const reasons = fresh.flatMap(({ property }) =>
          targetsIn(resource.Properties?.[property] ?? null, name).flatMap((t) => cause(t) ?? []),
        );
        const because = known.because.length > 0 ? known.because : [...new Set(reasons)];
        changes.set(key(name, id), withProperties({ ...known, because }, old[id], resource, merged));
      }
    }
  } while (somethingMoves() > replaced);
  return [...changes.values()];
}

/** Keeps the worse effect of each property, and the values as the templates write them. */
function merge(
  known: readonly PropertyChange[],
  carried: readonly PropertyChange[],
  now: NonNullable<Change['after']>['Properties'],
): PropertyChange[] {
  const byName = new Map(known.map((change) => [change.property, change]));
  for (const change of carried) {
    const old = byName.get(change.property);
    if (old && BADNESS.indexOf(old.effect) >= BADNESS.indexOf(change.effect)) continue;
    byName.set(change.property, { ...change, after: now?.[change.property] });
  }
  return [...byName.values()];
}

/** Why a reference yields another value than before, outermost cause first; undefined if it doesn't. */
function causeOf(
  target: Target,
  changes: ReadonlyMap<string, Change>,
  before: ReadonlyMap<string, StackTemplate>,
  after: ReadonlyMap<string, StackTemplate>,
): string[] | undefined {
  const [oldStack, nowStack] = [before.get(target.stack), after.get(target.stack)];
  const [old, now] = [oldStack?.template, nowStack?.template];
  if (target.isOutput) {
    const value = now?.Outputs?.[target.id];
    if (value === undefined || old?.Outputs?.[target.id] === undefined) return undefined;
    for (const inner of targetsIn(value, target.stack)) {
      const why = causeOf(inner, changes, before, after);
      if (why) return why;
    }
    return changed(old.Outputs[target.id], value) ? [`output ${target.id} of ${target.stack} changes`] : undefined;
  }
  const parameter = now?.Parameters?.[target.id];
  if (parameter) {
    const passed = nowStack?.nested?.parameters[target.id];
    if (passed !== undefined && nowStack?.nested) {
      if (oldStack?.nested && changed(oldStack.nested.parameters[target.id], passed))
        return [`another ${target.id} is passed to ${target.stack}`];
      for (const inner of targetsIn(passed, nowStack.nested.parent)) {
        const why = causeOf(inner, changes, before, after);
        if (why) return why;
      }
      return undefined;
    }
    return changed(old?.Parameters?.[target.id]?.Default ?? parameter.Default, parameter.Default)
      ? [`the default of parameter ${target.id} changes`]
      : undefined;
  }
  const child = `${target.stack}/${target.id}`;
  const output = /^Outputs\.(\w+)$/.exec(target.attribute ?? '')?.[1];
  if (output !== undefined && after.has(child)) return causeOf({ stack: child, id: output, isOutput: true }, changes, before, after);
  const change = changes.get(key(target.stack, target.id));
  if (change?.verdict === Verdict.REPLACED) {
    const forced = change.properties.filter(({ effect }) => effect === Effect.REPLACES).map(({ property }) => property);
    return [...change.because, `${change.path} is replaced: ${forced.join(', ')}`];
  }
  const source = VOLATILE[change?.type ?? '']?.[target.attribute ?? ''];
  const isVolatile = change?.verdict === Verdict.CHANGED && change.properties.some(({ property }) => property === source);
  return isVolatile ? [`${change.path} gets another ${String(target.attribute)}`] : undefined;
}
