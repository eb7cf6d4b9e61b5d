import { Aws, Stack, Stage } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';
import { RegionalStack } from '../network/regional-stack';
import type { ServerIdentity } from '../web/server-identity';
import { AuroraCluster, type AuroraClusterOptions } from './aurora-cluster';
import { ClusterGround, type ClusterGroundProps } from './cluster-ground';
import type { ShardMap } from './shard-map';

/** Props of {@link FederatedDatabases}. */
export interface FederatedDatabasesProps extends ClusterGroundProps {
  /** Which shard holds which user. */
  readonly shardMap: ShardMap;
  /**
   * What can be chosen about each cluster.
   * @default - Serverless v2, 0.5 to 16 capacity units, one reader
   */
  readonly cluster?: AuroraClusterOptions;
}

/** Shards in the stack of the region itself. */
const AT_HOME = 16;
/** Shards in each further stack: about 8 resources a shard, and as many again when the rotation transform expands, stay below 400. */
const PER_STACK = 40;
/** Construct ids, by number: a shard lives where its number says, so growing never moves one. */
const SHARDS = Array.from({ length: 1024 }, (_, shard) => `Users${shard}`);

/**
 * Databases by function: users over shards, products, orders. Each is an Aurora cluster of its own.
 *
 * **Stateful**. Beyond the sixteenth, shards continue in numbered stacks `<stack>-shards-1` beside the region's stack, which they read and which never reads
 * them.
 */
export class FederatedDatabases extends Construct {
  /** What the clusters share. */
  public readonly ground: ClusterGround;
  /** The products. */
  public readonly products: AuroraCluster;
  /** The orders, and the directory of shards where there is one. */
  public readonly orders: AuroraCluster;
  /** The users, by number of the shard. */
  public readonly users: AuroraCluster[];
  /** Stacks that hold the shards beyond the sixteenth. */
  public readonly shardStacks: RegionalStack[];
  private readonly name: string;

  public constructor(scope: Construct, id: string, props: FederatedDatabasesProps) {
    super(scope, id);
    const { name, shardMap } = props;
    this.name = name;
    this.ground = new ClusterGround(this, 'Ground', props);
    const cluster = (parent: Construct, clusterId: string, role: string, ordinal: number): AuroraCluster =>
      new AuroraCluster(parent, clusterId, { ...props.cluster, name, role, ground: this.ground, zones: this.zones(ordinal) });
    this.products = cluster(this, 'Products', 'products', 0);
    this.orders = cluster(this, 'Orders', 'orders', 1);

    const home = Stack.of(this);
    const beside = Stage.of(this) ?? this;
    const stacks = Math.ceil(Math.max(0, shardMap.shards - AT_HOME) / PER_STACK);
    this.shardStacks = Array.from({ length: stacks }, (_, index) => {
      const stackId = `${home.node.id}-shards-${index + 1}`;
      const { region, availabilityZones, terminationProtection, tags } = home;
      return new RegionalStack(beside, stackId, { region, zones: availabilityZones, terminationProtection, tags: tags.tagValues() });
    });
    this.users = SHARDS.slice(0, shardMap.shards).map((shardId, shard) => {
      const parent = shard < AT_HOME ? this : this.shardStacks[Math.floor((shard - AT_HOME) / PER_STACK)];
      const users = cluster(parent, shardId, `users/${shard}`, shard);
      const { writer, readers, secret } = users;
      // Read one by one, when the first of its users comes: a thousand at once would be too many for Parameter Store.
      new ssm.CfnParameter(users, 'Setting', {
        name: `/${name}/shards/${shard}`,
        type: 'String',
        value: Stack.of(users).toJsonString({ writer, readers, secret: secret.secretArn }),
      });
      return users;
    });
  }

  /** Lets an identity connect to all of them, and read their secrets. */
  public admit(identity: ServerIdentity): void {
    const { securityGroup, port, key } = this.ground;
    securityGroup.addIngressRule(identity.securityGroup, ec2.Port.tcp(port), 'PostgreSQL from servers');
    const { region } = Stack.of(this);
    // By name, because a thousand statements would not fit into a policy.
    const secrets = ['products', 'orders', 'users/'].map((role) => `secret:${this.name}/${role}*`);
    const arn = (secret: string, partition: string, account: string): string =>
      `arn:${partition}:secretsmanager:${region}:${account}:${secret}`;
    identity.role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['secretsmanager:GetSecretValue'],
        resources: secrets.map((secret) => arn(secret, Aws.PARTITION, Aws.ACCOUNT_ID)),
      }),
    );
    identity.role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['kms:Decrypt'],
        resources: [key.keyArn],
        conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${region}.amazonaws.com` } },
      }),
    );
    acknowledge(
      identity.role,
      Object.fromEntries(
        secrets.map((secret) => [
          `AwsSolutions-IAM5[Resource::${arn(secret, '<AWS::Partition>', '<AWS::AccountId>')}]`,
          "the secrets of these databases alone; the end of a secret's ARN is random, and there may be a thousand shards",
        ]),
      ),
    );
  }

  /** The writer's zone and the reader's, turned from cluster to cluster so that no zone has all the writers. */
  private zones(ordinal: number): string[] {
    const { availabilityZones } = this.ground.vpc;
    return [0, 1].map((offset) => availabilityZones[(ordinal + offset) % availabilityZones.length]);
  }
}
