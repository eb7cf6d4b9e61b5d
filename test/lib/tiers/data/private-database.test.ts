import { RemovalPolicy } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { ClusterGround, PrivateDatabase, type PrivateDatabaseOptions } from '../../../../lib';
import { AuroraCluster } from '../../../../lib/tiers/data/aurora-cluster';
import { DatabaseUsers } from '../../../../lib/tiers/data/database-users';
import { ground, templateOf } from '../../../support/construct';
import { ofType, resourcesOf } from '../../../support/synth';

function database(options: PrivateDatabaseOptions & { removalPolicy?: RemovalPolicy } = {}) {
  const base = ground();
  const { stack, vpc, key, dataSubnets, identity } = base;
  const construct = new PrivateDatabase(stack, 'Database', { name: 'webapp', vpc, subnets: dataSubnets, key, ...options });
  construct.admit(identity);
  return { construct, template: templateOf(base) };
}

const { template } = database({ readReplicas: 2 });
const resources = resourcesOf(template);
const primary = { Engine: 'postgres' };

test('it is reachable from the group of the servers alone; its own rotation function stands inside its group', () => {
  const rules = Object.values(ofType(resources, 'AWS::EC2::SecurityGroupIngress')).filter(({ Properties }) => Properties.FromPort !== 443);
  const sources = rules.map(({ Properties }) => [
    Properties.GroupId['Fn::GetAtt'][0],
    Properties.SourceSecurityGroupId['Fn::GetAtt'][0],
    Properties.FromPort,
  ]);
  const group = expect.stringMatching(/^DatabaseSecurityGroup/);
  expect(sources).toEqual(
    expect.arrayContaining([
      [group, expect.stringMatching(/^ServersSecurityGroup/), 5432],
      [group, group, 5432],
    ]),
  );
  expect(sources).toHaveLength(2);
  for (const [id, { Properties }] of Object.entries(ofType(resources, 'AWS::EC2::SecurityGroup'))) {
    if (id.startsWith('DatabaseSecurityGroup')) expect(Properties.SecurityGroupIngress).toBeUndefined();
  }
});

test('it can reach nothing but itself and the endpoints of the VPC', () => {
  const [self] = Object.values(ofType(resources, 'AWS::EC2::SecurityGroupEgress'));
  expect(self.Properties.FromPort).toBe(5432);
  const [group] = Object.entries(ofType(resources, 'AWS::EC2::SecurityGroup')).filter(([id]) => id.startsWith('DatabaseSecurityGroup'));
  expect(group[1].Properties.SecurityGroupEgress).toEqual([
    expect.objectContaining({ FromPort: 443, CidrIp: { 'Fn::GetAtt': [expect.stringMatching(/^NetworkVpc/), 'CidrBlock'] } }),
  ]);
});

test('the master user is literal: a reference to the secret would replace the database when the secret changes', () => {
  template.hasResourceProperties('AWS::RDS::DBInstance', {
    ...primary,
    MasterUsername: 'stagecraft',
    MasterUserPassword: Match.anyValue(),
  });
  expect(JSON.stringify(resources)).not.toContain('ManageMasterUserPassword');
});

test('a failing zone is not an outage and no zone is pinned: pinning would make Multi-AZ a replacement', () => {
  template.hasResourceProperties('AWS::RDS::DBInstance', { ...primary, MultiAZ: true, AvailabilityZone: Match.absent() });
});

test('it is encrypted with the given key, kept on deletion and protected against it', () => {
  template.hasResource('AWS::RDS::DBInstance', {
    Properties: { ...primary, StorageEncrypted: true, KmsKeyId: Match.anyValue(), DeletionProtection: true, DeleteAutomatedBackups: false },
    DeletionPolicy: 'RetainExceptOnCreate',
    UpdateReplacePolicy: 'Retain',
  });
});

test('it can be restored to any second of two weeks, and its storage grows by itself', () => {
  template.hasResourceProperties('AWS::RDS::DBInstance', {
    ...primary,
    BackupRetentionPeriod: 14,
    MaxAllocatedStorage: 1000,
    AllocatedStorage: '100',
  });
});

test('TLS is forced and logical replication is on from birth: the climb to several databases reads its log', () => {
  template.hasResourceProperties('AWS::RDS::DBParameterGroup', {
    Family: 'postgres17',
    Parameters: Match.objectLike({ 'rds.force_ssl': '1', 'rds.logical_replication': '1' }),
  });
});

test("a user's parameter wins over ours", () => {
  database({ parameters: { log_min_duration_statement: '-1' } }).template.hasResourceProperties('AWS::RDS::DBParameterGroup', {
    Parameters: Match.objectLike({ log_min_duration_statement: '-1', 'rds.force_ssl': '1' }),
  });
});

test('insights are on and the log has an end: RDS would keep it for ever', () => {
  template.hasResourceProperties('AWS::RDS::DBInstance', { ...primary, EnablePerformanceInsights: true, DatabaseInsightsMode: 'standard' });
  template.hasResourceProperties('AWS::Logs::LogGroup', {
    LogGroupName: '/aws/rds/instance/webapp-database/postgresql',
    RetentionInDays: 30,
  });
  expect(JSON.stringify(resources)).not.toMatch(/Custom::LogRetention/);
});

