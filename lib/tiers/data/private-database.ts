import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as rds from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
import { acknowledge, acknowledgeRules, DISPOSABLE } from '../../foundation/acknowledge';
import type { Awake } from '../../foundation/awake/awake';
import { dependOn } from '../../foundation/depend-on';
import { InvalidInput } from '../../foundation/invalid-input';
import { OfferKind } from '../../foundation/regions/region-offers';
import type { ServerIdentity } from '../../foundation/servers/server-identity';
import { DatabaseSecurityGroup } from './database-security-group';
import { DATABASE_REASONS, MOST_STORAGE, databaseType, engineVersion, refuseRetention, refuseStorage } from './database-choices';
import { ApplicationUser } from './application-user';
import { DatabaseUsers, masterSecretName } from './database-users';

/** What can be chosen about a database instance. */
export interface PrivateDatabaseOptions {
  /**
   * Read replicas, 0 to 15, spread over the zones by RDS.
   * @default 0
   */
  readonly readReplicas?: number;
  /**
   * Instance type of the primary and the replicas, with or without `db.`.
   * @default r6g.large, which every region has
   */
  readonly instanceType?: ec2.InstanceType;
  /**
   * Whether a standby in another zone takes over when the primary fails. Without one RDS starts the primary anew, which takes some minutes, and
   * nothing that was committed is lost; a lost zone takes until it is back, or a restore. It can come later.
   * @default true
   */
  readonly standby?: boolean;
  /**
   * Storage at birth in GiB, 20 to 65,536. It grows by itself up to ten times as much, and never shrinks.
   * @default 100
   */
  readonly allocatedStorage?: number;
  /**
   * How far back in time the database can be restored, at most 35 days.
   * @default 14 days
   */
  readonly backupRetention?: Duration;
  /**
   * Version of PostgreSQL: a major one, 17 or later, follows the newest minor one; `17.6` pins it. It never goes back.
   * @default 17
   */
  readonly engineVersion?: string;
  /**
   * Parameters of PostgreSQL, in addition to forced TLS and logical replication.
   * @default - none
   */
  readonly parameters?: { [name: string]: string };
}

/** Props of {@link PrivateDatabase}. */
export interface PrivateDatabaseProps extends PrivateDatabaseOptions {
  /** Name of the deployment; instances and the secret are named after it. */
  readonly name: string;
  /** The VPC. */
  readonly vpc: ec2.IVpc;
  /** Isolated subnets. */
  readonly subnets: ec2.SubnetSelection;
  /** Encrypts storage, backups, insights and the secret. */
  readonly key: kms.IKey;
  /**
   * When it is awake. A stopped database has no backup and no maintenance (RDS guide, "Stopping an Amazon RDS DB instance temporarily"), so both
   * fall into the last of these hours.
   * @default - always; RDS chooses the time
   */
  readonly awake?: Awake;
  /**
   * What happens to the primary and what it stands on (secret, security group, subnet group, parameters) when they leave the template.
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;
}

const PORT = 5432;
/** Replication slots and senders are counted at the start of the server: enough at birth for a climb to many shards. */
const PARAMETERS = {
  'rds.force_ssl': '1',
  'rds.logical_replication': '1',
  max_replication_slots: '256',
  max_wal_senders: '256',
  log_min_duration_statement: '500',
};
/** Literal: a user name taken from the secret would replace the database whenever the secret changes. */
const MASTER_USER = 'stagecraft';
/** What its secrets are named after. */
const ROLE = 'database';
/** Construct ids of the replicas RDS allows: the third stays the third when there are more or fewer. */
const REPLICAS = Array.from({ length: 15 }, (_, index) => `Replica${index + 1}`);

/**
 * RDS PostgreSQL with a standby in another zone, in subnets without a route out, and its read replicas.
 *
 * **Stateful**: retained, deletion-protected, restorable to any second of the last two weeks. Encryption, port, user,
 * database name and subnet group are final, because changing one replaces the database. Replicas are copies and leave freely.
 */
export class PrivateDatabase extends Construct {
  /** The primary, where writes go. */
  public readonly instance: rds.DatabaseInstance;
  /** Copies for reads that may lag. */
  public readonly replicas: rds.DatabaseInstanceReadReplica[];
  /** Admits the identities that may connect, and itself: its rotation function stands inside. */
  public readonly securityGroup: ec2.SecurityGroup;
  /** User name and password of the application. */
  public readonly secret: rds.DatabaseSecret;
  /** Name of the database. */
  public readonly databaseName = 'app';
  /** Whether a standby takes over when the primary fails. */
  public readonly hasStandby: boolean;
  /** Port of the primary and the replicas. */
  public readonly port = PORT;

