import { RemovalPolicy } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Foundation } from '../../foundation/foundation';
import { SubnetGroup } from '../../foundation/network/network';
import { Setting } from '../../foundation/settings/settings';
import { EvictionPolicy, Valkey, type ValkeyOptions } from './valkey';

/** Copies of what the database would have to read again. */
export abstract class CacheTier {
  /** Every page reads the database. */
  public static none(): CacheTier {
    return new NoCache();
  }

  /** A Valkey group for cache-aside; it forgets what was used least. */
  public static valkey(options: ValkeyOptions = {}): CacheTier {
    return new ValkeyCache(options);
  }

  /** The same tier on another type of node, with or without `cache.`, or this tier where it has none to choose. */
  public withNodeType(_nodeType: string): CacheTier {
    return this;
  }

  /** Creates the cache under an architecture, and tells the application where it is. */
  public abstract bind(scope: Construct, foundation: Foundation): Valkey | undefined;
}

/** Where the sessions of users are. */
export abstract class SessionStore {
  /** In the memory of the web server: a server that dies logs its users out. */
  public static onServer(): SessionStore {
    return new OnServer();
  }

  /** In a Valkey group of their own, which refuses writes rather than forget a session. */
  public static valkey(options: ValkeyOptions = {}): SessionStore {
    return new ValkeySessions(options);
  }

  /** Whether every server sees the same sessions. */
  public readonly shared: boolean = false;

  /** The same store on another type of node, with or without `cache.`, or this store where it has none to choose. */
  public withNodeType(_nodeType: string): SessionStore {
    return this;
  }

  /** Creates the store under an architecture, and tells the application where it is. */
  public abstract bind(scope: Construct, foundation: Foundation): Valkey | undefined;
}

class NoCache extends CacheTier {
  public bind(): undefined {
    return undefined;
  }
}

class ValkeyCache extends CacheTier {
  public constructor(private readonly options: ValkeyOptions) {
    super();
  }

  public override withNodeType(nodeType: string): CacheTier {
    return new ValkeyCache({ ...this.options, nodeType });
  }

  public bind(scope: Construct, foundation: Foundation): Valkey {
    const cache = valkey(scope, 'Cache', 'cache', EvictionPolicy.ALL_KEYS_LRU, this.options, foundation);
    foundation.settings.put(Setting.CACHE_ENDPOINT, cache.endpoint);
    foundation.settings.put(Setting.CACHE_SECRET, cache.secret.secretArn);
    return cache;
  }
}

class OnServer extends SessionStore {
  public bind(): undefined {
    return undefined;
  }
}

class ValkeySessions extends SessionStore {
  public override readonly shared = true;

  public constructor(private readonly options: ValkeyOptions) {
    super();
  }

  public override withNodeType(nodeType: string): SessionStore {
    return new ValkeySessions({ ...this.options, nodeType });
  }

  public bind(scope: Construct, foundation: Foundation): Valkey {
    const sessions = valkey(scope, 'Sessions', 'sessions', EvictionPolicy.NO_EVICTION, this.options, foundation);
    foundation.settings.put(Setting.SESSIONS_ENDPOINT, sessions.endpoint);
    foundation.settings.put(Setting.SESSIONS_SECRET, sessions.secret.secretArn);
    return sessions;
  }
}

function valkey(
  scope: Construct,
  id: string,
  role: string,
  eviction: EvictionPolicy,
  options: ValkeyOptions,
  foundation: Foundation,
): Valkey {
  const group = new Valkey(scope, id, {
    ...options,
    name: `${foundation.name}/${role}`,
    description: `Valkey ${role}`,
    eviction,
    vpc: foundation.network.vpc,
    subnets: foundation.network.subnets(SubnetGroup.DATA),
    key: foundation.key,
    removalPolicy: foundation.removalPolicy === RemovalPolicy.DESTROY ? RemovalPolicy.DESTROY : RemovalPolicy.SNAPSHOT,
  });
  group.admit(foundation.servers);
  return group;
}
