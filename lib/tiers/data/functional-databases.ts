import { Stack, Stage } from 'aws-cdk-lib';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { RegionalStack } from '../../foundation/network/regional-stack';
import type { ServerIdentity } from '../../foundation/servers/server-identity';
import { AuroraDatabases } from './aurora-databases';
import type { ClusterEndpoints, ClusterGroundProps } from './cluster-ground';
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

const MANY_SECRETS = "the secrets of these databases alone; the end of a secret's ARN is random, and there may be a thousand shards";

/** Databases by function in one region: products, orders, then users by shard; and how the application hears of shards. */
export abstract class FunctionalDatabases extends AuroraDatabases {
  /** Stacks that hold the shards beyond the sixteenth. */
  public readonly shardStacks: RegionalStack[];

  public constructor(scope: Construct, id: string, props: FunctionalDatabasesProps) {
    super(scope, id, props);
    const home = Stack.of(this);
    const beside = Stage.of(this) ?? this;
    const stacks = Math.ceil(Math.max(0, props.shardMap.shards - AT_HOME) / PER_STACK);
    this.shardStacks = Array.from({ length: stacks }, (_, index) => {
      const stackId = `${home.node.id}-shards-${index + 1}`;
      const { region, availabilityZones, terminationProtection, tags } = home;
      return new RegionalStack(beside, stackId, { region, zones: availabilityZones, terminationProtection, tags: tags.tagValues() });
    });
  }

  /** Lets an identity connect to all of them, and read their secrets. */
  public admit(identity: ServerIdentity): void {
    this.admitTo(identity, [...SHARED, 'users/?*'], MANY_SECRETS);
  }

  /** Lets an identity use products and orders, and read no secret of a shard: workers know no users. */
  public admitToShared(identity: ServerIdentity): void {
    this.admitTo(identity, SHARED, MANY_SECRETS);
  }

  /**
   * Makes the cluster of each shard where its number says, and tells the application where it is.
   * @internal
   */
  protected _eachShard<T extends Construct & ClusterEndpoints>(
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
}
