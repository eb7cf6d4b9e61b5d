import type { Construct } from 'constructs';
import type { Foundation } from '../../foundation/foundation';
import { Setting } from '../../foundation/settings/settings';
import { SessionTable } from './session-table';
import { EvictionPolicy, type Valkey, type ValkeyOptions } from './valkey';
import { valkeyGroup } from './valkey-group';

/** What a session store made: one of the two, or nothing where sessions are on the server. */
export interface Sessions {
  /**
   * The Valkey group.
   * @default - sessions are elsewhere
   */
  readonly valkey?: Valkey;
  /**
   * The DynamoDB table.
   * @default - sessions are elsewhere
   */
  readonly table?: SessionTable;
}

/** Where the sessions of users are. */
export abstract class SessionStore {
  /** In the memory of the web server: a server that dies logs its users out. */
  public static onServer(): SessionStore {
    return new OnServer();
  }

  /** In a Valkey group of their own, which refuses writes rather than forget a session. Each region has its own. */
  public static valkey(options: ValkeyOptions = {}): SessionStore {
    return new ValkeySessions(options);
  }

  /** In a DynamoDB table, which with several regions is a global table: whoever is sent to another region stays signed in. */
  public static dynamoDb(): SessionStore {
    return new TableSessions();
  }

  /** Whether every server sees the same sessions. */
  public readonly shared: boolean = false;

  /** The same store on another type of node, with or without `cache.`, or this store where it has none to choose. */
  public withNodeType(_nodeType: string): SessionStore {
    return this;
  }

  /** Creates the store under an architecture, and tells the application where it is. */
  public abstract bind(scope: Construct, foundation: Foundation): Sessions;
}

class OnServer extends SessionStore {
  public bind(): Sessions {
    return {};
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

  public bind(scope: Construct, foundation: Foundation): Sessions {
    const valkey = valkeyGroup(scope, 'Sessions', 'sessions', EvictionPolicy.NO_EVICTION, this.options, foundation);
    foundation.settings.put(Setting.SESSIONS_ENDPOINT, valkey.endpoint);
    foundation.settings.put(Setting.SESSIONS_SECRET, valkey.secret.secretArn);
    return { valkey };
  }
}

class TableSessions extends SessionStore {
  public override readonly shared = true;

  public bind(scope: Construct, foundation: Foundation): Sessions {
    const { name, key, geography, network, servers, settings, removalPolicy } = foundation;
    const table = new SessionTable(scope, 'SessionTable', { name, key, geography, removalPolicy });
    table.admit(servers);
    network.reachDynamoDb();
    settings.put(Setting.SESSIONS_TABLE, table.tableName);
    return { table };
  }
}
