import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as rds from 'aws-cdk-lib/aws-rds';
import { Construct } from 'constructs';
import { auroraVersion } from './database-choices';
import { DatabaseSecurityGroup } from './database-security-group';

/** Props of {@link ClusterGround}. */
export interface ClusterGroundProps {
  /** Name of the deployment. */
  readonly name: string;
  /** The VPC. */
  readonly vpc: ec2.IVpc;
  /** Isolated subnets. */
  readonly subnets: ec2.SubnetSelection;
  /** Encrypts storage, backups, insights and secrets. */
  readonly key: kms.IKey;
  /**
   * Version of Aurora PostgreSQL, 17 or later with its minor version, one that global databases have. It never goes back.
   * @default 17.7
   */
  readonly engineVersion?: string;
  /**
   * Whether rows can be followed out of the clusters, for moves to more shards. A cluster that does it never pauses (Aurora guide, "Scaling to
   * zero ACUs"); turned on later, each writer has to be restarted once before such a move.
   * @default true
   */
  readonly logicalReplication?: boolean;
  /**
   * What happens to what holds data when it leaves the template.
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** Where a cluster is, for the application. */
export interface ClusterEndpoints {
  /** Where writes go, `host:port`. */
  readonly writer: string;
  /** Where reads that may lag go, `host:port`. */
  readonly readers: string;
  /** ARN or name of the secret with user name and password. */
  readonly secretId: string;
}

/** Name of a cluster without its region, which is also the name of its global database: `users/17` of `webapp` is `webapp-users-17`. */
export function clusterName(name: string, role: string): string {
  return `${name}-${role.replace('/', '-')}`;
}

/** Construct ids of the readers: the third stays the third when there are more or fewer. */
export const READERS = ['Reader', ...Array.from({ length: 14 }, (_, index) => `Reader${index + 2}`)];

/** The zone of a reader: the one behind the writer's, then the next one. */
export function readerZone(zones: string[], reader: number): string {
  return zones[(reader + 1) % zones.length];
}

/**
 * Enough at birth for users who move to many more shards: the server counts these when it starts. A copy of a table takes three slots at its source,
 * and workers at its target.
 */
const LOGICAL_REPLICATION = {
  'rds.logical_replication': '1',
  max_replication_slots: '256',
  max_wal_senders: '256',
  max_logical_replication_workers: '64',
  max_worker_processes: '128',
};

/** What all Aurora clusters of a region stand on: one subnet group, one parameter group, one security group. */
export class ClusterGround extends Construct {
  /** Aurora PostgreSQL, a version that global databases have. */
  public readonly engine: rds.IClusterEngine;
  /** Port of every cluster. */
  public readonly port = 5432;
  /** The VPC. */
  public readonly vpc: ec2.IVpc;
  /** Isolated subnets. */
  public readonly subnets: ec2.SubnetSelection;
  /** Encrypts all that the clusters store. */
  public readonly key: kms.IKey;
  /** Whether data outlives the template. */
  public readonly removalPolicy: RemovalPolicy;
  /** Admits servers to every cluster. */
  public readonly securityGroup: DatabaseSecurityGroup;
  /** The subnets as RDS wants them. */
  public readonly subnetGroup: rds.SubnetGroup;
  /** Forced TLS, logical replication. */
  public readonly parameterGroup: rds.ParameterGroup;
  private useBySecrets?: kms.IKey;

  public constructor(scope: Construct, id: string, props: ClusterGroundProps) {
    super(scope, id);
    const { name, vpc, subnets, key, removalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE } = props;
    this.engine = rds.DatabaseClusterEngine.auroraPostgres({ version: auroraVersion(props.engineVersion ?? '17.7') });
    this.vpc = vpc;
    this.subnets = subnets;
    this.key = key;
    this.removalPolicy = removalPolicy;
    this.securityGroup = new DatabaseSecurityGroup(this, 'SecurityGroup', { vpc, description: 'Aurora clusters', port: this.port });
    // What is retained needs what it stands on.
    this.securityGroup.applyRemovalPolicy(removalPolicy);
    this.subnetGroup = new rds.SubnetGroup(this, 'Subnets', {
      vpc,
      vpcSubnets: subnets,
      description: `Aurora clusters of ${name}`,
      removalPolicy,
    });
    this.parameterGroup = new rds.ParameterGroup(this, 'Parameters', {
      engine: this.engine,
      description: `PostgreSQL settings of ${name}`,
      parameters: {
        ...LOGICAL_REPLICATION,
        ...(props.logicalReplication === false && { 'rds.logical_replication': '0' }),
        'rds.force_ssl': '1',
        log_min_duration_statement: '500',
      },
      removalPolicy,
    });
    // Bound here and now, not by the first cluster, which may be in another stack.
    this.parameterGroup.bindToCluster({});
  }

  /**
   * The key for secrets. Each `Secret` adds the same statements to the policy of its key, and a thousand of them take the CDK a minute to merge: here
   * they are added once.
   * @internal
   */
  public get _secretsKey(): kms.IKey {
    this.useBySecrets ??= this.useThroughSecretsManager();
    return this.useBySecrets;
  }

  private useThroughSecretsManager(): kms.IKey {
    const service = `secretsmanager.${Stack.of(this).region}.amazonaws.com`;
    const principal = new kms.ViaServicePrincipal(service, new iam.AccountPrincipal(Stack.of(this).account));
    this.key.grantEncryptDecrypt(principal);
    this.key.grant(principal, 'kms:CreateGrant', 'kms:DescribeKey');
    return kms.Key.fromKeyArn(this, 'SecretsKey', this.key.keyArn);
  }
}
