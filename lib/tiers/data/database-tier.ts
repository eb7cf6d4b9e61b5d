import type { Construct } from 'constructs';
import type { Foundation } from '../../foundation/foundation';
import { SubnetGroup } from '../../foundation/network/network';
import { InvalidInput } from '../../foundation/invalid-input';
import { Setting } from '../../foundation/settings/settings';
import { ClusterDatabase } from './cluster-database';
import type { ClusterEndpoints } from './cluster-ground';
import { DataModel, KeyType } from './data-model';
import { type DatabaseSizes, clusterOf, followsRows } from './database-sizes';
import type { ClusterTierOptions, ShardedTierOptions } from './database-tier-options';
import { FederatedDatabases } from './federated-databases';
import { putLast } from './last-function';
import { PrivateDatabase, type PrivateDatabaseOptions } from './private-database';
import { SecondaryDatabases } from './secondary-databases';
import { ShardMap, ShardStrategy } from './shard-map';

/** A database tier that was bound: nothing where the database is on the server. */
export interface Databases {
  /**
   * The one database of the application.
   * @default - there is none, or several
   */
  readonly core?: PrivateDatabase;
  /**
   * The one database of the application, as an Aurora cluster.
   * @default - it is none, or there are several
   */
  readonly cluster?: ClusterDatabase;
  /**
   * Databases by function, users over shards.
   * @default - there is one database
   */
  readonly federated?: FederatedDatabases;
  /**
   * Copies of the databases by function, in a further region.
   * @default - this region is the founding one
   */
  readonly secondary?: SecondaryDatabases;
}

/** Where the data is. */
export abstract class DatabaseTier {
  /** PostgreSQL on the web server, on its data volume. */
  public static onServer(): DatabaseTier {
    return new OnServer();
  }

  /** RDS PostgreSQL in private subnets, with any number of read replicas up to 15. */
  public static instance(options: PrivateDatabaseOptions = {}): DatabaseTier {
    return new Instance(options);
  }

  /**
   * One Aurora PostgreSQL cluster with all data: a writer, and readers that may scale. Storage grows by itself up to 128 TiB, a reader takes over in less than a
   * minute, and it spans regions. What it can't do is take more writes than one writer takes.
   */
  public static cluster(options: ClusterTierOptions = {}): DatabaseTier {
    return new Cluster(options);
  }

  /** Aurora clusters by function, one of them over any number of shards up to 1,024: users, products and orders unless a model says otherwise. */
  public static sharded(options: ShardedTierOptions = {}): DatabaseTier {
    return new Sharded(options);
  }

  /** Whether the database needs a server with a data volume. */
  public readonly needsDataVolume: boolean = false;

  /** Whether it can be copied to further regions. */
  public readonly spansRegions: boolean = false;

  /** Which shard holds which user, or nothing where all users are in one database. */
  public get shardMap(): ShardMap | undefined {
    return undefined;
  }

  /** The same tier with another number of read replicas, or this tier where it has none to choose. */
  public withReadReplicas(_count: number): DatabaseTier {
    return this;
  }

  /** The same tier with another data model, or this tier where it has no shards. Keys that have no ranges are spread by hash. */
  public withModel(_model: DataModel): DatabaseTier {
    return this;
  }

  /** The same tier with another number of shards, or this tier where it has none to choose. */
  public withShards(_count: number): DatabaseTier {
    return this;
  }

  /** The same tier with another way to find the shard of a user, or this tier where it has none to choose. Final once users exist. */
  public withSharding(_strategy: ShardStrategy): DatabaseTier {
    return this;
  }

  /** The same tier in other sizes, or this tier where none of them are its own. */
  public sized(_sizes: DatabaseSizes): DatabaseTier {
    return this;
  }

  /** Creates the database under an architecture, and tells the application where it is. */
  public abstract bind(scope: Construct, foundation: Foundation): Databases;
}

class OnServer extends DatabaseTier {
  public override readonly needsDataVolume = true;

  public bind(_scope: Construct, { settings }: Foundation): Databases {
    settings.put(Setting.DATABASE_WRITER, '/run/postgresql');
    settings.put(Setting.DATABASE_NAME, 'app');
    return {};
  }
}

class Instance extends DatabaseTier {
  public constructor(private readonly options: PrivateDatabaseOptions) {
    super();
  }

  public override withReadReplicas(readReplicas: number): DatabaseTier {
    return this.options.readReplicas === undefined ? this : new Instance({ ...this.options, readReplicas });
  }

  public override sized({ cluster: _, ...sizes }: DatabaseSizes): DatabaseTier {
    return Object.keys(sizes).length === 0 ? this : new Instance({ ...this.options, ...sizes });
  }

