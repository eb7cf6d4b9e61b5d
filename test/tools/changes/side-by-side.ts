import type { Json, Template } from '../../../tools/shared/template';
import { bucket, database, equals } from './kind-shapes';

const by = (Default: string): Partial<Template> => ({ Parameters: { It: { Type: 'String', Default } } });
const IT = { Ref: 'It' };
const looked = (name: string): Template => ({
  Mappings: { Names: { live: { Db: name } } },
  Resources: database({ DBName: { 'Fn::FindInMap': ['Names', 'live', 'Db'] } }),
});
const volume = (Encrypted: Json, Size: number): Template => ({
  Resources: {
    Disk: { Type: 'AWS::EC2::Volume', DeletionPolicy: 'Retain', Properties: { AvailabilityZone: 'us-east-1a', Encrypted, Size } },
  },
});
const network = (Description: string): Template => ({
  Parameters: { Vpc: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/vpc' } },
  Resources: {
    Group: {
      Type: 'AWS::EC2::SecurityGroup',
      Properties: { VpcId: { Ref: 'Vpc' }, GroupDescription: 'a', Tags: [{ Key: 'a', Value: Description }] },
    },
  },
});
const nested = (url: string): Template => ({
  Resources: { Inner: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: url } } },
});
const rules = (tag: string): Template => ({
  Resources: bucket({
    Properties: {
      LifecycleConfiguration: { Rules: [1, 90].map((ExpirationInDays) => ({ Status: 'Enabled', Prefix: '', ExpirationInDays })) },
      Tags: [{ Key: 'team', Value: tag }],
    },
  }),
});

/** One pair of each kind that a reviewer of other people's templates found: what happens, before, after, whether it has to be stopped. */
export const SIDE_BY_SIDE: readonly (readonly [what: string, before: Template, after: Template, stop: boolean])[] = [
  [
    'A condition turns false, and a bucket with it',
    { ...by('live'), Conditions: equals(IT, 'live'), Resources: bucket({ Condition: 'Live' }) },
    { ...by('test'), Conditions: equals(IT, 'live'), Resources: bucket({ Condition: 'Live' }) },
    true,
  ],
  ['A mapping names another database', looked('shop'), looked('store'), true],
  [
    'A database leaves with a snapshot alone',
    { Resources: { ...database({}, { DeletionPolicy: undefined }), ...bucket() } },
    { Resources: bucket() },
    true,
  ],
  [
    'Backups end by a parameter',
    { ...by('30'), Resources: database({ BackupRetentionPeriod: IT }) },
    { ...by('0'), Resources: database({ BackupRetentionPeriod: IT }) },
    true,
  ],
  [
    'A condition that is true goes',
    { Conditions: equals('a', 'a'), Resources: bucket({ Condition: 'Live' }) },
    { Resources: bucket() },
    false,
  ],
  [
    'A deletion policy is a parameter',
    { ...by('Retain'), Resources: bucket({ DeletionPolicy: IT }) },
    {
      ...by('Retain'),
      Resources: bucket({ DeletionPolicy: IT, Properties: { AccelerateConfiguration: { AccelerationStatus: 'Enabled' } } }),
    },
    false,
  ],
  ['The network is looked up', network('a'), network('b'), false],
  ['A nested stack whose template is elsewhere', nested('https://s3/a.json'), nested('https://s3/b.json'), true],
  [
    'A major version that nobody allowed',
    { Resources: database({ EngineVersion: '15.8' }) },
    { Resources: database({ EngineVersion: '17.2' }) },
    true,
  ],
  ['Truth as text', volume('true', 20), volume(true, 30), false],
  ['Two lifecycle rules of one scope', rules('a'), rules('b'), false],
  [
    'RDS takes the password over',
    { Resources: database({ MasterUserPassword: 'x' }) },
    { Resources: database({ ManageMasterUserPassword: true }) },
    true,
  ],
];
