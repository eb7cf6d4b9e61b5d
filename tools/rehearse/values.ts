import { resolveValue } from '../resolve/functions';
import { Scope } from '../resolve/scope';
import { functionOf, isList, isRecord } from '../resolve/values';
import type { Json, StackTemplate } from '../shared/template';

/** What AWS would say of resources, by logical id and attribute; `Ref` is one of them. */
export type Attributes = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** Number of the account that doesn't exist. moto uses the same. */
export const ACCOUNT = '123456789012';

/**
 * A value of a template as a text, with what runs here in place of what AWS would make. Undefined where something isn't known.
 * An address here has a port of its own, so the port that the template writes behind it goes.
 */
export function valueOf(value: Json, stack: StackTemplate, attributes: Attributes): string | undefined {
  const scope = new Scope({ ...stack, realName: stack.name, account: ACCOUNT });
  let now: Json | undefined = value;
  // A substitution may show another reference.
  for (let round = 0; round < 4; round++) now = now === undefined ? undefined : resolveValue(filled(now, attributes), scope);
  return typeof now === 'string' ? now.replace(/\b(localhost:\d+):\d+/g, '$1') : undefined;
}

function filled(value: Json, attributes: Attributes): Json {
  const [name, argument] = functionOf(value) ?? [];
  if (name === 'Ref' && typeof argument === 'string') return attributes.get(argument)?.Ref ?? value;
  if (name === 'Fn::GetAtt') {
    const [id, ...rest] = isList(argument)
      ? argument.map((word) => (typeof word === 'string' ? word : ''))
      : typeof argument === 'string'
        ? argument.split('.')
        : [''];
    return attributes.get(id)?.[rest.join('.')] ?? value;
  }
  if (isList(value)) return value.map((one) => filled(one, attributes));
  if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, filled(one, attributes)]));
  return value;
}
