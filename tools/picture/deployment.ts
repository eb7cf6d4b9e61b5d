import { targetsIn } from '../changes/references';
import type { Json, Resource, StackTemplate } from '../shared/template';
import { pathOf } from '../shared/template';
import { type Say, sayer } from '../shared/words';
import type { ResourceName } from './model';

/** A resource, with the stack that it is in. */
export interface Entry extends ResourceName {
  readonly key: string;
  readonly region: string;
  readonly resource: Resource;
  readonly say: Say;
  /** A property, or one deeper: `DistributionConfig.Origins`. */
  readonly get: (property: string) => Json | undefined;
}

/** Properties by which AWS knows a resource, for references by name. */
const NAMES = [
  'BucketName',
  'GlobalClusterIdentifier',
  'DBClusterIdentifier',
  'DBInstanceIdentifier',
  'QueueName',
  'TopicName',
  'TableName',
];
/** Deeper than this no chain of outputs and parameters goes. */
const DEEPEST = 12;

/** All resources of a deployment, and who refers to whom across its stacks. */
export class Deployment {
  public readonly entries: readonly Entry[];
  private readonly byKey: ReadonlyMap<string, Entry>;
  private readonly byName = new Map<string, Entry>();
  private readonly stacks: ReadonlyMap<string, StackTemplate>;

  public constructor(stacks: readonly StackTemplate[]) {
    this.stacks = new Map(stacks.map((stack) => [stack.name, stack]));
    this.entries = stacks.flatMap((stack) => {
      const say = sayer(stack, stacks);
      return Object.entries(stack.template.Resources).flatMap(([id, resource]) =>
        isEntry(resource) ? [entryOf(stack, id, resource, say)] : [],
      );
    });
    this.byKey = new Map(this.entries.map((entry) => [entry.key, entry]));
    for (const entry of this.entries)
      for (const name of NAMES) {
        const value = entry.resource.Properties?.[name];
        // A cluster of a global database has the name of that one beside its own.
        if (value !== undefined && !(name === 'GlobalClusterIdentifier' && entry.type !== 'AWS::RDS::GlobalCluster'))
          this.byName.set(entry.say(value), entry);
      }
  }

  /** Resources of some types, in the order of their stacks. */
  public ofType(...types: readonly string[]): Entry[] {
    return this.entries.filter(({ type }) => types.includes(type));
  }

  /** All resources that a value of a stack refers to. */
  public referred(value: Json | undefined, stack: string, depth = 0): Entry[] {
    if (value === undefined || depth > DEEPEST) return [];
    const found = targetsIn(value, stack).flatMap((target): readonly Entry[] => {
      const owner = this.stacks.get(target.stack);
      if (owner === undefined) return [];
      if (target.isOutput) return this.output(target.stack, target.id, depth);
      const inner = target.attribute?.startsWith('Outputs.') === true ? `${target.stack}/${target.id}` : undefined;
      if (inner !== undefined && this.stacks.has(inner)) return this.output(inner, target.attribute?.slice(8) ?? '', depth);
      const entry = this.byKey.get(keyOf(target.stack, target.id));
      if (entry) return [entry];
      const passed = owner.nested?.parameters[target.id];
      return passed === undefined ? [] : this.referred(passed, owner.nested?.parent ?? '', depth + 1);
    });
    return [...new Set(found)];
  }

  /** Resources that a property of one refers to. */
  public of(entry: Entry, ...properties: readonly string[]): Entry[] {
    return [...new Set(properties.flatMap((property) => this.referred(entry.get(property), entry.stack)))];
  }

  /** The resource that AWS knows by a name, or by an ARN that ends with it. */
  public named(value: Json | undefined, say: Say): Entry | undefined {
    const text = say(value);
    return this.byName.get(text) ?? this.byName.get(text.replace(/^.*:/, ''));
  }

  private output(stack: string, name: string, depth: number): Entry[] {
    const output = this.stacks.get(stack)?.template.Outputs?.[name] as { readonly Value?: Json } | undefined;
    return this.referred(output?.Value, stack, depth + 1);
  }
}

function isEntry({ Type }: Resource): boolean {
  return Type !== 'AWS::CDK::Metadata';
}

function entryOf(stack: StackTemplate, logicalId: string, resource: Resource, say: Say): Entry {
  return {
    ...{ key: keyOf(stack.name, logicalId), stack: stack.name, logicalId, path: pathOf(logicalId, resource), type: resource.Type },
    ...{ region: stack.region ?? 'region', resource, say },
    get: (property) => property.split('.').reduce<Json | undefined>(step, resource.Properties),
  };
}

function step(value: Json | undefined, key: string): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as { readonly [key: string]: Json })[key]
    : undefined;
}

function keyOf(stack: string, id: string): string {
  return `${stack}\n${id}`;
}

/** Name of a resource, for what is said about a thing. */
export function nameOfEntry({ stack, logicalId, path, type }: Entry): ResourceName {
  return { stack, logicalId, path, type };
}
