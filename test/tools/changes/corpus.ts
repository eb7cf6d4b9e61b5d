import type { PropertyType, Resource as Schema } from '@aws-cdk/service-spec-types';
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import { classOf } from '../../../tools/changes/data-types';
import type { Json, Template } from '../../../tools/shared/template';

const specification = loadAwsServiceSpecSync();

/** Everything of a template that decides a value, and the value as it is written there. */
interface Written {
  readonly value: Json;
  readonly rest: Partial<Template>;
}

/** Ways to write one value. */
export const FORMS: Readonly<Record<string, (value: boolean | number | string) => Written>> = {
  literal: (value) => ({ value, rest: {} }),
  Ref: (value) => ({ value: { Ref: 'It' }, rest: { Parameters: { It: { Type: 'String', Default: String(value) } } } }),
  If: (value) => ({
    value: { 'Fn::If': ['Live', value, 'other'] },
    rest: { Conditions: { Live: { 'Fn::Equals': [{ Ref: 'Env' }, 'live'] } }, Parameters: { Env: { Type: 'String', Default: 'live' } } },
  }),
  FindInMap: (value) => ({ value: { 'Fn::FindInMap': ['Map', 'a', 'b'] }, rest: { Mappings: { Map: { a: { b: value } } } } }),
  Sub: (value) => ({
    value: { 'Fn::Sub': ['${Inner}', { Inner: { Ref: 'It' } }] },
    rest: { Parameters: { It: { Type: 'String', Default: String(value) } } },
  }),
};

/** What is done to a property, and whether CloudFormation sees another value then. */
export const EDITS = ['change', 'add', 'remove', 'rewrite', 'reorder'] as const;

/** One pair of templates to come. */
export interface Plan {
  readonly type: string;
  readonly property: string;
  readonly form: string;
  readonly edit: (typeof EDITS)[number];
  /** What the schema says of another value of the property. */
  readonly replaces: 'yes' | 'no' | 'maybe';
}

const schemas = new Map(
  specification
    .all('resource')
    .filter(({ cloudFormationType }) => classOf(cloudFormationType) === 'holds data')
    .map((schema) => [schema.cloudFormationType, schema]),
);

/** Every type that holds data × its properties × ways to write a value × edits. */
export const PLANS: readonly Plan[] = [...schemas].flatMap(([type, { properties }]) =>
  Object.entries(properties).flatMap(([property, schema]) =>
    scalarIn(schema.type) === undefined
      ? []
      : Object.keys(FORMS).flatMap((form) =>
          EDITS.map((edit): Plan => ({ type, property, form, edit, replaces: schema.causesReplacement ?? 'no' })),
        ),
  ),
);

/** The two templates of a plan. */
export function pairOf({ type, property, form, edit }: Plan): [Template, Template] {
  const schema = (schemas.get(type) as Schema).properties[property];
  const [one, other] = valuesOf(scalarIn(schema.type));
  const [before, after] = [one, edit === 'change' ? other : one].map((value) => FORMS[edit === 'rewrite' ? 'literal' : form](value));
  const old = edit === 'rewrite' ? FORMS[form](one) : before;
  const [was, is] = [old, after].map((written) => ({ [property]: around(schema.type, written.value) }));
  const tags = [
    { Key: 'a', Value: '1' },
    { Key: 'b', Value: '2' },
  ];
  const beside: Readonly<Record<string, Json>> = property === 'Tags' ? {} : { Tags: tags };
  const reordered: Readonly<Record<string, Json>> = property === 'Tags' ? {} : { Tags: [...tags].reverse() };
  return [
    template(type, edit === 'add' ? {} : edit === 'reorder' ? { ...was, ...beside } : was, old.rest),
    template(type, edit === 'remove' ? {} : edit === 'reorder' ? { ...reordered, ...is } : is, after.rest),
  ];
}

