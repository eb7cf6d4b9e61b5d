import type { Construct } from 'constructs';
import type { Foundation } from '../../foundation/foundation';
import { Setting } from '../../foundation/settings/settings';
import { EvictionPolicy, type Valkey, type ValkeyOptions } from './valkey';
import { valkeyGroup } from './valkey-group';

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
    const cache = valkeyGroup(scope, 'Cache', 'cache', EvictionPolicy.ALL_KEYS_LRU, this.options, foundation);
    foundation.settings.put(Setting.CACHE_ENDPOINT, cache.endpoint);
    foundation.settings.put(Setting.CACHE_SECRET, cache.secret.secretArn);
    return cache;
  }
}
