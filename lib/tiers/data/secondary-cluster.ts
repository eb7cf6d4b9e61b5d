import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as rds from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
import { acknowledge, acknowledgeRules, DISPOSABLE } from '../../foundation/acknowledge';
import type { AuroraClusterOptions } from './aurora-cluster';
import { DATABASE_REASONS, leastCapacity, refuseRetention } from './database-choices';
import { type ClusterGround, READERS, clusterName, readerZone } from './cluster-ground';

/** Props of {@link SecondaryCluster}. */
export interface SecondaryClusterProps extends AuroraClusterOptions {
  /** Name of the deployment. */
  readonly name: string;
  /** What it holds, such as `orders` or `users/17`. */
  readonly role: string;
  /** What the clusters of this region share. */
  readonly ground: ClusterGround;
  /** Two zones or more, the writer's first. */
  readonly zones: string[];
  /** Whether it passes writes on to the region that has the writer. */
  readonly writeForwarding: boolean;
}

/**
 * A copy of an Aurora cluster in a further region, joined to the global database by its name. It has no master user and no database name,
 * because both come with the data, and a key of its own region. In L1, because the L2 can't leave them out (aws/aws-cdk#22212).
 *
 * **Stateful** after a failover, when it is the one that is written: so it is retained and protected like any other.
 */
export class SecondaryCluster extends Construct {
  /** The cluster. */
  public readonly cluster: rds.CfnDBCluster;
  /** Literal identifier, which ends in the region. */
  public readonly clusterIdentifier: string;
  /** Where writes go, `host:port`; forwarded while another region has the writer. */
  public readonly writer: string;
  /** Where reads that may lag go, `host:port`. */
  public readonly readers: string;
  /** Name of the secret, which the founding region replicates. */
  public readonly secretId: string;

  public constructor(scope: Construct, id: string, props: SecondaryClusterProps) {
    super(scope, id);
    const { ground, name, role, maxCapacity = 16, instanceType } = props;
    const minCapacity = leastCapacity(props.minCapacity, true);
    const dbClusterIdentifier = `${clusterName(name, role)}-${Stack.of(this).region}`;
    this.clusterIdentifier = dbClusterIdentifier;
    const { removalPolicy, key } = ground;
    const { backupRetention = Duration.days(14) } = props;
    refuseRetention(backupRetention);
    const log = new logs.LogGroup(this, 'Logs', {
      logGroupName: `/aws/rds/cluster/${dbClusterIdentifier}/postgresql`,
      encryptionKey: key,
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy,
    });
    const engineVersion = ground.engine.engineVersion?.fullVersion;
    this.cluster = new rds.CfnDBCluster(this, 'Cluster', {
      globalClusterIdentifier: clusterName(name, role),
      dbClusterIdentifier,
      engine: ground.engine.engineType,
      engineVersion,
      port: ground.port,
      dbSubnetGroupName: ground.subnetGroup.subnetGroupName,
      dbClusterParameterGroupName: ground.parameterGroup.bindToCluster({}).parameterGroupName,
      vpcSecurityGroupIds: [ground.securityGroup.securityGroupId],
      storageEncrypted: true,
      kmsKeyId: key.keyArn,
      // As in the founding region: after a failover these are the backups that count, and CloudFormation's default is a day.
      backupRetentionPeriod: backupRetention.toDays(),
      enableGlobalWriteForwarding: props.writeForwarding,
      ...(!instanceType && { serverlessV2ScalingConfiguration: { minCapacity, maxCapacity } }),
      enableCloudwatchLogsExports: ['postgresql'],
      copyTagsToSnapshot: true,
      deletionProtection: removalPolicy !== RemovalPolicy.DESTROY,
    });
    this.cluster.applyRemovalPolicy(removalPolicy);
    this.cluster.node.addDependency(log);
    const dbInstanceClass = `db.${instanceType?.toString() ?? 'serverless'}`;
    const instance = (availabilityZone: string): rds.CfnDBInstanceProps => ({
      dbClusterIdentifier: this.cluster.ref,
      dbInstanceClass,
      engine: ground.engine.engineType,
      availabilityZone,
      publiclyAccessible: false,
      enablePerformanceInsights: true,
      performanceInsightsKmsKeyId: key.keyArn,
      caCertificateIdentifier: rds.CaCertificate.RDS_CA_RSA2048_G1.toString(),
    });
    for (const member of [
      new rds.CfnDBInstance(this, 'Writer', instance(props.zones[0])),
      ...READERS.slice(0, props.readers ?? 1).map(
        (readerId, index) => new rds.CfnDBInstance(this, readerId, instance(readerZone(props.zones, index))),
      ),
    ]) {
      member.applyRemovalPolicy(removalPolicy);
    }
    this.writer = `${this.cluster.attrEndpointAddress}:${ground.port}`;
    this.readers = `${this.cluster.attrReadEndpointAddress}:${ground.port}`;
    this.secretId = `${name}/${role}`;
    acknowledgeRules(this, DATABASE_REASONS);
    if (removalPolicy === RemovalPolicy.DESTROY) {
      acknowledge(this, { 'AwsSolutions-RDS10': DISPOSABLE });
      acknowledgeRules(this, { RDSInstanceDeletionProtectionEnabled: DISPOSABLE });
    }
    acknowledge(this, {
      'AwsSolutions-RDS6': 'the application logs in with a rotating secret, as it does everywhere; IAM tokens would be a second way in',
      'AwsSolutions-RDS11': 'the port is no secret: the security group alone decides who reaches it',
      'CloudFormation-Validate::W3010':
        'the two instances are kept in two zones; an instance holds nothing and may be made again elsewhere',
    });
  }
}
