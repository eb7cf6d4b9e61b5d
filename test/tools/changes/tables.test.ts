import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import { CORRECTIONS } from '../../../tools/changes/corrections';
import { DATA_TYPES, NO_DATA } from '../../../tools/changes/holds-data';
import { PROPERTY_RULES } from '../../../tools/changes/rules/property-table';

const specification = loadAwsServiceSpecSync();

test('every type that the service specification calls stateful is decided', () => {
  const stateful = specification.all('resource').filter(({ isStateful }) => isStateful);
  const decided = [...DATA_TYPES.map(({ type }) => type), ...Object.keys(NO_DATA)];
  expect(stateful.map(({ cloudFormationType }) => cloudFormationType).filter((type) => !decided.includes(type))).toEqual([]);
  expect(stateful.length).toBeGreaterThan(25);
});

test('types and properties in the tables exist', () => {
  const known = new Map(specification.all('resource').map((one) => [one.cloudFormationType, Object.keys(one.properties)]));
  expect(DATA_TYPES.map(({ type }) => type).filter((type) => !known.has(type))).toEqual([]);
  const named = [...CORRECTIONS, ...PROPERTY_RULES].map(({ type, property }) => [type, property.split('.')[0]] as const);
  expect(named.filter(([type, property]) => !known.get(type)?.includes(property))).toEqual([]);
});
