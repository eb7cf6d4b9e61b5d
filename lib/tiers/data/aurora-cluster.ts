import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as scaling from 'aws-cdk-lib/aws-applicationautoscaling';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as rds from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
import { acknowledge, acknowledgeRules, DISPOSABLE } from '../../foundation/acknowledge';
import { dependOn } from '../../foundation/depend-on';
import { InvalidInput } from '../../foundation/invalid-input';
import { OfferKind } from '../../foundation/regions/region-offers';
import type { Geography } from '../../foundation/regions/geography';
import { type ClusterGround, READERS, clusterName, readerZone } from './cluster-ground';
import { DATABASE_REASONS, databaseType, leastCapacity, refuseCapacity, refuseRetention } from './database-choices';
import { ApplicationUser } from './application-user';
import { type DatabaseUsers, masterSecretName } from './database-users';

/** What can be chosen about an Aurora cluster. */
export interface AuroraClusterOptions {
  /**
   * The least that each instance runs with, in Aurora capacity units of about 2 GiB, from 0.5. Zero lets it pause when nobody was connected for five
   * minutes; the first connection then waits about 15 seconds. Clusters of several regions never pause: there zero means 0.5.
   * @default 0.5
   */
  readonly minCapacity?: number;
  /**
   * The most that each instance may grow to, in Aurora capacity units.
   * @default 16
   */
  readonly maxCapacity?: number;
  /**
   * Provisioned instances of this type, with or without `db.`, instead of Serverless v2. An Aurora global database takes memory-optimized classes alone.
   * @default - Serverless v2
   */
  readonly instanceType?: ec2.InstanceType;
  /**
   * Readers that are always there, 0 to 15, each in the next zone. The first takes over when the writer fails. With none Aurora makes the writer
   * anew, within about ten minutes, and nothing that was committed is lost.
   * @default 1
   */
  readonly readers?: number;
  /**
   * Most readers that Auto Scaling may run, by their CPU; `readers` of them are always there.
   * @default - as many as `readers`: no scaling
   */
  readonly maxReaders?: number;
  /**
   * How far back in time the cluster can be restored, at most 35 days.
   * @default 14 days
   */
  readonly backupRetention?: Duration;
}

/** Props of {@link AuroraCluster}. */
export interface AuroraClusterProps extends AuroraClusterOptions {
  /** Name of the deployment. */
  readonly name: string;
  /** What it holds, such as `orders` or `users/17`: its identifier, its secret and its log are named after it. Final. */
  readonly role: string;
  /** What the clusters of a region share. */
  readonly ground: ClusterGround;
  /** Makes the application's user. */
  readonly users: DatabaseUsers;
  /**
   * Further regions that copy the cluster.
   * @default - none
   */
  readonly geography?: Geography;
  /** Two zones or more, the writer's first; readers stand in the others in turn, so that both never stand in one. */
  readonly zones: string[];
}

/**
 * Aurora PostgreSQL: a writer and a reader in another zone.
 *
 * **Stateful**: retained, deletion-protected, restorable to any second of two weeks. Engine, classes and names are such that a global database
 * accepts the cluster later, and its identifier ends in the region, because two regions can't have the same.
 */
export class AuroraCluster extends Construct {
  /** The cluster. */
  public readonly cluster: rds.DatabaseCluster;
  /** Literal identifier, which ends in the region. */
  public readonly clusterIdentifier: string;
  /** User name and password of the application. */
  public readonly secret: rds.DatabaseSecret;
  /** ARN of the secret. */
  public readonly secretId: string;
  /** The global database that this cluster founded, if there are further regions. */
  public readonly global?: rds.CfnGlobalCluster;
  /** Where writes go, `host:port`. */
  public readonly writer: string;
  /** Where reads that may lag go, `host:port`. */
  public readonly readers: string;
  /** Whether a reader takes over when the writer fails. */
  public readonly hasStandby: boolean;
  /** Whether it pauses by itself when nobody is connected. */
  public readonly pauses: boolean;