function template(Type: string, Properties: Readonly<Record<string, Json>>, rest: Partial<Template>): Template {
  return { ...rest, Resources: { Thing: { Type, DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain', Properties } } };
}

/** How a resource may leave: its policy, the way in which that is written, and what takes it away. */
export interface Departure {
  readonly type: string;
  readonly policy: 'Delete' | 'Retain' | 'Snapshot';
  readonly form: string;
  readonly by: 'condition' | 'removal';
}

export const DEPARTURES: readonly Departure[] = [...schemas.keys()].flatMap((type) =>
  (['Delete', 'Retain', 'Snapshot'] as const).flatMap((policy) =>
    Object.keys(FORMS).flatMap((form) => (['condition', 'removal'] as const).map((by): Departure => ({ type, policy, form, by }))),
  ),
);

/** The two templates of a departure. */
export function departure({ type, policy, form, by }: Departure): [Template, Template] {
  const { value, rest } = FORMS[form](policy);
  const side = (live: string): Template => ({
    ...rest,
    Conditions: { ...(rest.Conditions as object | undefined), Here: { 'Fn::Equals': ['yes', live] } },
    Resources: {
      Stays: { Type: 'AWS::SNS::Topic' },
      ...((live === 'yes' || by === 'condition') && { Thing: { Type: type, DeletionPolicy: value, Condition: 'Here' } }),
    },
  });
  return [side('yes'), side('no')];
}

/** Every property of every type, also of those that hold nothing. */
export const PROPERTIES: readonly (readonly [type: string, property: string])[] = specification
  .all('resource')
  .flatMap(({ cloudFormationType, properties }) => Object.keys(properties).map((property) => [cloudFormationType, property] as const));

/** What nobody expects at a property. */
export const ODD: readonly Json[] = [
  ...[null, 3, true, '', 'x', [], {}, [null], [[1]], [3, 'x'], { a: null }, { a: { b: [null] } }],
  ...[{ Ref: 'Nowhere' }, { Ref: ['x'] }, { 'Fn::GetAtt': 3 }, { 'Fn::Sub': [] }, { 'Fn::Join': 'x' }, { 'Fn::GetStackOutput': 'x' }],
  ...[
    { 'Fn::If': ['Nowhere', [], {}] },
    [{ 'Fn::If': ['Nowhere', { a: 1 }, { Ref: 'AWS::NoValue' }] }],
    { 'Fn::FindInMap': ['M', { Ref: 'x' }] },
  ],
  ...[{ Rules: [null] }, { Statement: [null, 'x', { Effect: { Ref: 'x' }, Principal: null, Condition: { StringEquals: 3 } }] }],
];

/** A smaller and a larger value: what grows is refused more rarely. */
function valuesOf(kind: string | undefined): readonly [boolean | number | string, boolean | number | string] {
  return kind === 'boolean' ? [false, true] : kind === 'string' ? ['one', 'other'] : [10, 20];
}

/** The kind of the value that stands innermost in a type; undefined where nothing simple does. */
function scalarIn(type: PropertyType, depth = 0): 'boolean' | 'number' | 'string' | undefined {
  if (type.type === 'string' || type.type === 'boolean') return type.type;
  if (type.type === 'integer' || type.type === 'number') return 'number';
  if (depth > 4) return undefined;
  if (type.type === 'array' || type.type === 'map') return scalarIn(type.element, depth + 1);
  const first = type.type === 'ref' ? firstOf(type, depth) : undefined;
  return first && scalarIn(first[1], depth + 1);
}

/** The innermost value with lists and objects around it, as the schema wants it. */
function around(type: PropertyType, value: Json, depth = 0): Json {
  if (type.type === 'array') return [around(type.element, value, depth + 1)];
  if (type.type === 'map') return { key: around(type.element, value, depth + 1) };
  const first = type.type === 'ref' ? firstOf(type, depth) : undefined;
  return first ? { [first[0]]: around(first[1], value, depth + 1) } : value;
}

/** Name and type of the first property of a definition that has a simple value somewhere in it. */
function firstOf({ reference }: Extract<PropertyType, { type: 'ref' }>, depth: number): readonly [string, PropertyType] | undefined {
  const { properties } = specification.get('typeDefinition', reference.$ref);
  const found = Object.entries(properties).find(([, { type }]) => scalarIn(type, depth + 1) !== undefined);
  return found && [found[0], found[1].type];
}
