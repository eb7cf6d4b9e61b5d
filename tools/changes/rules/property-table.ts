import { appears, changed, comesOrTurns, exchanged, turnedOff, turnedOn } from '../tests';
import { deletesMore } from './lifecycle';
import { BUCKET, CLUSTER, DB, GROUP, type PropertyRule, type Row, SECRET, SERVER, across, named } from './property-row';
import { BACKUPS, ENCRYPTION, EXPIRY, EXPOSED, PROTECTION } from './protection-rows';
import { REFUSED } from './refused-rows';
import { UPDATES } from './update-rows';

const OTHER = 'the password becomes another one, and whoever uses the old one is locked out';
const MADE = 'a new password is made, and whoever uses the old one is locked out';
const DOMAINS = ['AWS::OpenSearchService::Domain', 'AWS::Elasticsearch::Domain'];

const SECRETS: readonly Row[] = [
  [SECRET, 'GenerateSecretString', changed, 'the secret gets a new random value, and whoever uses the old one is locked out'],
  [SECRET, 'SecretString', changed, 'the secret gets another value, and whoever uses the old one is locked out'],
  ...across([DB, CLUSTER, 'AWS::DocDB::DBCluster'], 'ManageMasterUserPassword', comesOrTurns, MADE),
  ...across(['AWS::DocDB::DBCluster', 'AWS::Lightsail::Database'], 'RotateMasterUserPassword', turnedOn, MADE),
  ['AWS::Redshift::Cluster', 'ManageMasterPassword', comesOrTurns, MADE],
  ['AWS::RedshiftServerless::Namespace', 'ManageAdminPassword', comesOrTurns, MADE],
  ...across(
    [DB, CLUSTER, 'AWS::DocDB::DBCluster', 'AWS::Redshift::Cluster', 'AWS::Lightsail::Database'],
    ...(['MasterUserPassword', exchanged, OTHER] as const),
  ),
  ...across(['AWS::RedshiftServerless::Namespace', 'AWS::DocDBElastic::Cluster'], 'AdminUserPassword', exchanged, OTHER),
  ...across(DOMAINS, 'AdvancedSecurityOptions.MasterUserOptions.MasterUserPassword', exchanged, OTHER),
  ...across([DB, CLUSTER], 'EnableIAMDatabaseAuthentication', turnedOff, 'whoever signs in by IAM is locked out'),
  ...across(['AWS::Neptune::DBCluster'], 'IamAuthEnabled', changed, 'who signs in by IAM, or without, is locked out'),
  [GROUP, 'AuthToken', changed, OTHER],
  ['AWS::AmazonMQ::Broker', 'Users', changed, 'users or passwords become others, and whoever uses the old ones is locked out'],
];

/** All rules about one property. */
export const PROPERTY_RULES: readonly PropertyRule[] = [
  ...named('refused-update', REFUSED),
  ...named('protection-off', PROTECTION),
  ...named('weaker-backup', BACKUPS),
  ...named('exposed', EXPOSED),
  ...named('weaker-encryption', ENCRYPTION),
  ...named('expires-data', [
    [BUCKET, 'LifecycleConfiguration', deletesMore, 'a lifecycle rule deletes objects, or deletes them earlier'],
    ...EXPIRY,
  ]),
  ...named('secret-value', SECRETS),
  ...named('weaker-update', UPDATES),
  ...named('user-data', [
    [SERVER, 'UserData', changed, 'the server stops and starts, and cloud-init does not run the new script'],
    ['AWS::AutoScaling::AutoScalingGroup', 'DesiredCapacity', appears, 'every deployment sets the fleet back to this number of servers'],
  ]),
];
