import { type Kind, database, bucket, setting, cluster, equals } from './kind-shapes';

/** Edits that change nothing, or nothing that matters. */
export const HARMLESS: readonly Kind[] = [
  [
    'a condition that is true goes',
    { Conditions: equals('a', 'a'), Resources: bucket({ Condition: 'Live' }) },
    { Resources: bucket() },
    [],
  ],
  [
    'a reference becomes the equal text',
    { Parameters: { N: { Type: 'String', Default: 'shop' } }, Resources: database({ DBName: { Ref: 'N' } }) },
    { Resources: database({ DBName: 'shop' }) },
    [],
  ],
  [
    'truth and numbers as text',
    { Resources: database({ StorageEncrypted: 'true', Port: 5432 }) },
    { Resources: database({ Port: '5432', StorageEncrypted: true }) },
    [],
  ],
  [
    'a join written as a substitution',
    { Resources: { ...bucket(), ...database({ DBName: { 'Fn::Join': ['', ['a-', { Ref: 'Invoices' }]] } }) } },
    { Resources: { ...bucket(), ...database({ DBName: { 'Fn::Sub': 'a-${Invoices}' } }) } },
    [],
  ],
  [
    'tags in another order',
    {
      Resources: bucket({
        Properties: {
          Tags: [
            { Key: 'a', Value: 'b' },
            { Key: 'c', Value: 'd' },
          ],
        },
      }),
    },
    {
      Resources: bucket({
        Properties: {
          Tags: [
            { Key: 'c', Value: 'd' },
            { Key: 'a', Value: 'b' },
          ],
        },
      }),
    },
    [],
  ],
  ['a minor version', { Resources: database({ EngineVersion: '16.2' }) }, { Resources: database({ EngineVersion: '16.4' }) }, []],
  [
    'a major version that is allowed',
    { Resources: database({ EngineVersion: '15.2' }) },
    { Resources: database({ EngineVersion: '16.4', AllowMajorVersionUpgrade: 'true' }) },
    [],
  ],
  ['a copy is promoted', { Resources: database({ SourceDBInstanceIdentifier: 'old' }) }, { Resources: database() }, []],
  [
    'a hash map follows shards that stood before',
    { Resources: { ...setting('{"strategy":"hash","shards":2}'), Cluster: cluster } },
    { Resources: { ...setting('{"strategy":"hash","shards":4}'), Cluster: cluster } },
    [],
  ],
  [
    'a range map grows',
    { Resources: setting('{"strategy":"range","shards":2,"size":10}') },
    { Resources: { ...setting('{"strategy":"range","shards":4,"size":10}'), Cluster: cluster } },
    [],
  ],
  [
    'a parameter gets a default: the stack keeps the value that somebody gave',
    { Parameters: { N: { Type: 'String' } }, Resources: database({ DBName: { Ref: 'N' } }) },
    { Parameters: { N: { Type: 'String', Default: 'shop' } }, Resources: database({ DBName: { Ref: 'N' } }) },
    [],
  ],
  [
    'a parameter loses its default: the stack keeps the value that it has',
    { Parameters: { N: { Type: 'String', Default: 'shop' } }, Resources: database({ DBName: { Ref: 'N' } }) },
    { Parameters: { N: { Type: 'String' } }, Resources: database({ DBName: { Ref: 'N' } }) },
    [],
  ],
  [
    'a deletion policy by a parameter',
    { Parameters: { P: { Type: 'String', Default: 'Retain' } }, Resources: bucket({ DeletionPolicy: { Ref: 'P' } }) },
    { Resources: bucket({ DeletionPolicy: 'Retain' }) },
    [],
  ],
];