  public constructor(scope: Construct, id: string, props: PrivateDatabaseProps) {
    super(scope, id);
    const { name, vpc, key, removalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, readReplicas = 0 } = props;
    if (!Number.isInteger(readReplicas) || readReplicas < 0 || readReplicas > REPLICAS.length) {
      throw new InvalidInput(`readReplicas ${readReplicas} is not possible: RDS for PostgreSQL allows 0 to 15`);
    }
    const { allocatedStorage = 100, backupRetention = Duration.days(14) } = props;
    this.hasStandby = props.standby ?? true;
    refuseStorage(allocatedStorage);
    refuseRetention(backupRetention);
    const version = engineVersion(props.engineVersion ?? '17', 'RDS for PostgreSQL');
    this.securityGroup = new DatabaseSecurityGroup(this, 'SecurityGroup', { vpc, description: 'Database', port: PORT });
    this.securityGroup.applyRemovalPolicy(removalPolicy);
    const secretName = masterSecretName(name, ROLE);
    const master = new rds.DatabaseSecret(this, 'Master', { username: MASTER_USER, secretName, encryptionKey: key });
    master.applyRemovalPolicy(removalPolicy);
    const engine = rds.DatabaseInstanceEngine.postgres({ version });
    const shared = {
      vpc,
      instanceType: databaseType(this, OfferKind.DATABASES, props.instanceType ?? new ec2.InstanceType('r6g.large')),
      securityGroups: [this.securityGroup],
      port: PORT,
      parameterGroup: new rds.ParameterGroup(this, 'Parameters', {
        engine,
        description: `PostgreSQL settings of ${name}`,
        parameters: { ...PARAMETERS, ...props.parameters },
        removalPolicy,
      }),
      subnetGroup: new rds.SubnetGroup(this, 'Subnets', {
        vpc,
        vpcSubnets: props.subnets,
        description: `Database of ${name}`,
        removalPolicy,
      }),
      caCertificate: rds.CaCertificate.RDS_CA_RSA2048_G1,
      publiclyAccessible: false,
      autoMinorVersionUpgrade: true,
      enablePerformanceInsights: true,
      performanceInsightEncryptionKey: key,
      performanceInsightRetention: rds.PerformanceInsightRetention.DEFAULT,
      databaseInsightsMode: rds.DatabaseInsightsMode.STANDARD,
      cloudwatchLogsExports: ['postgresql'],
      copyTagsToSnapshot: true,
    };
    this.instance = new rds.DatabaseInstance(this, 'Instance', {
      ...shared,
      engine,
      instanceIdentifier: `${name}-database`,
      credentials: rds.Credentials.fromSecret(master, MASTER_USER),
      databaseName: this.databaseName,
      multiAz: this.hasStandby,
      storageType: rds.StorageType.GP3,
      allocatedStorage,
      maxAllocatedStorage: Math.min(10 * allocatedStorage, MOST_STORAGE),
      storageEncryptionKey: key,
      backupRetention,
      preferredBackupWindow: props.awake?.backupWindow,
      preferredMaintenanceWindow: props.awake?.maintenanceWindow,
      deleteAutomatedBackups: false,
      deletionProtection: removalPolicy !== RemovalPolicy.DESTROY,
      removalPolicy,
    });
    // Outlives the template as the instance does: RDS would make it anew, without an end and without the key.
    keepLogs(this, this.instance, `${name}-database`, key, removalPolicy);
    this.replicas = REPLICAS.slice(0, readReplicas).map((replicaId, index) => {
      const scope = new Construct(this, replicaId);
      const instanceIdentifier = `${name}-database-replica-${index + 1}`;
      const replica = new rds.DatabaseInstanceReadReplica(scope, 'Instance', {
        ...shared,
        instanceIdentifier,
        sourceDatabaseInstance: this.instance,
        storageType: rds.StorageType.GP3,
        deletionProtection: false,
        removalPolicy: RemovalPolicy.DESTROY,
      });
      keepLogs(scope, replica, instanceIdentifier, key, RemovalPolicy.DESTROY);
      acknowledgeReplica(scope);
      return replica;
    });
    const { securityGroup } = this;
    const users = new DatabaseUsers(this, 'Users', { name, vpc, subnets: props.subnets, securityGroup, key, roles: [ROLE] });
    const own = { name, role: ROLE, users, database: this.instance, after: this.instance, master, key, removalPolicy };
    this.secret = new ApplicationUser(this, 'Application', own).secret;
    if (!this.hasStandby) {
      const alone =
        'chosen without a standby: an outage of the primary lasts until RDS has started it again, and loses nothing that was committed';
      acknowledgeRules(this.instance, { RDSMultiAZSupport: alone });
      acknowledge(this.instance, { 'AwsSolutions-RDS3': alone });
    }
    if (removalPolicy === RemovalPolicy.DESTROY) {
      acknowledgeRules(this.instance, { RDSInstanceDeletionProtectionEnabled: DISPOSABLE });
      acknowledge(this.instance, { 'AwsSolutions-RDS10': DISPOSABLE });
    }
    acknowledgeRules(this, {
      ...DATABASE_REASONS,
      'RDSLoggingEnabled[LogExport::upgrade]': 'only an upgrade to another major version writes it, and it stays with the instance',
    });
    acknowledge(this, {
      'AwsSolutions-RDS11': 'the port is no secret: the security group alone decides who reaches it',
    });
  }

