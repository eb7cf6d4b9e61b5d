import { canonical } from '../../resolve/canonical';
import { isList } from '../../resolve/values';
import { inOrder } from '../../shared/words';
import { changed, comesOrGoes, leaves, loses, lostBy, smaller, type Test } from '../tests';
import { DB, GLOBAL_TABLE, GROUP, KEY, type Row, TABLE, across } from './property-row';

const RECORD = 'AWS::Route53::RecordSet';
const VOLUME = 'AWS::EC2::Volume';

/** Items that the other side doesn't have, both ways together. */
const severalAtOnce =
  (key: string): Test =>
  (before, after) =>
    lostBy(key, before, after).length + lostBy(key, after, before).length > 1;

/** Indexes in any order. */
function anotherIndex(...sides: Parameters<Test>): boolean {
  const [old, now] = sides.map((list) => (isList(list) ? list : []).map((one) => JSON.stringify(canonical(one))).sort(inOrder));
  return changed(old, now);
}

/** The specification calls these plain updates; AWS refuses them, so the deployment fails half-way. */
export const REFUSED: readonly Row[] = [
  [VOLUME, 'AvailabilityZone', changed, 'AWS refuses to move a volume to another zone'],
  [VOLUME, 'Encrypted', changed, 'AWS refuses to change the encryption of a volume'],
  [VOLUME, 'KmsKeyId', changed, 'AWS refuses to change the key of a volume'],
  [VOLUME, 'SnapshotId', changed, 'AWS refuses to fill a volume from another snapshot'],
  [VOLUME, 'Size', smaller(0), 'AWS refuses to make a volume smaller'],
  [KEY, 'MultiRegion', changed, 'AWS refuses to make a key multi-region, or single-region, after its birth'],
  [KEY, 'KeySpec', changed, 'AWS refuses to change what kind of key it is'],
  [KEY, 'KeyUsage', changed, 'AWS refuses to change what a key is used for'],
  [DB, 'AllocatedStorage', smaller(0), 'RDS refuses to make storage smaller'],
  [RECORD, 'SetIdentifier', changed, 'Route 53 refuses a changed SetIdentifier: it is part of what names the record'],
  [RECORD, 'Region', changed, 'Route 53 refuses a simple record that becomes a latency record, or another region of one'],
  [RECORD, 'GeoLocation', comesOrGoes, 'Route 53 refuses another routing policy for a record that exists'],
  [RECORD, 'Weight', comesOrGoes, 'Route 53 refuses another routing policy for a record that exists'],
  [RECORD, 'Failover', comesOrGoes, 'Route 53 refuses another routing policy for a record that exists'],
  [RECORD, 'MultiValueAnswer', comesOrGoes, 'Route 53 refuses another routing policy for a record that exists'],
  ['AWS::Cognito::UserPool', 'UsernameConfiguration', changed, 'Cognito refuses to change how names of users are compared'],
  ['AWS::Cognito::UserPool', 'UsernameAttributes', changed, 'Cognito refuses to change what users sign in with'],
  ['AWS::Cognito::UserPool', 'AliasAttributes', changed, 'Cognito refuses to change what users sign in with'],
  ...['AccountName', 'Email', 'RoleName'].map((name): Row => [
    'AWS::Organizations::Account',
    name,
    changed,
    'CloudFormation refuses to change it for an account that exists',
  ]),
  [
    GLOBAL_TABLE,
    'Replicas',
    severalAtOnce('Region'),
    'DynamoDB adds or removes one replica in each update: deploy with one region more or less, then with the next',
  ],
  ...across(
    [TABLE, GLOBAL_TABLE],
    'GlobalSecondaryIndexes',
    severalAtOnce('IndexName'),
    'DynamoDB makes or deletes one global secondary index in each update: deploy with one more or less, then with the next',
  ),
  [TABLE, 'LocalSecondaryIndexes', anotherIndex, 'DynamoDB makes local secondary indexes together with their table alone'],
  ['AWS::Cognito::UserPool', 'Schema', loses('Name'), 'Cognito refuses to remove an attribute of users'],
  ['AWS::FSx::FileSystem', 'StorageCapacity', smaller(0), 'FSx refuses to make storage smaller'],
  ['AWS::MSK::Cluster', 'BrokerNodeGroupInfo.StorageInfo.EBSStorageInfo.VolumeSize', smaller(0), 'MSK refuses to make storage smaller'],
  [GROUP, 'ClusterMode', leaves('enabled'), 'ElastiCache refuses to turn cluster mode off: there is no way back'],
];
