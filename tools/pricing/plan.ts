import type { Json, Resource, StackTemplate } from '../shared/template';
import type { Usage } from './usage';

/** Hours in a month, as AWS's own calculator counts. */
export const HOURS = 730;

/** A resource with the stack it is in. */
export interface Item {
  readonly stack: StackTemplate;
  readonly id: string;
  readonly resource: Resource;
  /** Where it is; a template from a file does not say. */
  readonly region: string;
}

/** A quantity and what it is priced by. */
export interface Charge {
  /** What is paid for: `on demand`, `requests`. */
  readonly what: string;
  /** Whether it is there without users. */
  readonly part: 'fixed' | 'usage';
  /** Key in the price book. */
  readonly price: string;
  readonly quantity: number;
  /** Key of a share in the price book that the price is multiplied with. */
  readonly times?: string;
}

/** A month to be priced. */
export interface Month {
  readonly plan: Plan;
  readonly usage: Usage;
  /** Whether everything that scales is at its limit all the time. */
  readonly atLimit: boolean;
}

/** What a resource costs in a month. */
export type Meter = (item: Item, month: Month) => Charge[];

const FALLBACK_REGION = 'us-east-1';

/** All resources of a deployment, and the questions that several meters ask of them. */
export class Plan {
  public readonly items: readonly Item[];
  /** Whether a CDN stands before the servers. */
  public readonly hasCdn: boolean;
  /** In how many regions servers answer; usage is spread over them evenly. */
  public readonly regions: number;
  private readonly byType = new Map<string, Item[]>();

  public constructor(stacks: readonly StackTemplate[]) {
    this.items = stacks.flatMap((stack) =>
      Object.entries(stack.template.Resources).map(([id, resource]) => ({ stack, id, resource, region: stack.region ?? FALLBACK_REGION })),
    );
    for (const item of this.items) {
      const same = this.byType.get(item.resource.Type);
      if (same) same.push(item);
      else this.byType.set(item.resource.Type, [item]);
    }
    this.hasCdn = this.of('AWS::CloudFront::Distribution').length > 0;
    const web = ['AWS::EC2::Instance', 'AWS::AutoScaling::AutoScalingGroup'].flatMap((type) => this.of(type));
    this.regions = Math.max(1, new Set(web.map(({ region }) => region)).size);
  }

  /** Resources of a type; in one stack only, where it is given. */
  public of(type: string, stack?: StackTemplate): readonly Item[] {
    const all = this.byType.get(type) ?? [];
    return stack === undefined ? all : all.filter((item) => item.stack === stack);
  }

  /** The resource of the same stack that a value refers to first, through Ref, Fn::GetAtt or inside an Fn::Join. */
  public target(value: Json | undefined, { stack, region }: Item): Item | undefined {
    const id = referred(value, (candidate) => Object.hasOwn(stack.template.Resources, candidate));
    return id === undefined ? undefined : { stack, id, region, resource: stack.template.Resources[id] };
  }
}

/** What a role a resource has is in its logical id, below the hash that the CDK adds. */
export function isCalled(name: string, { id }: Item): boolean {
  return id.replace(/[0-9A-F]{8}$/, '').endsWith(name);
}

/** A property of a resource, deep down; undefined where any step is missing. */
export function at(item: Item, ...path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>(
    (value, key) =>
      typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as { [name: string]: Json })[key] : undefined,
    item.resource.Properties,
  );
}

/** The same as a list; empty where it is none. */
export function listAt(item: Item, ...path: readonly string[]): readonly Json[] {
  const value = at(item, ...path);
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

/** The same as a number, which templates also write as text. */
export function numberAt(item: Item, fallback: number, ...path: readonly string[]): number {
  const value = at(item, ...path);
  const number = typeof value === 'string' || typeof value === 'number' ? Number(value) : NaN;
  return Number.isFinite(number) ? number : fallback;
}

/** The same as text; empty where it is none. */
export function textAt(item: Item, ...path: readonly string[]): string {
  const value = at(item, ...path);
  return typeof value === 'string' ? value : '';
}

function referred(value: Json | undefined, exists: (id: string) => boolean): string | undefined {
  if (typeof value === 'string') return exists(value) ? value : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const inner of Object.values(value)) {
    const id = referred(inner, exists);
    if (id !== undefined) return id;
  }
  return undefined;
}
