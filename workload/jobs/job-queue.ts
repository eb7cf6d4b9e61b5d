import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { log } from '../log';
import { reasonOf, Unavailable } from '../timing';

const ASKED_EVERY_MS = 300_000;

/** What a message says. */
export interface Job {
  readonly jobId: string;
  /** The trace of the request that wants it. */
  readonly traceId: string;
}

/** A message that was received, and nobody else sees for a while. */
export interface Delivery {
  /** Nothing where the message makes no sense. */
  readonly job?: Job;
  /** How often it was received, this time included. */
  readonly count: number;
  readonly receipt: string;
}

/** The queue between a click and the work. Web servers may only send, workers do everything else. */
export class JobQueue {
  public constructor(
    private readonly sqs: SQSClient,
    /** URL of the queue. */
    public readonly url: string,
  ) {}

  /**
   * Asks for the queue every few minutes: one that nobody asks for six hours reports its length late, and the first job would wait for that
   * (SQS guide, "Available CloudWatch metrics"). Returns how to end it.
   */
  public keepReporting(): () => void {
    const timer = setInterval(() => {
      this.sqs
        .send(new GetQueueAttributesCommand({ QueueUrl: this.url, AttributeNames: ['ApproximateNumberOfMessages'] }))
        .catch((error: unknown) => {
          log.warn('the queue was not asked', { reason: reasonOf(error) });
        });
    }, ASKED_EVERY_MS);
    timer.unref();
    return () => {
      clearInterval(timer);
    };
  }

  /** Hands a job over. */
  public async send(job: Job): Promise<void> {
    try {
      await this.sqs.send(new SendMessageCommand({ QueueUrl: this.url, MessageBody: JSON.stringify(job) }));
    } catch (error) {
      throw new Unavailable('the queue', reasonOf(error), error);
    }
  }

  /** Waits for jobs, and hides them from others for some seconds. */
  public async receive(most: number, waitSeconds: number, hiddenSeconds: number): Promise<Delivery[]> {
    const { Messages } = await this.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: this.url,
        MaxNumberOfMessages: Math.min(most, 10),
        WaitTimeSeconds: waitSeconds,
        VisibilityTimeout: hiddenSeconds,
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      }),
    );
    return (Messages ?? []).map(deliveryOf);
  }

  /** Others see it in some seconds from now. */
  public async hide({ receipt }: Delivery, seconds: number): Promise<void> {
    await this.sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: this.url, ReceiptHandle: receipt, VisibilityTimeout: Math.ceil(seconds) }),
    );
  }

  /** It is done with. */
  public async delete({ receipt }: Delivery): Promise<void> {
    await this.sqs.send(new DeleteMessageCommand({ QueueUrl: this.url, ReceiptHandle: receipt }));
  }
}

function deliveryOf({ Body, Attributes, ReceiptHandle }: Message): Delivery {
  return { job: jobOf(Body ?? ''), count: Number(Attributes?.ApproximateReceiveCount ?? 1), receipt: ReceiptHandle ?? '' };
}

function jobOf(body: string): Job | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== 'object' || parsed === null || !('jobId' in parsed) || !('traceId' in parsed)) return undefined;
    const { jobId, traceId } = parsed;
    return typeof jobId === 'string' && typeof traceId === 'string' ? { jobId, traceId } : undefined;
  } catch {
    return undefined;
  }
}
