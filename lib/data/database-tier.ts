import type { Construct } from 'constructs';
import type { Foundation } from '../foundation';
import { SubnetGroup } from '../network/network';
import { Setting } from '../settings/settings';
import { PrivateDatabase, type PrivateDatabaseOptions } from './private-database';

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

  /** Whether the database needs a server with a data volume. */
  public readonly needsDataVolume: boolean = false;

  /** The same tier with another number of read replicas, or this tier where it has none to choose. */
  public withReadReplicas(_count: number): DatabaseTier {
    return this;
  }

  /** Creates the database under an architecture, and tells the application where it is. */
  public abstract bind(scope: Construct, foundation: Foundation): PrivateDatabase | undefined;
}

class OnServer extends DatabaseTier {
  public override readonly needsDataVolume = true;

  public bind(_scope: Construct, { settings }: Foundation): undefined {
    settings.put(Setting.DATABASE_WRITER, '/run/postgresql');
    settings.put(Setting.DATABASE_NAME, 'app');
  }
}

class Instance extends DatabaseTier {
  public constructor(private readonly options: PrivateDatabaseOptions) {
    super();
  }

  public override withReadReplicas(readReplicas: number): DatabaseTier {
    return this.options.readReplicas === undefined ? this : new Instance({ ...this.options, readReplicas });
  }

  public bind(scope: Construct, { name, network, key, settings, servers, removalPolicy }: Foundation): PrivateDatabase {
    const database = new PrivateDatabase(scope, 'Database', {
      ...this.options,
      name,
      vpc: network.vpc,
      subnets: network.subnets(SubnetGroup.DATA),
      key,
      removalPolicy,
    });
    database.admit(servers);
    settings.put(Setting.DATABASE_WRITER, database.instance.instanceEndpoint.socketAddress);
    settings.put(Setting.DATABASE_NAME, database.databaseName);
    settings.put(Setting.DATABASE_SECRET, database.secret.secretArn);
    if (database.replicas.length > 0) {
      settings.put(Setting.DATABASE_READERS, database.replicas.map((replica) => replica.instanceEndpoint.socketAddress).join(','));
    }
    return database;
  }
}
