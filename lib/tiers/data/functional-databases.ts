import { Stack, Stage } from 'aws-cdk-lib';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { RegionalStack } from '../../foundation/network/regional-stack';
import type { ServerIdentity } from '../../foundation/servers/server-identity';
import { AuroraDatabases } from './aurora-databases';
import type { ClusterEndpoints, ClusterGroundProps } from './cluster-ground';
import { DataModel } from './data-model';
import { refuseShortNames } from './data-model-names';
import type { ShardMap } from './shard-map';

/** Props of {@link FunctionalDatabases}. */
export interface FunctionalDatabasesProps extends ClusterGroundProps {
  /** Which shard holds which user. */
  readonly shardMap: ShardMap;
  /**
   * Which tables go where.
   * @default DataModel.REFERENCE
   */
  readonly model?: DataModel;
}

/** Shards in the stack of the region itself. */
const AT_HOME = 8;
/** Shards in each further stack: up to 14 resources a shard, with two schedules of its sleep, stay below the 500 of a stack. */
const PER_STACK = 32;

const MANY_SECRETS = "the secrets of these databases alone; the end of a secret's ARN is random, and there may be a thousand shards";

/** Makes a cluster, by what it holds. */
type Make<T> = (scope: Construct, id: string, role: string, ordinal: number) => T;

/** Databases by function in one region: those that are whole, then the shards; and how the application hears of shards. */
export abstract class FunctionalDatabases extends AuroraDatabases {
  /** Stacks that hold the shards beyond the eighth. */
  public readonly shardStacks: RegionalStack[];
  /** Which tables go where. */
  public readonly model: DataModel;

  public constructor(scope: Construct, id: string, props: FunctionalDatabasesProps) {
    super(scope, id, props);
    this.model = props.model ?? DataModel.REFERENCE;
    refuseShortNames(props.name, this.model.functions);
    const home = Stack.of(this);
    const beside = Stage.of(this) ?? this;
    const stacks = Math.ceil(Math.max(0, props.shardMap.shards - AT_HOME) / PER_STACK);
    this.shardStacks = Array.from({ length: stacks }, (_, index) => {
      const stackId = `${home.node.id}-shards-${index + 1}`;
      const { region, availabilityZones, terminationProtection, tags } = home;
      return new RegionalStack(beside, stackId, { region, zones: availabilityZones, terminationProtection, tags: tags.tagValues() });
    });
  }

  /** What the databases hold: their secrets are named so. */
  protected get roles(): string[] {
    return [...this.model.functions, `${this.model.sharded}/?*`];
  }

  /** Lets an identity connect to all of them, and read their secrets. */
  public admit(identity: ServerIdentity): void {
    this.admitTo(identity, this.roles, MANY_SECRETS);
  }

  /** Lets an identity read the secrets of the shards, beside what it may already. */
  public admitToShards(identity: ServerIdentity): void {
    this.admitTo(identity, [`${this.model.sharded}/?*`], MANY_SECRETS);
  }

  /** Lets an identity use the whole functions, and read no secret of a shard: workers know no users. */
  public admitToShared(identity: ServerIdentity): void {
    this.admitTo(identity, this.model.functions, MANY_SECRETS);
  }

  /**
   * Makes the cluster of each function.
   * @internal
   */
  protected _eachFunction<T extends Construct>(make: Make<T>): { [name: string]: T } {
    const { model } = this;
    return Object.fromEntries(model.functions.map((name, ordinal) => [name, make(this, model.idOf(name), name, ordinal)]));
  }

  /**
   * Makes the cluster of each shard where its number says, so that growing never moves one, and tells the application where it is.
   * @internal
   */
  protected _eachShard<T extends Construct & ClusterEndpoints>(shards: number, make: Make<T>): T[] {
    const { sharded } = this.model;
    return Array.from({ length: shards }, (_, shard) => {
      const parent = shard < AT_HOME ? this : this.shardStacks[Math.floor((shard - AT_HOME) / PER_STACK)];
      const users = make(parent, `${this.model.idOf(sharded)}${shard}`, `${sharded}/${shard}`, shard);
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
