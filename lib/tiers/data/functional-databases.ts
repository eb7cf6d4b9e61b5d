import { Aws, Stack, Stage } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { acknowledge } from '../../foundation/acknowledge';
import { RegionalStack } from '../../foundation/network/regional-stack';
import type { ServerIdentity } from '../../foundation/servers/server-identity';
import { type ClusterEndpoints, ClusterGround, type ClusterGroundProps } from './cluster-ground';
import type { ShardMap } from './shard-map';

/** Props of {@link FunctionalDatabases}. */
export interface FunctionalDatabasesProps extends ClusterGroundProps {
  /** Which shard holds which user. */
  readonly shardMap: ShardMap;
}

/** Shards in the stack of the region itself. */
const AT_HOME = 16;
/** Shards in each further stack: about 8 resources a shard, and as many again when the rotation transform expands, stay below 400. */
const PER_STACK = 40;
/** Databases that every kind of server uses. */
const SHARED = ['products', 'orders'];
/** Construct ids, by number: a shard lives where its number says, so growing never moves one. */
const SHARDS = Array.from({ length: 1024 }, (_, shard) => `Users${shard}`);

/** Databases by function in one region: where the clusters stand, who may connect, and how the application hears of shards. */
export abstract class FunctionalDatabases extends Construct {
  /** What the clusters share. */
  public readonly ground: ClusterGround;
  /** Stacks that hold the shards beyond the sixteenth. They read the region's stack, and it never reads them. */
  public readonly shardStacks: RegionalStack[];
  private readonly name: string;

  public constructor(scope: Construct, id: string, props: FunctionalDatabasesProps) {
    super(scope, id);
    this.name = props.name;
    this.ground = new ClusterGround(this, 'Ground', props);
    const home = Stack.of(this);
    const beside = Stage.of(this) ?? this;
    const stacks = Math.ceil(Math.max(0, props.shardMap.shards - AT_HOME) / PER_STACK);
    this.shardStacks = Array.from({ length: stacks }, (_, index) => {
      const stackId = `${home.node.id}-shards-${index + 1}`;
      const { region, availabilityZones, terminationProtection, tags } = home;
      return new RegionalStack(beside, stackId, { region, zones: availabilityZones, terminationProtection, tags: tags.tagValues() });
    });
  }

  /** Identifiers of all clusters: products, orders, then users by shard. */
  public abstract get clusters(): string[];

  /** Lets an identity connect to all of them, and read their secrets. */
  public admit(identity: ServerIdentity): void {
    this.admitTo(identity, [...SHARED, 'users/?*']);
  }

  /** Lets an identity use products and orders, and read no secret of a shard: workers know no users. */
  public admitToShared(identity: ServerIdentity): void {
    this.admitTo(identity, SHARED);
  }

  private admitTo(identity: ServerIdentity, roles: readonly string[]): void {
    const { securityGroup, port, key } = this.ground;
    securityGroup.addIngressRule(identity.securityGroup, ec2.Port.tcp(port), 'PostgreSQL from servers');
    const { region } = Stack.of(this);
    // By name, because a thousand statements would not fit into a policy.
    const secrets = roles.map((role) => `secret:${this.name}/${role}-??????`);
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

  /** Makes the cluster of each shard where its number says, and tells the application where it is. */
  protected eachShard<T extends Construct & ClusterEndpoints>(
    shards: number,
    make: (scope: Construct, id: string, shard: number) => T,
  ): T[] {
    return SHARDS.slice(0, shards).map((shardId, shard) => {
      const parent = shard < AT_HOME ? this : this.shardStacks[Math.floor((shard - AT_HOME) / PER_STACK)];
      const users = make(parent, shardId, shard);
      const { writer, readers, secretId: secret } = users;
      // Read one by one, when the first of its users comes: a thousand at once would be too many for Parameter Store.
      new ssm.CfnParameter(users, 'Setting', {
        name: `/${this.name}/shards/${shard}`,
        type: 'String',
        value: Stack.of(users).toJsonString({ writer, readers, secret }),
      });
      return users;
    });
  }

  /** The writer's zone and the reader's, turned from cluster to cluster so that no zone has all the writers. */
  protected zones(ordinal: number): string[] {
    const { availabilityZones } = this.ground.vpc;
    return [0, 1].map((offset) => availabilityZones[(ordinal + offset) % availabilityZones.length]);
  }
}
