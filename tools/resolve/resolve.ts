import type { Json, Resource, StackTemplate, Template } from '../shared/template';
import { resolveValue } from './functions';
import { Scope } from './scope';
import { isRecord } from './values';

/**
 * The stack as CloudFormation would read it: parameters have their defaults, mappings, conditions and functions are decided, and what a false condition
 * takes away is not there. What only an account can decide stays as it is written.
 */
function resolveStack(stack: StackTemplate, exporters: Exporters, other?: Template): StackTemplate {
  const scope = new Scope(stack, other);
  const resolve = (value: Json): Json | undefined => resolveValue(value, scope);
  // Without a prototype: somebody may call a resource `constructor`.
  const Resources = named<Resource>();
  for (const [id, resource] of Object.entries(stack.template.Resources)) {
    const resolved = resolveResource(resource, scope, resolve, exporters);
    if (resolved) Resources[id] = resolved;
  }
  const Outputs = named<Json>();
  for (const [name, output] of Object.entries(stack.template.Outputs ?? {})) {
    if (!isRecord(output) || (typeof output.Condition === 'string' && scope.condition(output.Condition, resolve) === false)) continue;
    const value = resolve(output);
    if (value !== undefined) Outputs[name] = imported(value, exporters);
  }
  return {
    ...stack,
    template: {
      ...stack.template,
      Resources,
      ...(stack.template.Parameters && { Parameters: Object.assign(named(), stack.template.Parameters) }),
      ...(stack.template.Outputs && { Outputs }),
    },
    written: stack.written ?? stack,
  };
}

const named = <T>(): Record<string, T> => Object.create(null) as Record<string, T>;

/** Where the value of each export comes from: stack and output, by the name of the export. */
type Exporters = ReadonlyMap<string, { readonly stack: string; readonly output: string }>;

/**
 * All stacks of a deployment, with imports tied to the stacks that export.
 * @param others the same stacks on the other side of a comparison.
 */
export function resolveStacks(stacks: readonly StackTemplate[], others: readonly StackTemplate[] = []): StackTemplate[] {
  const exported = stacks.map((stack) => ({ stack, outputs: exportsOf(stack) }));
  return stacks.map((stack) => {
    const beside = exported.filter((one) => one.stack.region === stack.region);
    const exporters = beside.flatMap((one) => [...one.outputs].map(([name, output]) => [name, { stack: one.stack.name, output }] as const));
    return resolveStack(stack, new Map(exporters), others.find(({ name }) => name === stack.name)?.template);
  });
}

/** Names of the exports of a stack, with the output that each belongs to. */
export function exportsOf(stack: StackTemplate): Map<string, string> {
  const scope = new Scope(stack);
  const names = Object.entries(stack.template.Outputs ?? {}).flatMap(([output, value]): [string, string][] => {
    const exported = isRecord(value) ? value.Export : undefined;
    const name = isRecord(exported) ? resolveValue(exported.Name ?? null, scope) : undefined;
    return typeof name === 'string' ? [[name, output]] : [];
  });
  return new Map(names);
}

function resolveResource(
  resource: Resource,
  scope: Scope,
  resolve: (value: Json) => Json | undefined,
  exporters: Exporters,
): Resource | undefined {
  const { Condition, ...rest } = resource;
  const exists = typeof Condition === 'string' ? scope.condition(Condition, resolve) : true;
  if (exists === false) return undefined;
  const { Metadata, DependsOn, ...decided } = rest;
  const body = imported(resolve(decided) ?? {}, exporters) as unknown as Resource;
  return {
    ...body,
    ...(Metadata !== undefined && { Metadata }),
    ...(DependsOn !== undefined && { DependsOn }),
    ...(exists !== true && { Condition: exists as unknown as string }),
  };
}

/** An import of what a stack beside it exports is an output of that stack. */
function imported(value: Json, exporters: Exporters): Json {
  if (exporters.size === 0 || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => imported(item, exporters));
  const record = value as { readonly [key: string]: Json };
  const from = typeof record['Fn::ImportValue'] === 'string' ? exporters.get(record['Fn::ImportValue']) : undefined;
  if (from) return { 'Fn::GetStackOutput': { StackName: from.stack, OutputName: from.output } };
  return Object.fromEntries(Object.entries(record).map(([key, item]) => [key, imported(item, exporters)]));
}
