import { Aws, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledge } from '../../foundation/acknowledge';
import type { RegionalStack } from '../../foundation/network/regional-stack';
import type { ServerIdentity } from '../../foundation/servers/server-identity';
import type { AuroraCluster } from './aurora-cluster';
import { ClusterGround, type ClusterGroundProps } from './cluster-ground';
import { DatabaseUsers } from './database-users';

/** The Aurora clusters of one region: where they stand, and who may connect. */
export abstract class AuroraDatabases extends Construct {
  /** What the clusters share. */
  public readonly ground: ClusterGround;
  /** Further stacks that hold clusters. They read the region's stack, and it never reads them. */
  public abstract readonly shardStacks: RegionalStack[];
  /** The deployment's name. */
  protected readonly name: string;

  public constructor(scope: Construct, id: string, props: ClusterGroundProps) {
    super(scope, id);
    this.name = props.name;
    this.ground = new ClusterGround(this, 'Ground', props);
  }

  /** Identifiers of all clusters. */
  public abstract get clusters(): string[];

  /** The clusters that this region founded: they have a master user and backups of their own. A further region has copies alone. */
  public abstract get founded(): AuroraCluster[];

  /** Makes the application's users in clusters of these roles. */
  protected users(roles: string[]): DatabaseUsers {
    const { vpc, subnets, securityGroup, key } = this.ground;
    return new DatabaseUsers(this, 'Users', { name: this.name, vpc, subnets, securityGroup, key, roles });
  }

  /** Lets an identity connect to all of them, and read their secrets. */
  public abstract admit(identity: ServerIdentity): void;

  /** Lets an identity use what every kind of server uses. */
  public abstract admitToShared(identity: ServerIdentity): void;

  /** Lets an identity connect, and read the secrets of these roles by name: a thousand statements would not fit into a policy. */
  protected admitTo(identity: ServerIdentity, roles: string[], because: string): void {
    const { securityGroup, port, key } = this.ground;
    securityGroup.addIngressRule(identity.securityGroup, ec2.Port.tcp(port), 'PostgreSQL from servers');
    const { region } = Stack.of(this);
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
        secrets.map((secret) => [`AwsSolutions-IAM5[Resource::${arn(secret, '<AWS::Partition>', '<AWS::AccountId>')}]`, because]),
      ),
    );
  }

  /** So many zones, the writer's first, turned from cluster to cluster so that no zone has all the writers. */
  protected zones(ordinal: number, count = 2): string[] {
    const { availabilityZones } = this.ground.vpc;
    return Array.from({ length: count }, (_, offset) => availabilityZones[(ordinal + offset) % availabilityZones.length]);
  }
}
