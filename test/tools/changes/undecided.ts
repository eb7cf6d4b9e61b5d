import type { Json, Template } from '../../../tools/shared/template';
import { type Kind, bucket, database, equals } from './kind-shapes';

const PARAMETER = { Parameters: { Env: { Type: 'String' } } };
const ENV = { Ref: 'Env' };
const REGION = { Ref: 'AWS::Region' };
const either = (yes: Json, no: Json): Json => ({ 'Fn::If': ['Live', yes, no] });
/** A template whose condition only an account decides. */
const open = (Resources: Template['Resources'], value: Json = 'live'): Template => ({
  ...PARAMETER,
  Conditions: equals(ENV, value),
  Resources,
});
/** A template that looks up, by the region, what is in a mapping. */
const looked = (map: Json, resources: (found: Json) => Template['Resources']): Template => ({
  Mappings: { Map: map },
  Resources: resources({ 'Fn::FindInMap': ['Map', REGION, 'Value'] }),
});
const named = (DBName: Json): Template['Resources'] => database({ DBName });
const guarded = (DeletionProtection: Json): Template['Resources'] => database({ DeletionProtection });

const byKey = (made: typeof named, map: Json, DefaultValue: Json): Template => ({
  ...PARAMETER,
  Mappings: { M: map },
  Resources: made({ 'Fn::FindInMap': ['M', ENV, 'x', { DefaultValue }] }),
});
const whole = (yes: Json): Template['Resources'] => database({}, { Properties: either(yes, {}) });

/** Losses that happen in one of the ways in which an account may decide. */
export const UNDECIDED_LOSSES: readonly Kind[] = [
  ['protection where the condition is true', open(guarded(either(true, false))), open(guarded(either(false, true))), ['protection-off']],
  [
    'protection by a condition that becomes another',
    open(guarded(either(true, false))),
    open(guarded(either(true, false)), 'prod'),
    ['protection-off'],
  ],
  [
    'protection by a parameter without default',
    { Resources: guarded(true) },
    { ...PARAMETER, Resources: guarded(ENV) },
    ['protection-off'],
  ],
  [
    'a policy that lets it go in one way',
    { Resources: bucket({ DeletionPolicy: 'Retain' }) },
    open(bucket({ DeletionPolicy: either('Retain', 'Delete') })),
    ['weaker-policy'],
  ],
  ['a name in one branch', open(named(either('a', 'b'))), open(named(either('a', 'c'))), ['replaced']],
  [
    'a mapping that the region selects names another database',
    looked({ 'us-east-1': { Value: 'a' }, 'eu-west-1': { Value: 'b' } }, named),
    looked({ 'us-east-1': { Value: 'c' }, 'eu-west-1': { Value: 'b' } }, named),
    ['replaced'],
  ],
  [
    'a mapping that the region selects turns protection off',
    looked({ 'us-east-1': { Value: true }, 'eu-west-1': { Value: true } }, guarded),
    looked({ 'us-east-1': { Value: true }, 'eu-west-1': { Value: false } }, guarded),
    ['protection-off'],
  ],
  [
    'a mapping in a condition',
    {
      Mappings: { Map: { 'us-east-1': { On: 'yes' } } },
      Conditions: equals({ 'Fn::FindInMap': ['Map', REGION, 'On'] }, 'yes'),
      Resources: bucket({ Condition: 'Live' }),
    },
    {
      Mappings: { Map: { 'us-east-1': { On: 'no' } } },
      Conditions: equals({ 'Fn::FindInMap': ['Map', REGION, 'On'] }, 'yes'),
      Resources: bucket({ Condition: 'Live' }),
    },
    ['conditional'],
  ],
  [
    'a default of a mapping',
    { Mappings: { Map: {} }, Resources: named({ 'Fn::FindInMap': ['Map', 'a', 'b', { DefaultValue: 'x' }] }) },
    { Mappings: { Map: {} }, Resources: named({ 'Fn::FindInMap': ['Map', 'a', 'b', { DefaultValue: 'y' }] }) },
    ['replaced'],
  ],
  ...([guarded, named] as const).map((made): Kind => [
    `a default of a mapping whose key an account decides, of ${JSON.stringify(made(true).Orders.Properties)}`,
    byKey(made, { a: { x: true } }, true),
    byKey(made, { a: { x: true } }, false),
    [made === named ? 'replaced' : 'protection-off'],
  ]),
  ['a key that had the default', byKey(named, { a: { x: 1 } }, 1), byKey(named, { a: { x: 1 }, b: { x: 2 } }, 1), ['replaced']],
  [
    'a mapping whose second key an account decides',
    { ...PARAMETER, Mappings: { M: { a: { x: true, y: true } } }, Resources: guarded({ 'Fn::FindInMap': ['M', 'a', ENV] }) },
    { ...PARAMETER, Mappings: { M: { a: { x: true, y: false } } }, Resources: guarded({ 'Fn::FindInMap': ['M', 'a', ENV] }) },
    ['protection-off'],
  ],
  ['all properties by one condition', open(whole({ DBName: 'a' })), open(whole({ DBName: 'b' })), ['may-replace']],
  [
    'a copy that is one only where the condition is true',
    open({
      ...bucket(),
      ...database({ SourceDBInstanceIdentifier: either('old', { Ref: 'AWS::NoValue' }) }, { DeletionPolicy: 'Delete' }),
    }),
    open(bucket()),
    ['deleted'],
  ],
];

