import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { JobQueue } from '../../tiers/jobs/job-queue';
import { AutomationDrill } from './automation-drill';
import type { DrillProps } from './drill';

/** Props of {@link PoisonJobs}. */
export interface PoisonJobsProps extends DrillProps {
  /** The queue and its dead letters. */
  readonly queue: JobQueue;
  /**
   * How many jobs that no worker can do are sent, 1 to 100.
   * @default 5
   */
  readonly count?: number;
}

/** Sends jobs that no worker can do, waits until all of them are dead letters, and takes these away again. */
export class PoisonJobs extends AutomationDrill {
  public constructor(scope: Construct, id: string, props: PoisonJobsProps) {
    const { ground, queue, count = 5 } = props;
    const Script = readFileSync(join(__dirname, 'poison.py'), 'utf8');
    const InputPayload = {
      Queue: queue.queue.queueUrl,
      DeadLetters: queue.deadLetters.queueUrl,
      Count: String(count),
      Run: '{{ automation:EXECUTION_ID }}',
    };
    super(scope, id, {
      ground,
      title: 'poison-jobs',
      description: `Sends ${count} jobs to ${ground.name} that no worker can do`,
      minutes: 45,
      steps: ['send', 'collect'].map((Handler) => ({
        name: Handler,
        action: 'aws:executeScript',
        // A script has ten minutes; the first job may have to wait for a worker to boot.
        ...(Handler === 'collect' && { maxAttempts: 4 }),
        timeoutSeconds: 600,
        inputs: { Runtime: 'python3.11', Handler, InputPayload, Script },
      })),
    });
    queue.grantSend(this.documentRole);
    this.documentRole.addToPolicy(
      new iam.PolicyStatement({
        actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'],
        resources: [queue.deadLetters.queueArn],
      }),
    );
  }
}
