import { Aws, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';

/** What the application reads below `/<name>/config/`. The values are public API: an application of your own reads them too. */
export enum Setting {
  /** Where writes go: `host:port`, or a directory that holds a Unix socket when the database is on the same server. */
  DATABASE_WRITER = 'database/writer',
  /** Where reads that may lag go: `host:port`, separated by commas. */
  DATABASE_READERS = 'database/readers',
  /** Name of the database. */
  DATABASE_NAME = 'database/name',
  /** ARN of the secret with `username` and `password`. Where the writer is a directory the operating system's user is proof enough. */
  DATABASE_SECRET = 'database/secret',
  /** Where writes of products go, `host:port`. */
  PRODUCTS_WRITER = 'products/writer',
  /** Where reads of products that may lag go. */
  PRODUCTS_READERS = 'products/readers',
  /** ARN of the products' secret. */
  PRODUCTS_SECRET = 'products/secret',
  /** Where writes of orders, reports and the directory go, `host:port`. */
  ORDERS_WRITER = 'orders/writer',
  /** Where reads of orders that may lag go. */
  ORDERS_READERS = 'orders/readers',
  /** ARN of the orders' secret. */
  ORDERS_SECRET = 'orders/secret',
  /**
   * Which shard holds which user: JSON with `strategy`, `version`, `shards`, and `size` or `ranges`. Where shard n is says the
   * parameter `/<name>/shards/<n>`, JSON with `writer`, `readers` and `secret`. The strategy `core` says that all users are in the one
   * database, whatever other databases there are.
   */
  SHARD_MAP = 'shards/map',
  /**
   * Region that takes the writes, if there are several. The failover document writes it, in all regions that it reaches, and no template
   * ever does. Before the first failover there is none, and the founding region takes them.
   */
  WRITER_REGION = 'region/writer',
  /** Region that takes the writes until a failover says another one, if there are several and one database. */
  FOUNDING_REGION = 'region/founding',
  /** URL of the queue of jobs. */
  JOBS_QUEUE = 'jobs/queue',
  /** Configuration endpoint of the cache, `host:port`, TLS. */
  CACHE_ENDPOINT = 'cache/endpoint',
  /** ARN of the secret whose text is the cache's password. */
  CACHE_SECRET = 'cache/secret',
  /** Configuration endpoint of the session store, `host:port`, TLS. Absent while sessions live in the server's memory. */
  SESSIONS_ENDPOINT = 'sessions/endpoint',
  /** ARN of the secret whose text is the session store's password. */
  SESSIONS_SECRET = 'sessions/secret',
  /** Name of the DynamoDB table that holds the sessions, instead of an endpoint: the replica of the region that asks. */
  SESSIONS_TABLE = 'sessions/table',
  /** Bucket for hashed static files, below `static/`. */
  STATIC_BUCKET = 'storage/static',
  /** Where uploads go: a bucket, below `uploads/`, or a directory on the server's data volume, which starts with a slash. */
  UPLOADS_BUCKET = 'storage/uploads',
  /** Host name that users see when there is a CDN. */
  EDGE_HOST = 'edge/host',
  /** EBS volume that the boot script attaches and mounts at `/data`. */
  DATA_VOLUME = 'server/volume',
}

/** Props of {@link Settings}. */
export interface SettingsProps {
  /** Name of the deployment: the first part of every parameter's name. */
  readonly name: string;
}

/**
 * The application's settings in Parameter Store. A climb, a failover or a reshard is a change here, never a new server.
 * A setting's construct id is its name, so each can be put once.
 */
export class Settings extends Construct {
  /** The path above all parameters of the deployment, without a slash at its end. */
  public readonly path: string;
  private readonly there = new Set<string>();
  private readonly later = new Map<string, string>();
  private holding = false;

  public constructor(scope: Construct, id: string, props: SettingsProps) {
    super(scope, id);
    this.path = `/${props.name}`;
  }

  /** Writes one setting below `config/`. While settings are held back, one that is there already keeps its value. */
  public put(setting: Setting, value: string): void {
    this.putNamed(setting, value);
  }

  /** Writes where the database of a function is, below its name: `orders/writer`, `orders/readers`, `orders/secret`. */
  public putDatabase(name: string, writer: string, readers: string, secret: string): void {
    this.putNamed(`${name}/writer`, writer);
    this.putNamed(`${name}/readers`, readers);
    this.putNamed(`${name}/secret`, secret);
  }

  /** Until `endHoldBack`, a setting that is there keeps its value: what is put is what a runbook will switch to. */
  public holdBack(): void {
    this.holding = true;
  }

  /** Settings are put as usual again. */
  public endHoldBack(): void {
    this.holding = false;
  }

  /** What a runbook has to switch a setting to. Fails where nothing was held back. */
  public heldBack(setting: Setting): string {
    const value = this.later.get(setting);
    if (value === undefined) throw new Error(`nothing was held back for the setting ${setting}`);
    return value;
  }

  /**
   * Writes a parameter that is not a setting of the application, such as the release.
   * @param id construct id, PascalCase.
   * @param name name below the deployment's path.
   * @param value the text.
   */
  public write(id: string, name: string, value: string): ssm.CfnParameter {
    return new ssm.CfnParameter(this, id, { name: `${this.path}/${name}`, type: 'String', value });
  }

  /** Lets a role read all parameters of the deployment. */
  public grantRead(role: iam.Role): void {
    const resource = `arn:${Aws.PARTITION}:ssm:${Stack.of(this).region}:${Aws.ACCOUNT_ID}:parameter${this.path}/*`;
    role.addToPolicy(
      new iam.PolicyStatement({ actions: ['ssm:GetParameter', 'ssm:GetParameters', 'ssm:GetParametersByPath'], resources: [resource] }),
    );
    acknowledge(role, {
      [`AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:ssm:${Stack.of(this).region}:<AWS::AccountId>:parameter${this.path}/*]`]:
        'the settings of this one deployment, which are not secrets; no other statement of the role reads parameters',
    });
  }

  private putNamed(setting: string, value: string): void {
    if (this.holding && this.there.has(setting)) {
      this.later.set(setting, value);
      return;
    }
    this.there.add(setting);
    this.write(pascalCase(setting), `config/${setting}`, value);
  }
}

function pascalCase(name: string): string {
  return name.replace(/(?:^|\/)(\w)/g, (_, letter: string) => letter.toUpperCase());
}
