import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import type { Property } from '@aws-cdk/service-spec-types';
import { CORRECTIONS } from '../../../tools/changes/corrections';
import { classOf } from '../../../tools/changes/data-types';
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
  const named = [...CORRECTIONS, ...PROPERTY_RULES]
    .map(({ type, property }) => [type, property.split('.')[0]] as const)
    .filter(([, property]) => property !== 'UpdatePolicy');
  expect(named.filter(([type, property]) => !known.get(type)?.includes(property))).toEqual([]);
});

/** Paths of the properties of a type, `*` being each item of a list. */
function pathsOf(properties: Readonly<Record<string, Property>>, seen: readonly string[] = []): string[] {
  return Object.entries(properties).flatMap(([name, { type }]) => {
    const [inner, item] = type.type === 'array' ? [type.element, '.*'] : [type, ''];
    const id = inner.type === 'ref' ? inner.reference.$ref : undefined;
    if (id === undefined || seen.includes(id)) return [name];
    const below = pathsOf(specification.get('typeDefinition', id).properties, [...seen, id]);
    return [name, ...below.map((path) => `${name}${item}.${path}`)];
  });
}

/** Properties whose name says that they protect what is there, and that have no rule for a reason. */
const OTHERWISE: Readonly<Record<string, string>> = {
  'AWS::Redshift::Cluster ManualSnapshotRetentionPeriod': 'a person made them, and it counts for later ones',
  'AWS::Redshift::Snapshot ManualSnapshotRetentionPeriod': 'a person made it',
  'AWS::RedshiftServerless::Namespace FinalSnapshotRetentionPeriod': 'it counts when the namespace is deleted alone',
};

test.each([
  ['protects from deletion', /(Deletion|Termination)Protect(ion|ed|ionEnabled)$|DisableApiTermination$|OverwriteProtection$/],
  [
    'keeps backups',
    /BackupRetention(Period)?$|AutomaticBackupRetentionDays$|Snapshot(Retention(Limit|Period))$|PointInTimeRecoveryEnabled$/,
  ],
  ['is a password of a store', /(Master|Admin)UserPassword$|Manage(Master|Admin)(User)?Password$/],
  ['opens it to the internet', /^PubliclyAccessible$|^PublicConnectivity$/],
])('every property that %s of what holds data has a rule', (_, pattern) => {
  const ruled = PROPERTY_RULES.map(({ type, property }) => `${type} ${property}`);
  const found = specification.all('resource').flatMap(({ cloudFormationType: type, properties }) =>
    classOf(type) === 'holds data'
      ? pathsOf(properties)
          .filter((path) => pattern.test(path) && (properties as Partial<typeof properties>)[path]?.causesReplacement !== 'yes')
          .map((path) => `${type} ${path}`)
      : [],
  );
  const isRuled = (place: string): boolean => ruled.some((rule) => rule === place || rule.startsWith(`${place}.`));
  expect(found.filter((place) => !isRuled(place) && !(place in OTHERWISE))).toEqual([]);
  expect(found.length).toBeGreaterThan(1);
});