  /** Lets an identity connect, and read the secret. */
  public admit(identity: ServerIdentity): void {
    this.securityGroup.addIngressRule(identity.securityGroup, ec2.Port.tcp(PORT), 'PostgreSQL from servers');
    this.secret.grantRead(identity.role);
  }
}

/** What packs find in a copy; of the primary the same is no choice but a finding. */
function acknowledgeReplica(replica: Construct): void {
  const encrypted = 'a replica is encrypted as its primary is; RDS refuses a key of its own in the same region';
  const standby = 'replicas are spread over the zones and stand in for each other';
  const copy = 'a read replica is a copy of the primary, and leaves freely';
  acknowledgeRules(replica, {
    RDSStorageEncrypted: encrypted,
    RDSMultiAZSupport: standby,
    RDSInstanceDeletionProtectionEnabled: copy,
  });
  acknowledge(replica, { 'AwsSolutions-RDS2': encrypted, 'AwsSolutions-RDS3': standby, 'AwsSolutions-RDS10': copy });
}

/** RDS would make the log group itself, without an end and without the key. */
function keepLogs(scope: Construct, instance: Construct, identifier: string, encryptionKey: kms.IKey, removalPolicy: RemovalPolicy): void {
  const group = new logs.LogGroup(scope, 'Logs', {
    logGroupName: `/aws/rds/instance/${identifier}/postgresql`,
    encryptionKey,
    retention: logs.RetentionDays.ONE_MONTH,
    removalPolicy,
  });
  dependOn(instance, group);
}
