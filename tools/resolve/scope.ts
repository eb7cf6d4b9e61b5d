import type { Json, StackTemplate, Template } from '../shared/template';
import { type JsonRecord, functionOf, isRecord, isScalar } from './values';

/** What is known of one stack before it is deployed. */
export class Scope {
  private readonly cache = new Map<string, Json | undefined>();
  private readonly evaluating = new Set<string>();

  /**
   * @param stack whose values are asked for.
   * @param other the template of this stack on the other side of a comparison: where an account decides which entry of a mapping counts, it has to be one
   * that both sides have.
   */
  public constructor(
    private readonly stack: StackTemplate,
    private readonly other?: Template,
  ) {}

  /** The template. */
  public get template(): Template {
    return this.stack.template;
  }

  /** What a reference to a parameter or to AWS itself yields; undefined if only AWS knows, or if it names a resource. */
  public reference(id: string): Json | undefined {
    if (id === 'AWS::Region') return this.stack.region;
    if (id === 'AWS::AccountId') return this.stack.account;
    if (id === 'AWS::StackName') return this.stack.realName;
    if (id === 'AWS::Partition') return partitionOf(this.stack.region);
    if (id === 'AWS::URLSuffix') return partitionOf(this.stack.region) === 'aws' ? 'amazonaws.com' : undefined;
    return this.parameter(id);
  }

  /** An entry of the template's mappings. */
  public mapping(map: string, first: string, second: string): Json | undefined {
    const two = mapOf(this.template, map)?.[first];
    return isRecord(two) ? two[second] : undefined;
  }

  /**
   * The entries of a mapping that may be meant where an account decides its keys; undefined where there is no such mapping.
   * @param hasDefault whether a key that one side lacks has a value there nevertheless.
   */
  public choices(map: string, first: string | undefined, second: string | undefined, hasDefault: boolean): JsonRecord | undefined {
    const own = mapOf(this.template, map);
    const other = this.other && mapOf(this.other, map);
    const isMeant = (wanted: string | undefined, key: string): boolean => wanted === undefined || wanted === key;
    const entries = Object.entries(own ?? {}).flatMap(([key, row]): [string, Json][] => {
      if (!isRecord(row) || !isMeant(first, key) || (!hasDefault && other && !(key in other))) return [];
      const cells = Object.entries(row).filter(([name]) => isMeant(second, name));
      return cells.length > 0 ? [[key, Object.fromEntries(cells)]] : [];
    });
    return entries.length > 0 ? Object.fromEntries(entries) : undefined;
  }

  /**
   * A condition: true, false, or, where an account has to decide, its whole text with everything in it resolved.
   * @param resolve resolves what stands in a condition.
   */
  public condition(name: string, resolve: (value: Json) => Json | undefined): Json {
    if (this.cache.has(name)) return this.cache.get(name) ?? { Condition: name };
    const definition = isRecord(this.template.Conditions) ? this.template.Conditions[name] : undefined;
    if (definition === undefined || this.evaluating.has(name)) return { Condition: name };
    this.evaluating.add(name);
    const value = decide(definition, (inner) => this.condition(inner, resolve), resolve);
    this.evaluating.delete(name);
    this.cache.set(name, value);
    return value;
  }

  private parameter(id: string): Json | undefined {
    const passed = this.stack.nested?.parameters[id];
    if (isScalar(passed)) return passed;
    if (passed !== undefined) return undefined;
    const parameter = isRecord(this.template.Parameters) ? (this.template.Parameters[id] as Json) : undefined;
    if (!isRecord(parameter) || !isScalar(parameter.Default)) return undefined;
    const type = typeof parameter.Type === 'string' ? parameter.Type : 'String';
    // The value is in Parameter Store; the default is only its name there.
    if (type.startsWith('AWS::SSM::Parameter::Value<')) return undefined;
    const isMany = type === 'CommaDelimitedList' || type.startsWith('List<');
    return isMany
      ? String(parameter.Default)
          .split(',')
          .map((one) => one.trim())
      : parameter.Default;
  }
}

function mapOf({ Mappings }: Template, name: string): JsonRecord | undefined {
  const map = isRecord(Mappings) ? Mappings[name] : undefined;
  return isRecord(map) ? map : undefined;
}

function partitionOf(region: string | undefined): string | undefined {
  if (region === undefined) return undefined;
  return region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

function decide(definition: Json, named: (name: string) => Json, resolve: (value: Json) => Json | undefined): Json {
  const [name, argument] = functionOf(definition) ?? [];
  if (name === undefined || argument === undefined) return definition;
  const parts = Array.isArray(argument) ? (argument as readonly Json[]) : [argument];
  if (name === 'Condition' && typeof argument === 'string') return named(argument);
  if (name === 'Fn::Equals') {
    const [one, other] = parts.map((part) => resolve(part) ?? null);
    if (isScalar(one) && isScalar(other)) return String(one) === String(other);
    const [first, second] = [one, other].map((side) => JSON.stringify(side));
    return first === second ? true : { 'Fn::Equals': first < second ? [one, other] : [other, one] };
  }
  const inner = parts.map((part) => decide(part, named, resolve));
  if (name === 'Fn::Not') return typeof inner[0] === 'boolean' ? !inner[0] : { 'Fn::Not': inner };
  const ends = name === 'Fn::And' ? false : name === 'Fn::Or' ? true : undefined;
  if (ends === undefined) return { [name]: inner } satisfies JsonRecord;
  if (inner.includes(ends)) return ends;
  const open = inner.filter((one) => one !== !ends);
  return open.length === 0 ? !ends : open.length === 1 ? open[0] : { [name]: open };
}