  public constructor(scope: Construct, id: string, props: AuroraClusterProps) {
    super(scope, id);
    const { ground, role, name, maxCapacity = 16, readers = 1, maxReaders = readers } = props;
    const minCapacity = leastCapacity(props.minCapacity, props.geography !== undefined);
    this.hasStandby = readers > 0;
    const { key, removalPolicy } = ground;
    const instanceType = props.instanceType && databaseType(this, OfferKind.CLUSTERS, props.instanceType);
    const { backupRetention = Duration.days(14) } = props;
    refuseContradictions({ ...props, instanceType, minCapacity, maxCapacity, readers, maxReaders });
    refuseRetention(backupRetention);
    this.pauses = !instanceType && minCapacity === 0;
    this.clusterIdentifier = `${clusterName(name, role)}-${Stack.of(this).region}`;
    const secretName = masterSecretName(name, role);
    const master = new rds.DatabaseSecret(this, 'Master', { username: 'stagecraft', secretName, encryptionKey: ground._secretsKey });
    master.applyRemovalPolicy(removalPolicy);
    const instance = (instanceId: string, zone: string, scaleWithWriter?: boolean): rds.IClusterInstance => {
      const shared = {
        availabilityZone: zone,
        enablePerformanceInsights: true,
        performanceInsightEncryptionKey: key,
        caCertificate: rds.CaCertificate.RDS_CA_RSA2048_G1,
        publiclyAccessible: false,
      };
      return instanceType
        ? rds.ClusterInstance.provisioned(instanceId, { ...shared, instanceType })
        : rds.ClusterInstance.serverlessV2(instanceId, { ...shared, scaleWithWriter });
    };
    this.cluster = new rds.DatabaseCluster(this, 'Cluster', {
      engine: ground.engine,
      clusterIdentifier: this.clusterIdentifier,
      credentials: rds.Credentials.fromSecret(master, 'stagecraft'),
      defaultDatabaseName: 'app',
      port: ground.port,
      writer: instance('Writer', props.zones[0]),
      // The first has the writer's capacity, because it takes over.
      readers: READERS.slice(0, readers).map((readerId, index) => instance(readerId, readerZone(props.zones, index), index === 0)),
      ...(!props.instanceType && { serverlessV2MinCapacity: minCapacity, serverlessV2MaxCapacity: maxCapacity }),
      vpc: ground.vpc,
      vpcSubnets: ground.subnets,
      subnetGroup: ground.subnetGroup,
      parameterGroup: ground.parameterGroup,
      securityGroups: [ground.securityGroup],
      storageEncryptionKey: key,
      backup: { retention: backupRetention },
      cloudwatchLogsExports: ['postgresql'],
      copyTagsToSnapshot: true,
      deletionProtection: removalPolicy !== RemovalPolicy.DESTROY,
      removalPolicy,
    });
    // The L2 knows no such policy for instances and would delete them.
    for (const member of this.cluster.node.findAll()) {
      if (member instanceof rds.CfnDBInstance) member.applyRemovalPolicy(removalPolicy);
    }
    const log = new logs.LogGroup(this, 'Logs', {
      logGroupName: `/aws/rds/cluster/${this.clusterIdentifier}/postgresql`,
      encryptionKey: key,
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy,
    });
    dependOn(this.cluster, log);
    if (props.geography) this.global = this.foundGlobal(clusterName(name, role), removalPolicy);
    if (maxReaders > readers) this.scaleReaders(readers, maxReaders);
    this.writer = this.cluster.clusterEndpoint.socketAddress;
    this.readers = this.cluster.clusterReadEndpoint.socketAddress;
    const { geography } = props;
    const own = {
      name,
      role,
      users: props.users,
      database: this.cluster,
      after: this.cluster,
      master,
      key: ground._secretsKey,
      geography,
      removalPolicy,
    };
    this.secret = new ApplicationUser(this, 'Application', own).secret;
    this.secretId = this.secret.secretArn;
    acknowledgeRules(this, DATABASE_REASONS);
    if (removalPolicy === RemovalPolicy.DESTROY) {
      acknowledge(this, { 'AwsSolutions-RDS10': DISPOSABLE });
      acknowledgeRules(this, { RDSInstanceDeletionProtectionEnabled: DISPOSABLE });
    }
    acknowledge(this, {
      'AwsSolutions-RDS6': 'the application logs in with a rotating secret, as it does everywhere; IAM tokens would be a second way in',
      'AwsSolutions-RDS11': 'the port is no secret: the security group alone decides who reaches it',
      'CloudFormation-Validate::W3010':
        'writer and reader are kept in two zones; an instance holds nothing and may be made again elsewhere',
    });
  }

  /** The global database takes this cluster in. Named from the cluster's side, joining would replace the cluster (AWS::RDS::DBCluster). */
  private foundGlobal(globalClusterIdentifier: string, removalPolicy: RemovalPolicy): rds.CfnGlobalCluster {
    const global = new rds.CfnGlobalCluster(this, 'Global', {
      globalClusterIdentifier,
      sourceDbClusterIdentifier: this.cluster.clusterArn,
      deletionProtection: removalPolicy !== RemovalPolicy.DESTROY,
    });
    global.applyRemovalPolicy(removalPolicy);
    return global;
  }

  private scaleReaders(minCapacity: number, maxCapacity: number): void {
    const target = new scaling.ScalableTarget(this, 'Readers', {
      serviceNamespace: scaling.ServiceNamespace.RDS,
      scalableDimension: 'rds:cluster:ReadReplicaCount',
      resourceId: `cluster:${this.clusterIdentifier}`,
      minCapacity,
      maxCapacity,
    });
    target.node.addDependency(this.cluster);
    target.scaleToTrackMetric('Cpu', { predefinedMetric: scaling.PredefinedMetric.RDS_READER_AVERAGE_CPU_UTILIZATION, targetValue: 60 });
  }
}

type Settled = AuroraClusterOptions & { minCapacity: number; maxCapacity: number; readers: number; maxReaders: number };

function refuseContradictions({ minCapacity, maxCapacity, readers, maxReaders, instanceType }: Settled): void {
  refuseCapacity(minCapacity, maxCapacity);
  if (!Number.isInteger(readers) || readers < 0 || readers > READERS.length) {
    throw new InvalidInput(`readers ${readers} is not possible: Aurora allows 0 to 15`);
  }
  if (maxReaders < readers) throw new InvalidInput(`maxReaders ${maxReaders} is less than the ${readers} readers that are always there`);
  if (!Number.isInteger(maxReaders) || maxReaders > 15 || (readers === 0 && maxReaders > 0)) {
    throw new InvalidInput(
      `maxReaders ${maxReaders} is not possible: Aurora allows ${readers === 0 ? 'none without a first reader' : '1 to 15'}`,
    );
  }
  if (instanceType && !/^[rx]/.test(instanceType.toString())) {
    throw new InvalidInput(
      `instance type ${instanceType.toString()} is not memory-optimized: a global database takes r and x classes alone`,
    );
  }
}