  public bind(scope: Construct, { name, network, key, settings, servers, removalPolicy, awake }: Foundation): Databases {
    const database = new PrivateDatabase(scope, 'Database', {
      ...this.options,
      name,
      vpc: network.vpc,
      subnets: network.subnets(SubnetGroup.DATA),
      key,
      removalPolicy,
      awake,
    });
    database.admit(servers);
    settings.put(Setting.DATABASE_WRITER, database.instance.instanceEndpoint.socketAddress);
    settings.put(Setting.DATABASE_NAME, database.databaseName);
    settings.put(Setting.DATABASE_SECRET, database.secret.secretArn);
    if (database.replicas.length > 0) {
      settings.put(Setting.DATABASE_READERS, database.replicas.map((replica) => replica.instanceEndpoint.socketAddress).join(','));
    }
    return { core: database };
  }
}

class Cluster extends DatabaseTier {
  public override readonly spansRegions = true;

  public constructor(private readonly options: ClusterTierOptions) {
    super();
  }

  public override withReadReplicas(readers: number): DatabaseTier {
    return new Cluster({ ...this.options, readers });
  }

  public override sized(sizes: DatabaseSizes): DatabaseTier {
    const { engineVersion, ...options } = this.options;
    const cluster = clusterOf(sizes, options);
    return cluster ? new Cluster({ engineVersion, ...cluster }) : this;
  }

  public bind(scope: Construct, { name, network, key, settings, servers, removalPolicy, geography }: Foundation): Databases {
    const { engineVersion, ...cluster } = this.options;
    const database = new ClusterDatabase(scope, 'Cluster', {
      ...{ name, vpc: network.vpc, subnets: network.subnets(SubnetGroup.DATA), key, removalPolicy },
      ...{ engineVersion, cluster, geography, logicalReplication: followsRows(cluster, geography) },
    });
    database.admit(servers);
    const { writer, readers, secretId } = database.endpoints;
    settings.put(Setting.DATABASE_WRITER, writer);
    settings.put(Setting.DATABASE_READERS, readers);
    settings.put(Setting.DATABASE_NAME, database.databaseName);
    settings.put(Setting.DATABASE_SECRET, secretId);
    if (geography) settings.put(Setting.FOUNDING_REGION, geography.founding);
    return { cluster: database };
  }
}

class Sharded extends DatabaseTier {
  public override readonly spansRegions = true;

  private readonly model: DataModel;

  public constructor(private readonly options: ShardedTierOptions) {
    super();
    this.model = options.model ?? DataModel.REFERENCE;
    const { strategy } = this.shardMap;
    const { keyType } = this.model;
    if (strategy === ShardStrategy.RANGE && keyType !== KeyType.WHOLE_NUMBER) {
      throw new InvalidInput(`ranges of ${keyType} keys are not possible: choose ShardMap.hash or ShardMap.directory`);
    }
  }

  public override withModel(model: DataModel): DatabaseTier {
    const { strategy, shards } = this.shardMap;
    const hasRanges = model.keyType === KeyType.WHOLE_NUMBER || strategy !== ShardStrategy.RANGE;
    return new Sharded({ ...this.options, model, shardMap: hasRanges ? this.shardMap : ShardMap.hash(shards) });
  }

  public override withShards(count: number): DatabaseTier {
    return new Sharded({ ...this.options, shardMap: this.shardMap.withShards(count) });
  }

  public override withSharding(strategy: ShardStrategy): DatabaseTier {
    return new Sharded({ ...this.options, shardMap: ShardMap.of(strategy, this.shardMap.shards) });
  }

  public override sized(sizes: DatabaseSizes): DatabaseTier {
    const cluster = clusterOf(sizes, this.options.cluster);
    return cluster ? new Sharded({ ...this.options, cluster }) : this;
  }

  public bind(scope: Construct, { name, network, key, settings, servers, removalPolicy, geography }: Foundation): Databases {
    const shared = {
      ...{ name, vpc: network.vpc, subnets: network.subnets(SubnetGroup.DATA), key, removalPolicy },
      ...{ shardMap: this.shardMap, model: this.model, cluster: this.options.cluster, engineVersion: this.options.engineVersion },
      logicalReplication: followsRows(this.options.cluster, geography),
    };
    const databases: Databases =
      geography && !geography.isFounding
        ? { secondary: new SecondaryDatabases(scope, 'Databases', { ...shared, writeForwarding: geography.writeForwarding }) }
        : { federated: new FederatedDatabases(scope, 'Databases', { ...shared, geography }) };
    const here = databases.federated ?? databases.secondary;
    if (here) {
      here.admit(servers);
      settings.put(Setting.DATABASE_NAME, 'app');
      for (const [name, { writer, readers, secretId }] of Object.entries<ClusterEndpoints>(here.functions))
        settings.putDatabase(name, writer, readers, secretId);
      if (this.model !== DataModel.REFERENCE) putLast(settings, Object.values<ClusterEndpoints>(here.functions), geography);
      settings.put(Setting.SHARD_MAP, this.shardMap.toText());
      if (geography) settings.put(Setting.FOUNDING_REGION, geography.founding);
    }
    return databases;
  }

  public override get shardMap(): ShardMap {
    return this.options.shardMap ?? (this.model.keyType === KeyType.WHOLE_NUMBER ? ShardMap.range(2) : ShardMap.hash(2));
  }
}