test('the application has a user of its own, made before anybody needs it, and both passwords are new every thirty days', () => {
  const [[user, { DependsOn, Properties, DeletionPolicy }]] = Object.entries(ofType(resources, 'Custom::DatabaseUser'));
  expect(DependsOn).toEqual(
    expect.arrayContaining([expect.stringMatching(/^DatabaseInstance/), expect.stringMatching(/^DatabaseMasterAttachment/)]),
  );
  expect(DeletionPolicy).toBe('RetainExceptOnCreate');
  const secrets = Object.values(ofType(resources, 'AWS::SecretsManager::Secret')).map(({ Properties: secret }) => secret);
  expect(secrets.map(({ Name }) => Name as string)).toEqual(['webapp/master/database', 'webapp/database']);
  expect(JSON.stringify(secrets[1].GenerateSecretString)).toMatch(/username.*app.*masterarn.*DatabaseMaster/);
  const rotations = Object.values(ofType(resources, 'AWS::SecretsManager::RotationSchedule'));
  expect(rotations.map((one) => one.Properties.SecretId as unknown)).toEqual([Properties.SecretId, expect.anything()]);
  for (const { Properties: rotation, DependsOn: after } of rotations) {
    expect(rotation.RotationRules).toEqual({ ScheduleExpression: 'rate(30 days)' });
    expect(after).toContain(user);
  }
});

test('servers read the secret of the application and never that of the master', () => {
  const statements = JSON.stringify(ofType(resources, 'AWS::IAM::Policy'));
  expect(statements).toContain('secret:webapp/master/database-??????');
  const readers = Object.values(ofType(resources, 'AWS::IAM::Policy')).filter((one) => JSON.stringify(one).includes('/master/'));
  expect(readers.map(({ Properties }) => JSON.stringify(Properties.Roles))).toEqual([expect.stringContaining('DatabaseUsersRole')]);
});

test('the function of users is called by Secrets Manager of this account alone, and reaches databases and secrets alone', () => {
  template.hasResourceProperties('AWS::Lambda::Permission', {
    Principal: 'secretsmanager.amazonaws.com',
    SourceAccount: { Ref: 'AWS::AccountId' },
  });
  template.hasResourceProperties('AWS::Lambda::Function', {
    VpcConfig: { SecurityGroupIds: [{ 'Fn::GetAtt': [Match.stringLikeRegexp('^DatabaseSecurityGroup'), 'GroupId'] }] },
    Environment: { Variables: { NODE_EXTRA_CA_CERTS: '/var/runtime/ca-cert.pem' } },
  });
});

test('a replica names no key, which RDS refuses in the same region, and leaves freely, being a copy', () => {
  const replicas = Object.values(ofType(resources, 'AWS::RDS::DBInstance')).filter(
    ({ Properties }) => 'SourceDBInstanceIdentifier' in Properties,
  );
  expect(replicas).toHaveLength(2);
  for (const { Properties, DeletionPolicy } of replicas) {
    expect(Properties).not.toHaveProperty('KmsKeyId');
    expect(DeletionPolicy).toBe('Delete');
  }
});

test('one replica more changes none of those before it', () => {
  const three = resourcesOf(database({ readReplicas: 3 }).template);
  for (const [id, replica] of Object.entries(ofType(resources, 'AWS::RDS::DBInstance'))) expect(three[id]).toEqual(replica);
});

test.each([-1, 16, 1.5, NaN])('%p read replicas are refused', (readReplicas) => {
  expect(() => database({ readReplicas })).toThrow(
    `readReplicas ${String(readReplicas)} is not possible: RDS for PostgreSQL allows 0 to 15`,
  );
});

test('a throw-away database lets go in one switch', () => {
  database({ removalPolicy: RemovalPolicy.DESTROY }).template.hasResource('AWS::RDS::DBInstance', {
    Properties: { DeletionProtection: false },
    DeletionPolicy: 'Delete',
  });
});

test('what a user puts under a database, such as a proxy, makes no circle', () => {
  const base = ground();
  const shared = { name: 'webapp', vpc: base.vpc, subnets: base.dataSubnets, key: base.key };
  const database = new PrivateDatabase(base.stack, 'Proxied', shared);
  database.instance.addProxy('Proxy', { vpc: base.vpc, secrets: [database.secret] });
  const clusters = new ClusterGround(base.stack, 'Ground', shared);
  const cluster = new AuroraCluster(base.stack, 'Cluster', {
    name: 'webapp',
    role: 'orders',
    ground: clusters,
    users: new DatabaseUsers(base.stack, 'Users', { ...shared, securityGroup: clusters.securityGroup, roles: ['orders'] }),
    zones: ['us-east-1a', 'us-east-1b'],
  });
  cluster.cluster.addProxy('Proxy', { vpc: base.vpc, secrets: [cluster.secret] });
  templateOf(base).resourceCountIs('AWS::RDS::DBProxy', 2);
});

test('the log of a database is kept as long as the database is, and those of its copies are not', () => {
  const base = ground();
  new PrivateDatabase(base.stack, 'Database', { name: 'webapp', vpc: base.vpc, subnets: base.dataSubnets, key: base.key, readReplicas: 1 });
  const log = (name: string, DeletionPolicy: string): void => {
    templateOf(base).hasResource('AWS::Logs::LogGroup', {
      Properties: { LogGroupName: `/aws/rds/instance/${name}/postgresql` },
      DeletionPolicy,
    });
  };
  log('webapp-database', 'RetainExceptOnCreate');
  log('webapp-database-replica-1', 'Delete');
});
