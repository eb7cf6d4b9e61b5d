import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/** Props of {@link JobQueue}. */
export interface JobQueueProps {
  /** Encrypts the jobs. */
  readonly key: kms.IKey;
  /** What a worker gives one job before it gives up. A job is invisible a minute longer, so that no second worker starts it meanwhile. */
  readonly jobTimeout: Duration;
  /**
   * How often a job is tried before it goes to the dead-letter queue.
   * @default 5
   */
  readonly tries?: number;
  /**
   * What happens to the queues when they leave the template.
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * A standard queue between a click and the work, with long polling, TLS only, and a dead-letter queue for jobs that fail again and again.
 *
 * **Stateful**: accepted jobs wait here two weeks, the longest that SQS allows; dead letters two weeks more.
 */
export class JobQueue extends Construct {
  /** Jobs that wait. */
  public readonly queue: sqs.Queue;
  /** Jobs that failed too often. */
  public readonly deadLetters: sqs.Queue;
  /** What a worker gives one job. */
  public readonly jobTimeout: Duration;
  /** How often a job is tried. */
  public readonly tries: number;
  private readonly key: kms.IKey;

  public constructor(scope: Construct, id: string, props: JobQueueProps) {
    super(scope, id);
    this.jobTimeout = props.jobTimeout;
    this.tries = props.tries ?? 5;
    const shared = {
      encryption: sqs.QueueEncryption.KMS,
      encryptionMasterKey: props.key,
      dataKeyReuse: Duration.hours(1),
      enforceSSL: true,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    };
    this.deadLetters = new sqs.Queue(this, 'DeadLetters', { ...shared, retentionPeriod: Duration.days(14) });
    this.queue = new sqs.Queue(this, 'Queue', {
      ...shared,
      retentionPeriod: Duration.days(14),
      receiveMessageWaitTime: Duration.seconds(20),
      visibilityTimeout: props.jobTimeout.plus(Duration.minutes(1)),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: this.tries },
    });
    this.key = props.key;
  }

  /** Lets a role send jobs and ask how many there are (which keeps SQS reporting), and not receive them. */
  public grantSend(role: iam.Role): void {
    this.allow(role, ['sqs:SendMessage', 'sqs:GetQueueAttributes'], ['kms:Decrypt', 'kms:GenerateDataKey']);
  }

  /** Lets a role receive and finish jobs, and not send them. */
  public grantWork(role: iam.Role): void {
    this.allow(role, ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'], ['kms:Decrypt']);
  }

  private allow(role: iam.Role, actions: string[], keyActions: string[]): void {
    role.addToPolicy(new iam.PolicyStatement({ actions, resources: [this.queue.queueArn] }));
    this.key.grant(role, ...keyActions);
  }
}
