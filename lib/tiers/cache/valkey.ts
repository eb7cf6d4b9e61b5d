import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elasticache from 'aws-cdk-lib/aws-elasticache';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { acknowledge, acknowledgeRules } from '../../foundation/acknowledge';
import { InvalidInput } from '../../foundation/invalid-input';
import { OfferKind, RegionOffers } from '../../foundation/regions/region-offers';
import type { ServerIdentity } from '../../foundation/servers/server-identity';

/** What a Valkey group does when its memory is full. */
export enum EvictionPolicy {
  /** Drops what was used least: for copies of what a database holds. */
  ALL_KEYS_LRU = 'allkeys-lru',
  /** Refuses writes: for what must not vanish, such as sessions. */
  NO_EVICTION = 'noeviction',
}

/**
 * What clients have to speak. It only ever moves forward, one step a deploy and nothing else in that deploy: disabled, compatible, enabled
 * (ElastiCache guide, "Modifying cluster mode"). Keys outside of database 0 don't come along, and `enabled` has another endpoint.
 */
export enum ClusterMode {
  /** One primary and its replica: every client of Redis speaks it, and it has 16 databases. */
  DISABLED = 'disabled',
  /** Both kinds of clients at once, on the way to `ENABLED`. AWS lets it go back to `DISABLED`. */
  COMPATIBLE = 'compatible',
  /** Keys over several shards. Sidekiq, Celery and whatever uses a second database don't speak it. AWS never lets it go back. */
  ENABLED = 'enabled',
}

/** What can be chosen about a Valkey group. */
export interface ValkeyOptions {
  /**
   * Node type, with or without `cache.`; it can change later.
   * @default - cache.t4g.medium, or the nearest that the region has
   */
  readonly nodeType?: string;
  /**
   * What clients have to speak.
   * @default ClusterMode.DISABLED
   */
  readonly clusterMode?: ClusterMode;
  /**
   * Shards the keys are spread over; more than one needs `ClusterMode.ENABLED`. Resharded online later.
   * @default 1
   */
  readonly shards?: number;
}

/** Props of {@link Valkey}. */
export interface ValkeyProps extends ValkeyOptions {
  /** Name of the group, such as `webapp/cache`: its secret and its slow log are named after it. */
  readonly name: string;
  /** What it holds, for descriptions. Final. */
  readonly description: string;
  /** What happens when memory is full. */
  readonly eviction: EvictionPolicy;
  /** The VPC. */
  readonly vpc: ec2.IVpc;
  /** Isolated subnets. */
  readonly subnets: ec2.SubnetSelection;
  /** Encrypts what is stored, its snapshots and the secret. */
  readonly key: kms.IKey;
  /**
   * What happens to the group when it leaves the template.
   * @default RemovalPolicy.SNAPSHOT
   */
  readonly removalPolicy?: RemovalPolicy;
}

const PORT = 6379;
/** The first that the region has. */
const DEFAULT_NODES = ['t4g.medium', 'm7g.large', 'm6g.large', 'r7g.large', 'r6g.large'];

/**
 * ElastiCache for Valkey with TLS, a password and a replica in another zone per shard.
 *
 * **Stateful** as far as its content matters: a final snapshot is taken when it leaves. Engine, encryption, port and number of
 * replicas are final, because changing one replaces the group. Cluster mode only moves forward; shards are resharded online.
 */
export class Valkey extends Construct {
  /** The replication group. */
  public readonly group: elasticache.CfnReplicationGroup;
  /** Admits the identities that may connect. */
  public readonly securityGroup: ec2.SecurityGroup;
  /** The password, as plain text. */
  public readonly secret: secretsmanager.Secret;
  /** Where clients connect, `host:port`: the primary's endpoint, or in cluster mode the configuration endpoint. */
  public readonly endpoint: string;

