import { isDeepStrictEqual } from 'node:util';
import type { Template } from 'aws-cdk-lib/assertions';

/**
 * A template as a reviewer wants to read it: without hashes, without scripts, which are files in lib/, and without the CDK's own plumbing.
 * Two logical ids that differ by their hash alone would hide each other, so that is an error.
 */
export function readable(template: Template): unknown {
  const { Resources, Outputs } = template.toJSON() as { Resources: object; Outputs?: object };
  const ids = Object.keys(Resources);
  if (new Set(ids.map(withoutHash)).size !== ids.length) throw new Error('two logical ids differ by their hash alone');
  const text = JSON.stringify({ Resources, Outputs }, (key, value: unknown) => {
    if (key === 'DashboardBody') return widgetsOf(value as Body);
    return typeof value === 'string' ? scrub(value) : value;
  });
  return JSON.parse(withoutHash(text));
}

/** A text with more lines is a script. */
const LINES = 12;

interface Body {
  readonly 'Fn::Join': readonly [string, readonly unknown[]];
}

interface Widget {
  readonly type: string;
  readonly properties: { readonly title?: string; readonly markdown?: string; readonly metrics?: readonly unknown[] };
}

/** Widgets of a dashboard by their place and title: what is shown, and a line for each metric. */
function widgetsOf({ 'Fn::Join': [, parts] }: Body): Readonly<Record<string, readonly string[]>> {
  const text = parts.map((part) => (typeof part === 'string' ? part : JSON.stringify(part).replaceAll('"', "'"))).join('');
  const { widgets } = JSON.parse(text) as { widgets: readonly Widget[] };
  const named = new Map<string, readonly string[]>();
  for (const { type, properties, ...place } of widgets) {
    const { metrics = [], ...rest } = properties;
    const title = rest.title ?? (rest.markdown ?? type).split('\n')[0];
    const name = named.has(title) ? `${title} ${named.size}` : title;
    named.set(name, [
      JSON.stringify(place),
      JSON.stringify({ type, ...rest, title: undefined }),
      ...metrics.map((metric) => JSON.stringify(metric)),
    ]);
  }
  return Object.fromEntries(named);
}

/** The hash of a construct path stands at the end of logical ids and of the names made from them. */
function withoutHash(text: string): string {
  return text.replace(/(?<=[A-Za-z0-9])[0-9A-F]{8}(?![0-9A-Za-z])/g, '');
}

function scrub(text: string): string {
  const [first, ...more] = text.trimStart().split('\n');
  if (more.length > LINES) return `<script: ${first.slice(0, 60)}>`;
  return text.replace(/[0-9a-f]{64}/g, '<hash>').replace(/OriginGroup\w+/, 'OriginGroup');
}

/** What a template adds (`+`), changes (`~`) and no longer has (`-`) beside the one of the stage before: with that one it says everything. */
export function since(before: Template, after: Template): unknown {
  return difference(readable(before), readable(after));
}

/** What a bridge has beside the stage that it leads to. What it still has just as the stage below is named alone. */
export function between(below: Template, bridge: Template, above: Template): unknown {
  const old = (readable(below) as Readable).Resources;
  const { '~ Resources': resources = {}, ...rest } = since(above, bridge) as Readonly<Record<string, Tree | undefined>>;
  const named = Object.entries(resources).map(([name, value]) => [
    name,
    isDeepStrictEqual(value, old[name.slice(2)]) ? 'as before' : value,
  ]);
  return { ...rest, Resources: Object.fromEntries(named) as unknown };
}

type Tree = Readonly<Record<string, unknown>>;

interface Readable {
  readonly Resources: Tree;
}

function difference(before: unknown, after: unknown): unknown {
  if (isTree(before) && isTree(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return Object.fromEntries(
      keys
        .filter((key) => !isDeepStrictEqual(before[key], after[key]))
        .map((key) => {
          if (!(key in before)) return [`+ ${key}`, after[key]];
          return key in after ? [`~ ${key}`, difference(before[key], after[key])] : [`- ${key}`, 'gone'];
        }),
    );
  }
  const [was, is] = [partsOf(before), partsOf(after)];
  const gone = was.filter((part) => !is.some((other) => isDeepStrictEqual(part, other)));
  const come = is.filter((part) => !was.some((other) => isDeepStrictEqual(part, other)));
  // In another order, or as often as never before.
  return gone.length + come.length === 0
    ? { '=': after }
    : { ...(gone.length > 0 && { '-': gone }), ...(come.length > 0 && { '+': come }) };
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function partsOf(value: unknown): readonly unknown[] {
  if (typeof value === 'string') return value.split('\n');
  return Array.isArray(value) ? value : [value];
}
