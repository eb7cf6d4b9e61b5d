import { Aws, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { acknowledgeRules } from '../../foundation/acknowledge';
import type { Geography } from '../../foundation/regions/geography';
import type { ServerIdentity } from '../../foundation/servers/server-identity';

/** Props of {@link SessionTable}. */
export interface SessionTableProps {
  /** Name of the deployment; the table is `<name>-sessions`, in every region. Final. */
  readonly name: string;
  /** Encrypts the table in this region. */
  readonly key: kms.IKey;
  /**
   * The regions. The founding one makes the table and its replicas; each further one has a key with the alias `alias/<name>` before.
   * @default - there is one
   */
  readonly geography?: Geography;
  /**
   * What happens to the table when it leaves the template. DESTROY also turns deletion protection off.
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** A session lives for a week: an older copy would bring back only what has ended. */
const RECOVERY_DAYS = 7;

/**
 * A DynamoDB table of sessions: `id` (text) is the key, `ends` (seconds since 1970) says when DynamoDB may delete an item. Paid by the request.
 *
 * It is an `AWS::DynamoDB::GlobalTable` from its birth, with a stream, because a `Table` can't become one. So a climb to several regions
 * only adds replicas, and AWS adds or removes one in each update (aws-cdk-lib, README of aws-dynamodb, "Replicas"). In a further region this
 * construct makes nothing: the replica is there, under the same name.
 *
 * **Stateful**: retained, with deletion protection, and any second of the last week can be restored.
 */
export class SessionTable extends Construct {
  /** Name of the table, in every region. */
  public readonly tableName: string;
  /** ARN of the replica of this region. */
  public readonly tableArn: string;
  /** Regions of the replicas, this one first. */
  public readonly regions: string[];
  private readonly key: kms.IKey;

  public constructor(scope: Construct, id: string, props: SessionTableProps) {
    super(scope, id);
    const { name, key, geography, removalPolicy = RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE } = props;
    const { region, partition } = Stack.of(this);
    this.key = key;
    this.tableName = `${name}-sessions`;
    this.tableArn = `arn:${partition}:dynamodb:${region}:${Aws.ACCOUNT_ID}:table/${this.tableName}`;
    this.regions = [region, ...(geography?.regions ?? []).filter((one) => one !== region)];
    if (geography?.isFounding === false) return;
    const isKept = removalPolicy !== RemovalPolicy.DESTROY;
    const table = new dynamodb.CfnGlobalTable(this, 'Table', {
      tableName: this.tableName,
      attributeDefinitions: [{ attributeName: 'id', attributeType: 'S' }],
      keySchema: [{ attributeName: 'id', keyType: 'HASH' }],
      billingMode: 'PAY_PER_REQUEST',
      timeToLiveSpecification: { attributeName: 'ends', enabled: true },
      streamSpecification: { streamViewType: 'NEW_AND_OLD_IMAGES' },
      sseSpecification: { sseEnabled: true, sseType: 'KMS' },
      replicas: this.regions.map((one) => ({
        region: one,
        deletionProtectionEnabled: isKept,
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true, recoveryPeriodInDays: RECOVERY_DAYS },
        sseSpecification: {
          // A replica needs a key of its own region; an alias of a further region is known before its key is made.
          kmsMasterKeyId: one === region ? key.keyArn : `arn:${partition}:kms:${one}:${Aws.ACCOUNT_ID}:alias/${name}`,
        },
      })),
    });
    table.applyRemovalPolicy(removalPolicy);
    acknowledgeRules(table, {
      DynamoDBInBackupPlan: 'sessions are valid for a week, and point-in-time recovery has every second of it',
      DynamoDBAutoScalingEnabled: 'paid by the request: there is no capacity to scale',
    });
  }

  /** Lets an identity read and write single sessions; nobody can list them. */
  public admit(identity: ServerIdentity): void {
    const use = (actions: string[], resource: string, conditions?: Record<string, unknown>): void => {
      identity.role.addToPolicy(new iam.PolicyStatement({ actions, resources: [resource], conditions }));
    };
    const item = ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'DescribeTable'];
    use(
      item.map((action) => `dynamodb:${action}`),
      this.tableArn,
    );
    // DynamoDB uses the key in the name of whoever asks.
    const encrypt = ['Decrypt', 'Encrypt', 'GenerateDataKey', 'ReEncryptFrom', 'ReEncryptTo', 'DescribeKey'];
    use(
      encrypt.map((action) => `kms:${action}`),
      this.key.keyArn,
      { StringEquals: { 'kms:ViaService': `dynamodb.${Stack.of(this).region}.amazonaws.com` } },
    );
  }
}