  public constructor(scope: Construct, id: string, props: ValkeyProps) {
    super(scope, id);
    const { vpc, key, description, shards = 1, clusterMode = ClusterMode.DISABLED, removalPolicy = RemovalPolicy.SNAPSHOT } = props;
    if (!Number.isInteger(shards) || shards < 1 || shards > 500) {
      throw new InvalidInput(`shards ${shards} is not possible: a Valkey group has 1 to 500`);
    }
    const clustered = clusterMode === ClusterMode.ENABLED;
    if (shards > 1 && !clustered) {
      throw new InvalidInput(`shards ${shards} needs a Valkey group in cluster mode: give clusterMode ClusterMode.ENABLED, or one shard`);
    }
    this.securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', { vpc, description, allowAllOutbound: false });
    this.secret = new secretsmanager.Secret(this, 'Secret', {
      secretName: props.name,
      description: `Password of ${props.name}`,
      encryptionKey: key,
      generateSecretString: { excludePunctuation: true, passwordLength: 64 },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const subnetGroup = new elasticache.CfnSubnetGroup(this, 'Subnets', {
      description,
      subnetIds: vpc.selectSubnets(props.subnets).subnetIds,
    });
    // The parameter can't change in a group that is in use, so the way into cluster mode is another group.
    const single = clusterMode === ClusterMode.DISABLED;
    const parameterGroup = new elasticache.CfnParameterGroup(this, single ? 'Parameters' : 'ClusterParameters', {
      cacheParameterGroupFamily: 'valkey8',
      description,
      properties: { 'cluster-enabled': single ? 'no' : 'yes', 'maxmemory-policy': props.eviction },
    });
    const slowLog = new logs.LogGroup(this, 'SlowLog', {
      logGroupName: `/${props.name}/slow`,
      encryptionKey: key,
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.group = new elasticache.CfnReplicationGroup(this, 'Group', {
      replicationGroupDescription: description,
      engine: 'valkey',
      engineVersion: '8.0',
      cacheNodeType: `cache.${nodeType(Stack.of(this).region, props.nodeType)}`,
      clusterMode,
      numNodeGroups: shards,
      replicasPerNodeGroup: 1,
      automaticFailoverEnabled: true,
      multiAzEnabled: true,
      port: PORT,
      cacheSubnetGroupName: subnetGroup.ref,
      cacheParameterGroupName: parameterGroup.ref,
      securityGroupIds: [this.securityGroup.securityGroupId],
      atRestEncryptionEnabled: true,
      kmsKeyId: key.keyArn,
      transitEncryptionEnabled: true,
      authToken: this.secret.secretValue.unsafeUnwrap(),
      autoMinorVersionUpgrade: true,
      snapshotRetentionLimit: 7,
      logDeliveryConfigurations: [
        {
          logType: 'slow-log',
          logFormat: 'json',
          destinationType: 'cloudwatch-logs',
          destinationDetails: { cloudWatchLogsDetails: { logGroup: slowLog.logGroupName } },
        },
      ],
    });
    this.group.applyRemovalPolicy(removalPolicy);
    this.group.cfnOptions.updatePolicy = { useOnlineResharding: true };
    this.endpoint = `${clustered ? this.group.attrConfigurationEndPointAddress : this.group.attrPrimaryEndPointAddress}:${PORT}`;
    const unrotated = 'ElastiCache reads the password when it is deployed; a rotation between two deploys would lock servers out';
    acknowledge(this, {
      'AwsSolutions-AEC5': 'the port is no secret: the security group alone decides who reaches it',
      'AwsSolutions-SMG4': unrotated,
    });
    acknowledgeRules(this, {
      SecretsManagerRotationEnabled: unrotated,
      ElastiCacheRedisClusterAutomaticBackup:
        'a snapshot a night for a week: copies and sessions are valid for less, and an older snapshot would bring back what has expired',
    });
  }

  /** Lets an identity connect, and read the password. */
  public admit(identity: ServerIdentity): void {
    this.securityGroup.addIngressRule(identity.securityGroup, ec2.Port.tcp(PORT), 'Valkey from servers');
    this.secret.grantRead(identity.role);
  }
}

function nodeType(region: string, given?: string): string {
  if (given === undefined) return RegionOffers.among(OfferKind.CACHES, region, DEFAULT_NODES)[0];
  const type = given.replace(/^cache\./, '');
  RegionOffers.check(OfferKind.CACHES, region, type);
  return type;
}
