import type { Json, Resource, Template } from '../../../tools/shared/template';

/** What an emulator takes, and what was taken out for it. */
export interface Pruned {
  readonly template: Template;
  /** How often each was left out: a type, or an attribute that nothing answers. */
  readonly left: ReadonlyMap<string, number>;
}

/** What to do with a template for an emulator. */
export interface Pruning {
  /** Resources that it refuses. */
  readonly isRefused: (resource: Resource) => boolean;
  /** Attributes that it has no answer for, as `type.attribute`, with an answer. */
  readonly answers: Readonly<Record<string, Json>>;
}

/** Stands where a reference to what was left out stood. */
const NOTHING = 'left-out';

/**
 * A template without what an emulator refuses. References to what goes become a text, and nothing waits for it.
 */
export function prune(template: Template, { isRefused, answers }: Pruning): Pruned {
  const left = new Map<string, number>();
  const count = (what: string): unknown => left.set(what, (left.get(what) ?? 0) + 1);
  const gone = new Set<string>();
  for (const [id, resource] of Object.entries(template.Resources)) {
    if (!isRefused(resource)) continue;
    gone.add(id);
    count(resource.Type);
  }
  const walk = (value: Json): Json => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return (value as readonly Json[]).map(walk);
    const { Ref, 'Fn::GetAtt': attribute, 'Fn::Sub': text } = value as Readonly<Record<string, Json | undefined>>;
    if (typeof Ref === 'string' && gone.has(Ref)) return NOTHING;
    if (Array.isArray(attribute)) {
      const [id, name] = attribute.map(String);
      if (gone.has(id)) return NOTHING;
      const asked = `${template.Resources[id].Type}.${name}`;
      if (Object.hasOwn(answers, asked)) {
        count(asked);
        return answers[asked];
      }
    }
    if (typeof text === 'string')
      return { 'Fn::Sub': text.replace(/\$\{(\w+)(\.[\w.]+)?\}/g, (whole, id: string) => (gone.has(id) ? NOTHING : whole)) };
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, walk(inner)]));
  };
  const Resources = Object.fromEntries(
    Object.entries(template.Resources)
      .filter(([id]) => !gone.has(id))
      .map(([id, resource]) => [id, without(walk(resource as unknown as Json) as unknown as Resource, gone)]),
  );
  const rest = walk({ ...template, Resources: {} }) as unknown as Template;
  return { left, template: { ...rest, Resources } };
}

function without(resource: Resource, gone: ReadonlySet<string>): Resource {
  const { DependsOn, ...rest } = resource as Resource & { readonly DependsOn?: string | readonly string[] };
  const waits = [DependsOn ?? []].flat().filter((id) => !gone.has(id));
  return { ...rest, ...(waits.length > 0 && { DependsOn: waits }) };
}