/** Another writing, and nothing else whatever the account decides. */
export const UNDECIDED_HARMLESS: readonly Kind[] = [
  [
    'a negated condition with its branches the other way round',
    { ...PARAMETER, Conditions: equals(ENV, 'live'), Resources: named(either('a', 'b')) },
    { ...PARAMETER, Conditions: { Live: { 'Fn::Not': [{ 'Fn::Equals': [ENV, 'live'] }] } }, Resources: named(either('b', 'a')) },
    [],
  ],
  [
    'the sides of Fn::Equals the other way round',
    open(bucket({ Condition: 'Live' })),
    { ...PARAMETER, Conditions: equals('live', ENV), Resources: bucket({ Condition: 'Live' }) },
    [],
  ],
  [
    'both branches retain',
    { Resources: bucket({ DeletionPolicy: 'Retain' }) },
    open(bucket({ DeletionPolicy: either('Retain', 'RetainExceptOnCreate') })),
    [],
  ],
  [
    'two conditions that can not both be true',
    {
      ...PARAMETER,
      Conditions: { Live: { 'Fn::Equals': [ENV, 'live'] } },
      Resources: guarded(either(true, false)),
    },
    {
      ...PARAMETER,
      Conditions: { Live: { 'Fn::Equals': [ENV, 'live'] }, Test: { 'Fn::Equals': [ENV, 'test'] } },
      Resources: guarded({ 'Fn::If': ['Test', false, either(true, false)] }),
    },
    [],
  ],
  [
    'a mapping gets one more region',
    looked({ 'us-east-1': { Value: 'a' } }, named),
    looked({ 'us-east-1': { Value: 'a' }, 'eu-west-1': { Value: 'b' } }, named),
    [],
  ],
  ['Fn::Base64 of a text', { Resources: named({ 'Fn::Base64': 'abc' }) }, { Resources: named('YWJj') }, []],
  [
    'Fn::Cidr of a known network',
    { Resources: named({ 'Fn::Select': [2, { 'Fn::Cidr': ['10.0.0.0/16', 4, 12] }] }) },
    { Resources: named('10.0.32.0/20') },
    [],
  ],
  [
    'the zones of this region',
    { Resources: named({ 'Fn::Select': [0, { 'Fn::GetAZs': '' }] }) },
    { Resources: named({ 'Fn::Select': ['0', { 'Fn::GetAZs': REGION }] }) },
    [],
  ],
  [
    'a join with a separator as a substitution',
    { Resources: named({ 'Fn::Join': ['-', ['a', REGION]] }) },
    { Resources: named({ 'Fn::Sub': 'a-${AWS::Region}' }) },
    [],
  ],
];
