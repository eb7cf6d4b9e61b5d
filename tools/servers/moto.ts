import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
  type TimeToLiveSpecification,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import {
  BucketAlreadyOwnedByYou,
  type BucketLocationConstraint,
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateSecretCommand, GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateQueueCommand, GetQueueAttributesCommand, type QueueAttributeName, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DeleteParameterCommand, GetParametersCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { ChildProcess } from 'node:child_process';
import { eventually, findProgram, freePort, isExecutable, startProcess, stopProcess } from './processes';

// Every client would say on Node 20 that its time ends: README says it once.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

/** The program, if it is installed: on PATH or where MOTO_SERVER says. */
export function motoProgram(): string | undefined {
  const { MOTO_SERVER } = process.env;
  return MOTO_SERVER && isExecutable(MOTO_SERVER) ? MOTO_SERVER : findProgram('moto_server');
}

/** How an imitation of AWS on a port of this machine is talked to: by programs, by their environment, and by clients of the SDK. */
export function imitationAt(
  port: number,
  region = 'us-east-1',
): {
  readonly environment: Readonly<Record<string, string>>;
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
} {
  const endpoint = `http://127.0.0.1:${port}`;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return {
    environment: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
    client: { endpoint, region, credentials },
  };
}

/** The AWS API, as far as moto knows it. Everything it holds is in its memory. */
export class Moto {
  /** What a process needs in its environment to talk to it. */
  public readonly environment: Readonly<Record<string, string>>;
  public readonly s3: S3Client;
  public readonly dynamoDb: DynamoDBClient;
  private readonly sqs: SQSClient;
  private readonly parameterStore: SSMClient;
  private readonly secretsManager: SecretsManagerClient;
  private process?: ChildProcess;

  private constructor(
    private readonly port: number,
    public readonly region = 'us-east-1',
    programsPort = port,
  ) {
    const { client } = imitationAt(port, region);
    this.environment = imitationAt(programsPort, region).environment;
    this.s3 = new S3Client({ ...client, forcePathStyle: true });
    this.dynamoDb = new DynamoDBClient(client);
    this.sqs = new SQSClient(client);
    this.parameterStore = new SSMClient(client);
    this.secretsManager = new SecretsManagerClient(client);
  }

  /**
   * The same as a region sees it; buckets are everybody's.
   * @param port where programs of the region ask; here without it.
   */
  public in(region: string, port = this.port): Moto {
    return new Moto(this.port, region, port);
  }

  /** Starts it, or leaves it for later. */
  public static async create(): Promise<Moto> {
    return new Moto(await freePort());
  }

  /** Starts it and waits until it answers. */
  public async start(): Promise<void> {
    this.process = startProcess([motoProgram() ?? '', '-H', '127.0.0.1', '-p', String(this.port)]);
    await eventually(async () => (await fetch(`http://127.0.0.1:${this.port}/moto-api/`)).ok, 20_000);
  }

  /** Stops it. */
  public async stop(): Promise<void> {
    if (this.process) await stopProcess(this.process, 'SIGKILL');
  }

  /** Where it answers. */
  public get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Writes a value into Parameter Store, whatever its name is; without a value it is removed. */
  public async put(Name: string, Value: string | undefined): Promise<void> {
    if (Value === undefined) await this.parameterStore.send(new DeleteParameterCommand({ Name }));
    else await this.parameterStore.send(new PutParameterCommand({ Name, Value, Type: 'String', Overwrite: true }));
  }

  /** Reads a value of Parameter Store. */
  public async get(Name: string): Promise<string | undefined> {
    const { Parameters = [] } = await this.parameterStore.send(new GetParametersCommand({ Names: [Name] }));
    return Parameters.at(0)?.Value;
  }

  /** Writes settings of a deployment; those without a value are removed. */
  public async configure(name: string, settings: Readonly<Record<string, string | undefined>>): Promise<void> {
    for (const [setting, value] of Object.entries(settings)) await this.put(`/${name}/config/${setting}`, value);
  }

  /** Names the release that servers run. */
  public async announce(name: string, url: string): Promise<void> {
    await this.put(`/${name}/release`, url);
  }

  /** Makes a table, with its parts as a template writes them. */
  public async createTable(
    TableName: string,
    shape: { readonly key: unknown; readonly attributes: unknown; readonly expiry: unknown },
  ): Promise<void> {
    const { key, attributes, expiry } = shape;
    const input = { TableName, KeySchema: key, AttributeDefinitions: attributes, BillingMode: 'PAY_PER_REQUEST' };
    await this.dynamoDb.send(new CreateTableCommand(input as CreateTableCommandInput));
    const TimeToLiveSpecification = expiry as TimeToLiveSpecification;
    await this.dynamoDb.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
  }

  /** Makes a bucket, if it isn't there. */
  public async createBucket(bucket: string): Promise<void> {
    const place = this.region === 'us-east-1' ? undefined : (this.region as BucketLocationConstraint);
    const CreateBucketConfiguration = place && { LocationConstraint: place };
    await this.s3.send(new CreateBucketCommand({ Bucket: bucket, CreateBucketConfiguration })).catch((error: unknown) => {
      if (!(error instanceof BucketAlreadyOwnedByYou)) throw error;
    });
  }

  /** Puts a file into a bucket, which is made if it isn't there. */
  public async upload(bucket: string, key: string, content: Uint8Array): Promise<void> {
    await this.createBucket(bucket);
    await this.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: content }));
  }

  /** Keys of everything in a bucket below a prefix, a thousand at the most after a key. */
  public async keysIn(bucket: string, prefix: string, after?: string): Promise<string[]> {
    const { Contents = [] } = await this.s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, StartAfter: after }));
    return Contents.flatMap(({ Key }) => Key ?? []);
  }

  /** Copies a file of a bucket to another one, under its own key. */
  public async copy(from: string, to: string, key: string): Promise<void> {
    await this.s3.send(new CopyObjectCommand({ Bucket: to, Key: key, CopySource: `${from}/${encodeURIComponent(key)}` }));
  }

  /** Removes a file from a bucket. */
  public async remove(bucket: string, key: string): Promise<void> {
    await this.s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
  }

  /** Writes where a shard of a deployment is. */
  public async placeShard(name: string, shard: number, place: Readonly<Record<string, string>>): Promise<void> {
    await this.put(`/${name}/shards/${shard}`, JSON.stringify(place));
  }

  /** Makes a queue whose messages go to another one, `<name>-dead`, when they were received so often. */
  public async createQueue(name: string, maxReceiveCount: number): Promise<string> {
    const dead = await this.sqs.send(new CreateQueueCommand({ QueueName: `${name}-dead` }));
    const { QueueArn } = await this.queueAttributes(dead.QueueUrl ?? '', 'QueueArn');
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: QueueArn, maxReceiveCount });
    const { QueueUrl } = await this.sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: { RedrivePolicy } }));
    return QueueUrl ?? '';
  }

  /** Puts a message into a queue. */
  public async send(url: string, body: string): Promise<void> {
    await this.sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body }));
  }

  /** How many messages a queue has: those that wait, and those that somebody received. */
  public async countMessages(url: string): Promise<{ readonly waiting: number; readonly hidden: number }> {
    const [waiting, hidden] = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
    const attributes = await this.queueAttributes(url, waiting, hidden);
    return { waiting: Number(attributes[waiting]), hidden: Number(attributes[hidden]) };
  }

  /** Makes a secret and returns its ARN. */
  public async createSecret(name: string, text: string): Promise<string> {
    const { ARN } = await this.secretsManager.send(new CreateSecretCommand({ Name: name, SecretString: text }));
    return ARN ?? '';
  }

  /** Gives a secret another text. */
  public async changeSecret(arn: string, text: string): Promise<void> {
    await this.secretsManager.send(new PutSecretValueCommand({ SecretId: arn, SecretString: text }));
  }

  /** The current text of a secret. The imitation wants the stage said, where AWS means the current one. */
  public async readSecret(id: string): Promise<string> {
    const { SecretString } = await this.secretsManager.send(new GetSecretValueCommand({ SecretId: id, VersionStage: 'AWSCURRENT' }));
    return SecretString ?? '';
  }

  private async queueAttributes(url: string, ...names: QueueAttributeName[]): Promise<Partial<Record<string, string>>> {
    const { Attributes } = await this.sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: names }));
    return Attributes ?? {};
  }
}
