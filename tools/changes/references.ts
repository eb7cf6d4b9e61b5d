import type { Json } from '../shared/template';

/** A place in a deployment that others may refer to. */
export interface Target {
  readonly stack: string;
  /** Logical id of a resource, name of a parameter, or name of an output of another stack. */
  readonly id: string;
  /** Attribute, for `Fn::GetAtt` and `${Id.Attribute}`. */
  readonly attribute?: string;
  /** Set for an output of another stack, by `Fn::GetStackOutput`. */
  readonly isOutput?: true;
}

/** Decides whether what a reference yields is another value than before. */
export type Moves = (target: Target) => boolean;

/**
 * Copies a value and marks every reference whose target moves, however deep it stands: in Fn::Join, Fn::Sub, Fn::If, Fn::Select, or anywhere else.
 * A comparison then sees a changed property. Returns the value itself if nothing moves.
 */
export function mark(value: Json, stack: string, moves: Moves): Json {
  if (isList(value)) {
    const items = value.map((item) => mark(item, stack, moves));
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [key, inner] = entries.length === 1 ? entries[0] : [];
  const target = key === undefined || inner === undefined ? undefined : targetOf(key, inner, stack);
  if (target) return moves(target) ? { [String(key)]: inner ?? null, moved: true } : value;
  const marked = entries.map(([name, item]): [string, Json] => [
    name,
    name === 'Fn::Sub' ? markSub(item, stack, moves) : mark(item, stack, moves),
  ]);
  return marked.some(([, item], index) => item !== entries[index][1]) ? Object.fromEntries(marked) : value;
}

/** All that a value refers to. */
export function targetsIn(value: Json, stack: string): Target[] {
  const targets: Target[] = [];
  mark(value, stack, (target) => {
    targets.push(target);
    return false;
  });
  return targets;
}

function targetOf(key: string, inner: Json, stack: string): Target | undefined {
  if (key === 'Ref' && typeof inner === 'string') return { stack, id: inner };
  if (key === 'Fn::GetAtt') {
    const [id, ...attribute] = typeof inner === 'string' ? inner.split('.') : isList(inner) ? inner : [];
    return typeof id === 'string' ? { stack, id, attribute: attribute.map(String).join('.') } : undefined;
  }
  if (key === 'Fn::GetStackOutput' && typeof inner === 'object' && inner !== null && !isList(inner)) {
    const { StackName, OutputName } = inner as { StackName?: Json; OutputName?: Json };
    if (typeof StackName === 'string' && typeof OutputName === 'string') return { stack: StackName, id: OutputName, isOutput: true };
  }
  return undefined;
}

/** `${Id}` and `${Id.Attribute}` in a text, unless the name is one of Fn::Sub's own variables or written `${!Literal}`. */
function markSub(value: Json, stack: string, moves: Moves): Json {
  const [text, variables] = isList(value) ? value : [value, undefined];
  if (typeof text !== 'string') return mark(value, stack, moves);
  const own = Object.keys(typeof variables === 'object' ? (variables ?? {}) : {});
  const marked = text.replace(/\$\{([A-Za-z0-9:]+)(?:\.([A-Za-z0-9.]+))?\}/g, (whole, id: string, attribute?: string) =>
    !own.includes(id) && moves({ stack, id, attribute }) ? `${whole}(moved)` : whole,
  );
  if (!isList(value)) return marked;
  const inner = variables === undefined ? undefined : mark(variables, stack, moves);
  return marked === text && inner === variables ? value : inner === undefined ? [marked] : [marked, inner];
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
